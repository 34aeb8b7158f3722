using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Language;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.Timeline;

/// <summary>Tells from the words of a clause whether what it tells happened.</summary>
internal sealed class EventModalities(TextAnalysis language, EventClauses clauses)
{
    // In characters.
    private const int Near = 3_000;

    /// <summary>Whether it happened, as far as the clause says, and who says so if the date stands in somebody's words.</summary>
    /// <param name="clause">The clause of the date.</param>
    /// <param name="sentence">First token of its sentence.</param>
    /// <param name="isFuture">True if the date lies after the day of publishing.</param>
    public (EventModality Modality, EventTeller? Teller) Of(EventClause clause, int sentence, bool isFuture)
    {
        var modality = OfWords(clause, sentence);
        if (modality == EventModality.Happened && isFuture)
        {
            modality = EventModality.Planned;
        }

        if (Told(language.Tokens[clause.DateFirst]) is not { } attribution)
        {
            return (modality, null);
        }

        var teller = new EventTeller
        {
            Text = attribution.Source is { } source ? language.Text[source.Start..source.End] : "",
            Entity = EntityId.NameOf(attribution.SourceKey),
            Stance = attribution.Stance,
        };
        return (attribution.Stance switch
        {
            Stances.Denies => modality == EventModality.Negated ? EventModality.Claimed : EventModality.Negated,
            Stances.Promises or Stances.Expects or Stances.Demands when modality == EventModality.Happened => EventModality.Planned,
            Stances.Asks or Stances.Doubts when modality == EventModality.Happened => EventModality.Supposed,
            _ => modality == EventModality.Happened ? EventModality.Claimed : modality,
        }, teller);
    }

    // The narrowest content that the date stands in.
    private Attribution? Told(Token date)
    {
        // In the order of their cues; a content lies near its cue.
        var (low, high) = (0, language.Attributions.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = language.Attributions[middle].Cue.Start < date.Start - Near ? (middle + 1, high) : (low, middle);
        }

        Attribution? told = null;
        var length = int.MaxValue;
        for (; low < language.Attributions.Count && language.Attributions[low].Cue.Start < date.Start + Near; low++)
        {
            var attribution = language.Attributions[low];
            if (attribution.Source is null && !attribution.IsDirect && !SaysThat(attribution))
            {
                // "It was announced on 7 March": the announcement is what happened.
                continue;
            }

            foreach (var content in attribution.Contents)
            {
                if (content.Start <= date.Start && date.End <= content.End && content.Length < length)
                {
                    (told, length) = (attribution, content.Length);
                }
            }
        }

        return told;
    }

    private bool SaysThat(Attribution attribution) => attribution.Contents.Count > 0
        && language.Text.AsSpan(0, attribution.Contents[0].Start).TrimEnd().EndsWith("that", StringComparison.OrdinalIgnoreCase);

    private EventModality OfWords(EventClause clause, int sentence)
    {
        for (var i = clause.DateFirst - 1; i >= sentence && i >= clause.DateFirst - 60; i--)
        {
            // "if" reaches from where it stands to the end of what it opens.
            if (EventWords.Conditions.Contains(clauses.W(i)) && clauses.W(i + 1) is not "not")
            {
                return EventModality.Supposed;
            }
        }

        if (clause.Verb < 0)
        {
            return EventModality.Happened;
        }

        var start = clauses.ChainStart(clause.Verb, out _);
        while (start > clause.Begin && clauses.IsAdverb(start - 1))
        {
            start--;
        }

        var until = clause.DateFirst > 0 && clauses.W(clause.DateFirst - 1) is "until" or "till" or "before";
        for (var i = start; i < clause.Verb; i++)
        {
            var word = clauses.W(i);
            if ((EventWords.Negations.Contains(word) || word.EndsWith("n't", StringComparison.Ordinal) || word == "cannot") && !(i + 1 < clause.Verb && clauses.W(i + 1) == "only"))
            {
                // What did not happen until 1990 happened in 1990.
                return until && clauses.W(clause.DateFirst - 1) != "before" && clause.Verb < clause.DateFirst ? EventModality.Happened : EventModality.Negated;
            }
        }

        for (var i = start; i < clause.Verb; i++)
        {
            switch (clauses.W(i))
            {
                case "will" or "shall" or "won't":
                    return EventModality.Planned;
                case "could" or "might" or "may" or "should" or "can":
                    return EventModality.Supposed;
                case "to" when Governor(i - 1) is { Length: > 0 } governor:
                    return EventWords.Failing.Contains(governor) ? EventModality.Negated : EventModality.Planned;
                default:
                    break;
            }
        }

        if (clauses.W(clause.Verb + 1) == "to" && EventWords.Failing.Contains(Stems.Of(clauses.W(clause.Verb))))
        {
            return EventModality.Negated;
        }

        return !until && StartsWithNoOne(clause.Begin, start) ? EventModality.Negated : EventModality.Happened;
    }

    // "planned to join", "failed to join", "is to join": what "to" hangs on, if that makes it undone.
    private string Governor(int at)
    {
        var stem = Stems.Of(clauses.W(at));
        return EventWords.Failing.Contains(stem) || EventWords.Planning.Contains(stem) ? stem : clauses.W(at) is "is" or "are" ? "is" : "";
    }

    private bool StartsWithNoOne(int begin, int start)
    {
        for (var i = start - 1; i >= begin && i >= start - 6; i--)
        {
            if (EventWords.Marks.Contains(clauses.W(i)))
            {
                return false;
            }

            if (EventWords.NoOne.Contains(clauses.W(i)))
            {
                return true;
            }
        }

        return false;
    }
}
