namespace Broadsheet.Query.Ask;

/// <summary>
/// Answers with the sentence that ranks best where no sentence answers in the question's own words. People ask "who plays
/// the daughter" where the text says "cast as", so the verb can't be insisted on; instead it is judged how likely a
/// sentence that says so much of the question is the one that was asked for.
/// </summary>
internal static class BestSentence
{
    // Those far down are never more likely than the first.
    private const int Looked = 10;

    // Fewer words of meaning, a name counting as one, can all be met by a sentence that says something else.
    private const int LeastWords = 4;
    private const double LeastTerms = 0.2;
    private const double LeastFit = 0.5;

    // Of so many names one may be spoken of in other words.
    private const int ManyNames = 3;

    /// <summary>The sentences that may be the answer, each with what speaks for it, likeliest first.</summary>
    public static List<LikelySentence> Find(Question question, SentenceRanker ranker, IReadOnlyList<RankedSentence> ranked)
    {
        var likely = new List<LikelySentence>();
        var words = question.Names.Count + question.Terms.Count + question.Unit.Count;
        var isShort = words < LeastWords;
        // "Who was the pilot of …": what somebody was stands first.
        var relation = question.Verb.Length > 0 ? question.Verb : question.Role.Length > 0 ? question.Role : question.Type == AnswerType.Person ? question.Terms.FirstOrDefault("") : "";
        for (var i = 0; i < ranked.Count && i < Looked; i++)
        {
            var match = SentenceMatch.Of(question, ranked[i].Sentence);
            if (!match.MayAnswer || !(match.SpeaksOfNames || (!isShort && (match.SpeaksOfSome || words > LeastWords) && AreInStory(question.Names, ranked[i].Sentence))) || SpanIn(question, match) is not { } span)
            {
                continue;
            }

            // Of a question of few words nothing is left where what happened is not said; and a sentence that has of it
            // the names alone tells something else of them.
            var saysRelation = relation.Length == 0 || ranker.ShareOf([relation], match.Apart) > 0;
            var terms = ranker.ShareOf(question.Terms.Concat(question.Unit), match.Apart);
            if ((!saysRelation && isShort) || (question.Names.Count > 0 && terms < LeastTerms))
            {
                continue;
            }

            // Who did it is named, but not as the one who did; or nobody is, in a text in which names could be seen.
            if (question.Type == AnswerType.Person && span.Fit < LeastFit
                && (match.Apart.Names.Count > 0 ? match.Relation.Count > 0 : ranked[i].Sentence.Senses.HasCapitals))
            {
                continue;
            }

            // A sentence is as sure as it stands out: the first before the second, any other behind the first.
            var other = i == 0 ? ranked.Skip(1).FirstOrDefault(next => next.Sentence.Text != ranked[0].Sentence.Text)?.Score : ranked[0].Score;
            likely.Add(new LikelySentence(ranked[i], match, span, ranked[i].Score - (other ?? 0), terms));
        }

        return [.. likely.OrderByDescending(sentence => sentence.Probability)];
    }

    private static bool AreInStory(IReadOnlyList<string[]> names, FoundSentence sentence) =>
        names.Count(name => name.All(sentence.StorySenses.Contains)) is var there && there >= names.Count - (names.Count >= ManyNames ? 1 : 0);

    private static Span? SpanIn(Question question, SentenceMatch match) => AnswerSpans.Best(question, match) ?? question.Type switch
    {
        // A date or a number of something that is asked for must be there; other things may be the sentence.
        AnswerType.Date => null,
        AnswerType.Count or AnswerType.Measure => question.Unit.Contains("$") ? null : Number(question, match),
        _ => new Span(0, match.Text.Length, match.Text, 0),
    };

    // Units are many and things have many names; a number that is no date is taken with the word behind it.
    private static Span? Number(Question question, SentenceMatch match)
    {
        foreach (var at in match.Apart.Numbers)
        {
            var last = at;
            while (match.Apart.Numbers.Contains(last + 1))
            {
                last++;
            }

            // "One" is rarely a count.
            var word = match.Words[at];
            if (match.Apart.Lower[at] is "one" || question.Text.Contains(word.Text, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var end = question.Type == AnswerType.Measure && last + 1 < match.Words.Count && match.Words[last + 1].Start == match.Words[last].End + 1 ? match.Words[last + 1].End : match.Words[last].End;
            return new Span(word.Start, end, match.Text[word.Start..end], 0);
        }

        return null;
    }
}

/// <summary>A sentence that may be the answer.</summary>
/// <param name="Ranked">The sentence.</param>
/// <param name="Match">How it speaks of what is asked.</param>
/// <param name="Span">What answers in it.</param>
/// <param name="Margin">By how much it ranks before the next.</param>
/// <param name="TermsHere">Share of the question's words that are no names that it says itself.</param>
internal sealed record LikelySentence(RankedSentence Ranked, SentenceMatch Match, Span Span, double Margin, double TermsHere)
{
    private const double Intercept = -3;
    private const double ShareHere = 2;
    private const double Telling = -0.7;
    private const double StandsOut = 0.5;
    private const double ShareOfTerms = 2.5;
    private const double HasKind = 0.6;
    private const double SaidAround = 0.12;
    private const double MostMargin = 4;

    /// <summary>How likely it is the answer, 0 to 1: a logistic model with weights in round numbers.</summary>
    public double Probability { get; } = 1 / (1 + Math.Exp(-(Intercept
        + (ShareHere * Ranked.Here) + (Telling * Math.Log(1 + Ranked.Told)) + (StandsOut * Math.Clamp(Margin, -MostMargin, MostMargin))
        + (ShareOfTerms * TermsHere) + (Span.Fit > 0 ? HasKind : 0) + (SaidAround * Ranked.Said * Ranked.Told))));
}
