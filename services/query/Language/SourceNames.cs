namespace Broadsheet.Query.Language;

/// <summary>Resolves who an attribution's source is: a name in it, or the last fitting one that a pronoun can mean. What stays doubtful stays open.</summary>
internal sealed class SourceNames(TextAnalysis analysis)
{
    // A pronoun further from its name than that is not resolved.
    private const int MostSentencesBack = 3;

    private readonly string _text = analysis.Text;
    private readonly IReadOnlyList<Entity> _entities = analysis.Entities;
    private readonly List<TextSpan> _quotes = Quotations.Find(analysis.Text);
    private readonly IReadOnlyList<TextSpan> _sentences = analysis.Sentences;

    /// <summary>The attributions with key and name of their sources.</summary>
    public List<Attribution> Resolve(List<Attribution> attributions)
    {
        var resolved = new List<Attribution>(attributions.Count);
        foreach (var attribution in attributions)
        {
            var entity = attribution.Source is { } source
                ? Gender(source) is var gender and not ' ' ? Antecedent(source, gender, resolved) : Named(source)
                : null;
            resolved.Add(entity is { Key.Length: > 0 } ? attribution with { SourceKey = entity.Key, SourceName = entity.Name } : attribution);
        }

        return resolved;
    }

    /// <summary>The last fitting name that a pronoun can mean, or null.</summary>
    public Entity? Pronoun(TextSpan pronoun) => Gender(pronoun) is var gender and not ' ' ? Antecedent(pronoun, gender, []) : null;

    // What the pronoun can mean: a man, a woman, a thing.
    private char Gender(TextSpan source) => source.Length > 4 ? ' ' : source.Of(_text).ToLowerInvariant() switch
    {
        "he" or "his" => 'm',
        "she" or "her" => 'f',
        "it" or "its" => 'n',
        "they" => 'p',
        _ => ' ',
    };

    // "Russian President Vladimir Putin" is Putin; "a spokesman for NATO" and "NATO leaders" are not NATO.
    private Entity? Named(TextSpan source)
    {
        var words = source.Of(_text);
        var comma = words.IndexOfAny([',', '(']);
        var head = comma > 0 ? source with { End = source.Start + words[..comma].TrimEnd().Length } : source;
        return Head(head) ?? (comma > 0 && words[^1] != ')' ? Apposition(new TextSpan(source.Start + comma + 1, source.End)) : null);
    }

    private Entity? Head(TextSpan head)
    {
        Entity? last = null;
        for (var i = FirstFrom(head.Start); i < _entities.Count && _entities[i].Start < head.End; i++)
        {
            last = _entities[i];
            if (last.End + 1 < head.End && _text[last.End] is '\'' or '’' && last.End + 2 < head.End - 1)
            {
                // "Ann Lee's manager" is not Ann Lee.
                continue;
            }

            if (last.Type == "PER" && last.Start - head.Start < 60 && !FollowsPreposition(head, last))
            {
                return last;
            }
        }

        if (last is null || last.End < head.End - PossessiveLength(head) || FollowsPreposition(head, last))
        {
            return null;
        }

        return last;
    }

    private int PossessiveLength(TextSpan head) => _text.AsSpan(head.Start, head.Length).EndsWith("'s") || _text.AsSpan(head.Start, head.Length).EndsWith("’s") ? 2 : 0;

    // "NATO's secretary general, Jens Stoltenberg".
    private Entity? Apposition(TextSpan rest)
    {
        var at = FirstFrom(rest.Start);
        return at < _entities.Count && _entities[at] is { Type: "PER" } person && _text.AsSpan(rest.Start, Math.Max(0, person.Start - rest.Start)).Trim().IsEmpty ? person : null;
    }

    private bool FollowsPreposition(TextSpan head, Entity entity)
    {
        var before = _text[head.Start..Math.Max(head.Start, entity.Start)];
        return before.Split(' ').Any(word => AttributionWords.Prepositions.Contains(word.ToLowerInvariant()) || word is "and" or "or");
    }

    private Entity? Antecedent(TextSpan pronoun, char gender, List<Attribution> before)
    {
        if (gender == 'p')
        {
            return null;
        }

        var sentence = SentenceAt(pronoun.Start);
        for (var back = 0; back <= MostSentencesBack && sentence - back >= 0; back++)
        {
            var span = _sentences[sentence - back];
            var limit = back == 0 ? pronoun.Start : span.End;

            // Whoever spoke in that sentence goes on speaking.
            var speaker = Speaker(before, span.Start, limit);
            if (back > 0 && speaker is not null && Fitting(FirstFrom(speaker.Source!.Value.Start), speaker.Source!.Value.End, gender) is [var speaking])
            {
                return speaking;
            }

            var fitting = Fitting(FirstFrom(span.Start), limit, gender);
            if (fitting.Count == 1)
            {
                return fitting[0];
            }

            if (fitting.Count > 1)
            {
                // Of several the one that opens the sentence is its subject; otherwise it stays open.
                var opening = _text[span.Start..fitting[0].Start];
                return opening.Trim().Length == 0 || opening.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: <= 4 } words && !words.Any(word => AttributionWords.Prepositions.Contains(word.ToLowerInvariant().TrimEnd(',')))
                    ? fitting[0]
                    : null;
            }
        }

        return null;
    }

    // The last one known to speak between the positions.
    private static Attribution? Speaker(List<Attribution> before, int start, int end)
    {
        for (var i = before.Count - 1; i >= 0 && before[i].Cue.Start >= start; i--)
        {
            if (before[i].SourceKey.Length > 0 && before[i].Cue.Start < end)
            {
                return before[i];
            }
        }

        return null;
    }

    // Entities that the pronoun can mean, each once, from the index to the position.
    private List<Entity> Fitting(int from, int end, char gender)
    {
        var fitting = new List<Entity>();
        for (var i = from; i < _entities.Count && _entities[i].Start < end && fitting.Count < 8; i++)
        {
            var entity = _entities[i];
            if (Fits(entity, gender) && !IsQuoted(entity.Start) && fitting.TrueForAll(other => other.Key != entity.Key))
            {
                fitting.Add(entity);
            }
        }

        return fitting;
    }

    // Whom somebody's words name is not whom the narrator speaks of.
    private bool IsQuoted(int position)
    {
        var (low, high) = (0, _quotes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _quotes[middle].End <= position ? (middle + 1, high) : (low, middle);
        }

        return low < _quotes.Count && _quotes[low].Contains(position);
    }

    private static bool Fits(Entity entity, char gender)
    {
        if (gender == 'n')
        {
            return entity.Type is "ORG" or "LOC";
        }

        if (entity.Type != "PER")
        {
            return false;
        }

        var first = entity.Text.Split(' ')[0];
        var known = first is "Mr." or "Mr" or "Sir" or "Lord" or "King" or "Prince" ? 'm' : first is "Mrs." or "Ms." or "Mrs" or "Ms" or "Lady" or "Dame" or "Queen" or "Princess" ? 'f' : GivenNames.Gender(entity.Name.Split(' ')[0]);
        return known == ' ' || known == gender;
    }

    private int FirstFrom(int position)
    {
        var (low, high) = (0, _entities.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _entities[middle].Start < position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private int SentenceAt(int position)
    {
        var (low, high) = (0, _sentences.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _sentences[middle].Start <= position ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
