using Broadsheet.Query.V1;

namespace Broadsheet.Query.Ask;

/// <summary>
/// Chooses answers among sentences: what the question names must be spoken of, what it asks must be said, and the
/// sentence must hold a thing of the kind that is asked for, near what is said. Where no sentence does, the one that ranks
/// best answers if it is likely enough. Otherwise there is no answer.
/// </summary>
internal static class AnswerFinder
{
    // Below this a sentence does not answer; between the two it may, and that is said.
    private const double Least = 0.5;
    private const double Sure = 0.6;

    // Of the values that a thing had at different times, those found so much less surely than the best are not the newest.
    private const double AsGood = 0.15;

    /// <summary>The answers, best first, with different texts; or why there is none.</summary>
    /// <param name="question">The question.</param>
    /// <param name="ranker">What ranked the sentences.</param>
    /// <param name="ranked">The sentences that fit it.</param>
    /// <param name="max">How many answers at most.</param>
    /// <param name="leastConfidence">Below this there is no answer.</param>
    public static (IReadOnlyList<FoundAnswer> Answers, NoAnswerReason Reason) Find(
        Question question, SentenceRanker ranker, IReadOnlyList<RankedSentence> ranked, int max, double leastConfidence = AnswerConfidence.Least)
    {
        var likely = BestSentence.Find(question, ranker, ranked);
        var (said, relevant) = Said(question, ranked);
        var groups = Groups(question, said.Count > 0 && said.Max(answer => answer.Strength) >= Sure ? Together(question, said, likely) : [.. likely.Select(Likely)]);
        var answers = groups.Where(answer => answer.Confidence >= leastConfidence).Take(max).ToArray();
        return answers.Length > 0 ? (answers, NoAnswerReason.Unspecified)
            : groups.Count > 0 || said.Count > 0 ? ([], NoAnswerReason.TooUncertain)
            : ([], relevant ? NoAnswerReason.NotStated : NoAnswerReason.NothingRelevant);
    }

    /// <summary>The sentences that say in the question's own words what it asks.</summary>
    private static (List<Candidate> Said, bool IsRelevant) Said(Question question, IReadOnlyList<RankedSentence> ranked)
    {
        var said = new List<Candidate>();
        var relevant = false;
        foreach (var sentence in ranked.Select(ranked => ranked.Sentence))
        {
            var match = SentenceMatch.Of(question, sentence);
            relevant |= match.SpeaksOfNames && (question.Names.Count > 0 || match.Coverage > 0);
            if (match.Score >= Least && AnswerSpans.Best(question, match) is { } span && match.Score * span.Fit is var strength and >= Least)
            {
                said.Add(new Candidate(sentence, span, strength, AnswerConfidence.OfSaid(strength)));
            }
        }

        return (said, relevant);
    }

    private static Candidate Likely(LikelySentence likely) => new(likely.Ranked.Sentence, likely.Span, likely.Probability, likely.Probability);

    // Sentences in other words can only confirm or contradict what was found in the question's own.
    private static List<Candidate> Together(Question question, List<Candidate> said, List<LikelySentence> likely) =>
    [
        .. said,
        .. likely.Select(Likely).Where(candidate => IsComparable(question) && candidate.Span.Fit > 0 && candidate.Confidence >= AnswerConfidence.Least
            && !said.Exists(other => other.Sentence.Ordinal == candidate.Sentence.Ordinal && other.Sentence.Story.Name == candidate.Sentence.Story.Name))
            .Select(candidate => candidate with { Strength = Math.Min(candidate.Strength, Least), Confidence = Math.Min(candidate.Confidence, AnswerConfidence.OfSaid(Least)) }),
    ];

    // Dates, numbers and names can contradict each other; sentences and clauses in other words need not.
    private static bool IsComparable(Question question) => question.Type is AnswerType.Date or AnswerType.Count or AnswerType.Measure or AnswerType.Person;

    /// <summary>One answer for all candidates that say the same, best first.</summary>
    private static List<FoundAnswer> Groups(Question question, List<Candidate> candidates)
    {
        // A sentence that speaks of the year asked for may give a number of another one ("12 in 1949, and 30 now").
        var isOfYears = question.Years.Count > 0 && question.Type is AnswerType.Count or AnswerType.Measure;
        var dated = candidates.Select(candidate => (Candidate: candidate, AsOf: question.Type == AnswerType.Date ? null : AnswerDate.Of(candidate.Sentence, candidate.Span)))
            .Where(answer => !isOfYears || answer.AsOf is null || answer.AsOf.Covers(question.Years)).ToArray();
        // The same thing said by several sentences is more likely true; the best of them is cited.
        var groups = dated.GroupBy(answer => answer.Candidate.Span.Key, StringComparer.OrdinalIgnoreCase)
            .Select(group => group.OrderByDescending(answer => answer.Candidate.Strength).ThenByDescending(answer => answer.Candidate.Sentence.Score).ToArray())
            .OrderByDescending(group => group[0].Candidate.Strength + (0.04 * Math.Min(group.Length - 1, 3)))
            .ThenByDescending(group => group[0].Candidate.Sentence.Score)
            .ToList();
        if (question.IsOfNow && IsComparable(question) && groups.Count > 1)
        {
            var best = groups[0][0].Candidate.Strength;
            groups = [.. groups.OrderByDescending(group => group[0].Candidate.Strength >= best - AsGood ? 1 : 0).ThenByDescending(group => group[0].Candidate.Strength >= best - AsGood ? group[0].AsOf?.Key ?? 0 : 0)];
        }

        var answers = new List<FoundAnswer>();
        foreach (var group in groups)
        {
            var (best, asOf) = group[0];
            var others = !IsComparable(question) ? [] : dated.Where(other => !string.Equals(other.Candidate.Span.Key, best.Span.Key, StringComparison.OrdinalIgnoreCase)).ToArray();
            var ages = others.Where(other => asOf is not null && other.AsOf is not null && other.AsOf.Date.Year != asOf.Date.Year).ToArray();
            answers.Add(new FoundAnswer(best.Sentence, best.Span, AnswerConfidence.Confirmed(best.Confidence, group.Length - 1), asOf)
            {
                Agreeing = [.. group.Skip(1).Select(Other)],
                Disagreeing = [.. others.Except(ages).Select(Other)],
                OtherTimes = [.. ages.OrderByDescending(other => other.AsOf!.Key).Select(Other)],
            });
        }

        return answers;

        static OtherAnswer Other((Candidate Candidate, AnswerDate? AsOf) answer) => new(answer.Candidate.Sentence, answer.Candidate.Span, answer.AsOf);
    }

    private sealed record Candidate(FoundSentence Sentence, Span Span, double Strength, double Confidence);
}

/// <summary>An answer found in a sentence.</summary>
/// <param name="Sentence">The sentence.</param>
/// <param name="Span">What answers in it.</param>
/// <param name="Confidence">How likely it is right, 0 to 1.</param>
/// <param name="AsOf">When it was so; null if that is not known.</param>
internal sealed record FoundAnswer(FoundSentence Sentence, Span Span, double Confidence, AnswerDate? AsOf)
{
    /// <summary>The answer.</summary>
    public string Text => Sentence.Text[Span.Start..Span.End];

    /// <summary>Other sentences that say the same.</summary>
    public IReadOnlyList<OtherAnswer> Agreeing { get; init; } = [];

    /// <summary>Sentences that answer otherwise, of the same time or of none.</summary>
    public IReadOnlyList<OtherAnswer> Disagreeing { get; init; } = [];

    /// <summary>Sentences that answer otherwise for another time, newest first.</summary>
    public IReadOnlyList<OtherAnswer> OtherTimes { get; init; } = [];
}

/// <summary>What another sentence says to the same question.</summary>
internal sealed record OtherAnswer(FoundSentence Sentence, Span Span, AnswerDate? AsOf);

/// <summary>A stretch of a sentence that may answer.</summary>
/// <param name="Start">UTF-16 position.</param>
/// <param name="End">One past the last.</param>
/// <param name="Key">What it says, in one form for all ways to say it.</param>
/// <param name="Fit">0 to 1: how well it stands to what is said.</param>
internal readonly record struct Span(int Start, int End, string Key, double Fit);
