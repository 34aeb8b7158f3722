using Broadsheet.Query.V1;

namespace Broadsheet.Query.Ask;

/// <summary>An answer found in a sentence.</summary>
/// <param name="Sentence">The sentence.</param>
/// <param name="Start">UTF-16 position of the answer in it.</param>
/// <param name="End">One past the last.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Agreeing">Other sentences that say the same.</param>
/// <param name="Disagreeing">Sentences that answer otherwise.</param>
internal sealed record FoundAnswer(FoundSentence Sentence, int Start, int End, double Confidence, int Agreeing, int Disagreeing)
{
    /// <summary>The answer.</summary>
    public string Text => Sentence.Text[Start..End];
}

/// <summary>
/// Chooses answers among sentences: what the question names must be spoken of, what it asks must be said, and the
/// sentence must hold a thing of the kind that is asked for, near what is said. Otherwise there is no answer.
/// </summary>
internal static class AnswerFinder
{
    // Below this a sentence does not answer; between the two it may, and that is said.
    private const double Least = 0.5;
    private const double Sure = 0.6;

    /// <summary>The answers, best first, with different texts; or why there is none.</summary>
    public static (IReadOnlyList<FoundAnswer> Answers, NoAnswerReason Reason) Find(Question question, IReadOnlyList<FoundSentence> sentences, int max)
    {
        var found = new List<(FoundSentence Sentence, Span Span, double Score)>();
        var relevant = false;
        foreach (var sentence in sentences)
        {
            var match = SentenceMatch.Of(question, sentence);
            relevant |= match.SpeaksOfNames && (question.Names.Count > 0 || match.Coverage > 0);
            if (match.Score < Least)
            {
                continue;
            }

            if (AnswerSpans.Best(question, match) is { } span && match.Score * span.Fit is var score and >= Least)
            {
                found.Add((sentence, span, score));
            }
        }

        if (found.Count == 0)
        {
            var otherwise = OtherWords.Answer(question, sentences, max);
            return otherwise.Count > 0 ? (otherwise, NoAnswerReason.Unspecified) : ([], relevant ? NoAnswerReason.NotStated : NoAnswerReason.NothingRelevant);
        }

        // The same thing said by several sentences is more likely true; the best of them is cited.
        var answers = new List<FoundAnswer>();
        var groups = found.GroupBy(answer => answer.Span.Key, StringComparer.OrdinalIgnoreCase)
            .Select(group => (Best: group.MaxBy(answer => answer.Score), Count: group.DistinctBy(answer => (answer.Sentence.Story.Name, answer.Sentence.Ordinal)).Count()))
            .OrderByDescending(group => group.Best.Score + (0.04 * Math.Min(group.Count - 1, 3)))
            .ThenByDescending(group => group.Best.Sentence.Score)
            .ToArray();
        foreach (var (best, count) in groups.Take(max))
        {
            var confidence = Math.Clamp(best.Score + (0.04 * Math.Min(count - 1, 3)), 0, 0.99);
            answers.Add(new FoundAnswer(best.Sentence, best.Span.Start, best.Span.End, confidence, count - 1, found.Count - found.Count(other => string.Equals(other.Span.Key, best.Span.Key, StringComparison.OrdinalIgnoreCase))));
        }

        return answers[0].Confidence < Sure ? OtherWords.Answer(question, sentences, max) is { Count: > 0 } said ? (said, NoAnswerReason.Unspecified) : ([], NoAnswerReason.TooUncertain)
            : (answers, NoAnswerReason.Unspecified);
    }
}

/// <summary>A stretch of a sentence that may answer.</summary>
/// <param name="Start">UTF-16 position.</param>
/// <param name="End">One past the last.</param>
/// <param name="Key">What it says, in one form for all ways to say it.</param>
/// <param name="Fit">0 to 1: how well it stands to what is said.</param>
internal readonly record struct Span(int Start, int End, string Key, double Fit);
