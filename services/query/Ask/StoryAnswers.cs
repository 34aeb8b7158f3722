using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Broadsheet.Query.Search;
using Broadsheet.Query.V1;
using Google.Type;

namespace Broadsheet.Query.Ask;

/// <summary>Answers questions from the index, or says why not.</summary>
internal static class StoryAnswers
{
    private const int Candidates = 80;
    private const int UsualAnswers = 3;
    private const int MostAnswers = 10;
    private const int MostOthers = 10;

    /// <summary>The answers that stories give to a question.</summary>
    public static AskResponse Ask(IndexReading reading, AskRequest request)
    {
        var question = Question.Analyze(request.Question);
        if (question is null && request.MaxPassages == 0)
        {
            return new AskResponse { NoAnswerReason = NoAnswerReason.QuestionNotUnderstood };
        }

        var text = SearchText.Parse(question?.Retrieval ?? Question.WordsOf(request.Question));
        var sentences = SentenceSearch.Find(reading, text, SentenceFilter.Of(reading, request), Candidates);
        var rarity = WordRarity.In(reading.Searcher.IndexReader);
        var ranker = new SentenceRanker(request.Question, question, rarity);
        var ranked = ranker.Rank(sentences);
        var (answers, reason) = question is null ? ([], NoAnswerReason.QuestionNotUnderstood) : AnswerFinder.Find(
            question, ranker, ranked,
            request.MaxAnswers == 0 ? UsualAnswers : Math.Min(request.MaxAnswers, MostAnswers),
            request.MinConfidence == 0 ? AnswerConfidence.Least : request.MinConfidence);
        return new AskResponse
        {
            Answers = { answers.Select(Show) },
            NoAnswerReason = reason,
            Passages = { ranked.Take(request.MaxPassages).Select(Show) },
        };
    }

    private static Answer Show(FoundAnswer found)
    {
        var sentence = found.Sentence;
        var position = new CodePoints(sentence.Text);
        return new Answer
        {
            Text = found.Text,
            Sentence = sentence.Text,
            Confidence = Math.Round(found.Confidence, 3),
            Agreeing = found.Agreeing.Count,
            Disagreeing = found.Disagreeing.Count,
            Citation = CitationOf(sentence),
            Start = sentence.Position.Start + position.FromUtf16(found.Span.Start),
            End = sentence.Position.Start + position.FromUtf16(found.Span.End),
            AsOf = DateOf(found.AsOf?.Date),
            AsOfEnd = DateOf(found.AsOf?.End),
            AsOfStated = found.AsOf?.IsStated ?? false,
            AgreeingSentences = { found.Agreeing.Take(MostOthers).Select(Show) },
            DisagreeingSentences = { found.Disagreeing.Take(MostOthers).Select(Show) },
            OtherTimes = { found.OtherTimes.Take(MostOthers).Select(Show) },
        };
    }

    private static V1.OtherAnswer Show(OtherAnswer other) => new()
    {
        Text = other.Sentence.Text[other.Span.Start..other.Span.End],
        Sentence = other.Sentence.Text,
        Citation = CitationOf(other.Sentence),
        AsOf = DateOf(other.AsOf?.Date),
        AsOfEnd = DateOf(other.AsOf?.End),
    };

    private static Passage Show(RankedSentence ranked) => new()
    {
        Sentence = ranked.Sentence.Text,
        Citation = CitationOf(ranked.Sentence),
        Score = Math.Round(ranked.Score, 3),
    };

    private static Date? DateOf(CalendarDate? date) => date is { IsEmpty: false } day ? new Date { Year = day.Year, Month = day.Month, Day = day.Day } : null;

    private static Citation CitationOf(FoundSentence sentence) => new()
    {
        Story = sentence.Story.Name,
        Revision = sentence.Story.Revision,
        Section = sentence.Section.Id,
        Start = sentence.Position.Start,
        End = sentence.Position.End,
    };
}
