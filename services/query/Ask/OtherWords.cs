using Broadsheet.Query.Language;

namespace Broadsheet.Query.Ask;

/// <summary>
/// Answers long questions that no sentence answers in the question's own words. People ask "who plays the daughter" where
/// the text says "cast as", so the verb can't be insisted on; instead so much of the question must be said in one
/// sentence that it can hardly be about something else. Short questions leave too little for that and are refused.
/// </summary>
internal static class OtherWords
{
    // Fewer words of meaning, a name counting as one, can all be met by a sentence that says something else.
    private const int LeastWords = 4;

    // Questions over other articles hardly reach this, one in five does where only the answering sentence is missing.
    private const double Least = 0.85;

    // Where the verb is missing, more of the rest must be said.
    private const double LeastWithoutVerb = 1.1;

    // What a sentence in which nothing can be pointed at loses.
    private const double NoSpan = 0.1;

    /// <summary>The sentences that say most of the question, best first; empty if none says enough.</summary>
    public static List<FoundAnswer> Answer(Question question, IReadOnlyList<FoundSentence> sentences, int max)
    {
        var words = question.Names.Count + question.Terms.Count + question.Unit.Count;
        if (words < LeastWords)
        {
            return [];
        }

        var weights = new WordWeights(question, sentences);

        var ranked = new List<(FoundSentence Sentence, Span Span, double Score)>();
        var best = sentences.Count == 0 ? 0 : sentences.Max(sentence => sentence.Score);
        foreach (var sentence in sentences)
        {
            if (sentence.Text.EndsWith('?'))
            {
                continue;
            }

            var here = Word.Split(sentence.Text).Select(word => word.Sense).ToHashSet(StringComparer.Ordinal);
            var around = Word.Split($"{sentence.Before} {sentence.After} {sentence.Section.Heading} {sentence.Story.Title}").Select(word => word.Sense).ToHashSet(StringComparer.Ordinal);
            var said = weights.Said(here, around);
            if (said < (question.Verb.Length == 0 || here.Contains(question.Verb) ? Least : LeastWithoutVerb))
            {
                continue;
            }

            var match = SentenceMatch.Of(question, sentence);
            if (match.SpeaksOfNames && match.InTime && SpanIn(question, match) is { } span)
            {
                ranked.Add((sentence, span, said + (best > 0 ? 0.3 * sentence.Score / best : 0) - (span.Fit == 0 ? NoSpan : 0)));
            }
        }

        // Dates, numbers and names can contradict each other; sentences and clauses in other words need not.
        var comparable = question.Type is AnswerType.Date or AnswerType.Count or AnswerType.Measure or AnswerType.Person;
        return [.. ranked.GroupBy(answer => answer.Span.Key, StringComparer.OrdinalIgnoreCase)
            .Select(group => (Best: group.MaxBy(answer => answer.Score), Count: group.Count()))
            .OrderByDescending(group => group.Best.Score)
            .Take(max)
            .Select(group => new FoundAnswer(
                group.Best.Sentence, group.Best.Span.Start, group.Best.Span.End, Confidence(group.Best.Score), group.Count - 1, comparable ? ranked.Count - group.Count : 0))];
    }

    // Rises with the score and stays below what an answer in the question's own words gets; not yet fitted to measured shares.
    private static double Confidence(double score) => Math.Clamp(0.5 + (0.25 * (score - 1)), 0.5, 0.9);

    private static Span? SpanIn(Question question, SentenceMatch match) => AnswerSpans.Best(question, match) ?? question.Type switch
    {
        // A date, a number of something or a name that is asked for must be there; other things may be the sentence.
        AnswerType.Thing or AnswerType.Definition or AnswerType.Statement or AnswerType.Place => new Span(0, match.Text.Length, match.Text, 0),
        AnswerType.Measure when !question.Unit.Contains("$") => Number(match),
        _ => null,
    };

    // Units are many; a number that is no date is taken with the word behind it.
    private static Span? Number(SentenceMatch match)
    {
        var dates = TimeExpressions.Find(match.Text).FindAll(time => time.IsCalendarDate);
        for (var i = 0; i < match.Words.Count; i++)
        {
            var word = match.Words[i];
            if (char.IsAsciiDigit(word.Text[0]) && Numbers.TryRead(word.Text, out _) && !dates.Exists(time => word.Start < time.End && time.Start < word.End))
            {
                var end = i + 1 < match.Words.Count && match.Words[i + 1].Start == word.End + 1 ? match.Words[i + 1].End : word.End;
                return new Span(word.Start, end, match.Text[word.Start..end], 0);
            }
        }

        return null;
    }
}
