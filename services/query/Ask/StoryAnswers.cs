using Broadsheet.Query.Indexing;
using Broadsheet.Query.Search;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.Ask;

/// <summary>Answers questions from the index, or says why not.</summary>
internal static class StoryAnswers
{
    private const int Candidates = 80;
    private const int UsualAnswers = 3;
    private const int MostAnswers = 10;

    /// <summary>The answers that stories give to a question.</summary>
    public static AskResponse Ask(IndexReading reading, AskRequest request)
    {
        if (Question.Analyze(request.Question) is not { } question)
        {
            return new AskResponse { NoAnswerReason = NoAnswerReason.QuestionNotUnderstood };
        }

        var sentences = SentenceSearch.Find(reading, SearchText.Parse(question.Retrieval), request.Story, request.Community, Candidates);
        var (answers, reason) = AnswerFinder.Find(
            question, sentences, WordRarity.In(reading.Searcher.IndexReader), request.MaxAnswers == 0 ? UsualAnswers : Math.Min(request.MaxAnswers, MostAnswers));
        return new AskResponse { Answers = { answers.Select(Show) }, NoAnswerReason = reason };
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
        };
    }

    private static Citation CitationOf(FoundSentence sentence) => new()
    {
        Story = sentence.Story.Name,
        Revision = sentence.Story.Revision,
        Section = sentence.Section.Id,
        Start = sentence.Position.Start,
        End = sentence.Position.End,
    };
}
