namespace Broadsheet.Query.Language;

/// <summary>What a figure counts or measures.</summary>
internal sealed partial class FigureFinder
{
    // Words between a number and the noun that it counts.
    private const int MostAdjectives = 5;

    // "30 [member countries]": up to the first plural.
    private TextSpan? Counted(int number, int at, double value)
    {
        var start = at;
        start += W(start) is "of" && W(start + 1) is "the" or "its" or "their" or "these" or "those" or "our" or "his" or "her" ? 2 : 0;
        start += W(start) is "or" && W(start + 1) is "so" or "more" or "fewer" ? 2 : 0;
        start += W(start) is "more" or "other" or "additional" or "further" ? 1 : 0;
        if (W(start) == "-" && _tokens[start].Start == _tokens[start - 1].End)
        {
            return null;
        }

        for (var i = start; i < _end && i < start + MostAdjectives && !(i > start && EndsNoun(i)); i++)
        {
            if (_tokens[i].Kind is not (TokenKind.Word or TokenKind.Alphanumeric) && W(i) != "-" || IsVerbal(i))
            {
                break;
            }

            if (IsPlural(i) || (value == 1 && !IsVerbal(i) && W(i).Length > 2 && i + 1 < _end && EndsNoun(i + 1)))
            {
                return new TextSpan(_tokens[start].Start, _tokens[i].End);
            }
        }

        // "a population of 30 million", "the crew numbered 30": what stands before.
        return Measured(number);
    }

    // "12 per cent of [adults]".
    private TextSpan? ShareOf(int number, int at)
    {
        if (W(at) is not "of")
        {
            return Measured(number) ?? Purpose(at);
        }

        return Phrase(at + 1);
    }

    // "$4.2 billion in [aid]", "$3 million for [schools]", "5 tonnes of [gold]".
    private TextSpan? Purpose(int at) => W(at) is "in" or "of" or "for" or "on" && !_context.IsTimeAt(_tokens[Math.Min(at + 1, _tokens.Count - 1)].Start) && !(W(at) == "in" && at + 1 < _end && _tokens[at + 1].IsCapitalised)
        ? Phrase(at + 1)
        : null;

    private TextSpan? Phrase(int start)
    {
        start += AttributionWords.Determiners.Contains(W(start)) ? 1 : 0;
        start += start < _end && _tokens[start].Kind == TokenKind.Number ? 1 : 0;
        var end = start;
        while (end < _end && end < start + MostAdjectives && _tokens[end].Kind is TokenKind.Word or TokenKind.Alphanumeric && !(end > start && EndsNoun(end)) && !IsVerbal(end))
        {
            if (IsPlural(end++))
            {
                break;
            }
        }

        return end > start ? new TextSpan(_tokens[start].Start, _tokens[end - 1].End) : null;
    }

    // "a [budget] of $3 million", "the [death toll] rose to 40", "[unemployment] was 4 per cent".
    private TextSpan? Measured(int number)
    {
        var at = number - 1;
        while (at >= _first && at > number - 6 && (FigureUnits.Approximate.Contains(W(at)) || FigureUnits.Sign(W(at)) is not null || W(at) is "more" or "less" or "at" or "to" or "by" or "of" or "an" or "a" or "now" or "only" or "just"
            || W(at) is "is" or "was" or "are" or "were" or "has" or "been" or "fell" or "rose" or "grew" or "dropped" or "reached" or "stood" or "stands" or "climbed" or "increased" or "decreased" or "declined" or "jumped" or "hit" or "totalled" or "totaled" or "averaged" or "exceeded" or "numbered" or "remains" or "remained" or "from"))
        {
            at--;
        }

        if (at == number - 1 || at < _first || _tokens[at].Kind is not TokenKind.Word)
        {
            return null;
        }

        // "the population of France": the noun before "of" is what is measured.
        var start = at;
        while (start > _first && at - start < MostAdjectives && _tokens[start - 1].Kind is TokenKind.Word && (!EndsNoun(start - 1) || IsOfInNoun(start - 1)) && !IsVerbal(start - 1))
        {
            start--;
        }

        start += AttributionWords.Determiners.Contains(W(start)) && start < at ? 1 : 0;

        return EndsNoun(start) || IsVerbal(start) ? null : new TextSpan(_tokens[start].Start, _tokens[at].End);
    }

    private bool IsOfInNoun(int i) => W(i) == "of" && i > _first && !EndsNoun(i - 1) && _tokens[i - 1].Kind == TokenKind.Word
        || (W(i) == "the" && W(i - 1) == "of");

    private bool IsPlural(int i)
    {
        var word = W(i);
        return FigureUnits.Plurals.Contains(word)
            || (word.Length > 3 && word[^1] == 's' && !word.EndsWith("ss", StringComparison.Ordinal) && !word.EndsWith("us", StringComparison.Ordinal) && !word.EndsWith("is", StringComparison.Ordinal) && !word.EndsWith("ous", StringComparison.Ordinal) && word is not "previous" and not "united" and not "states" && !(_tokens[i].IsCapitalised && i + 1 < _end && _tokens[i + 1].IsCapitalised));
    }

    private bool EndsNoun(int i)
    {
        var word = W(i);
        return word.Length == 0 || _tokens[i].Kind is TokenKind.Symbol && word != "-" || AttributionWords.Prepositions.Contains(word) || AttributionWords.Determiners.Contains(word) && word is not ("few" or "other" or "more" or "five" or "two") || AttributionWords.ClauseOpeners.Contains(word)
            || AttributionWords.Pronouns.Contains(word) || word is "and" or "or" or "including" or "had" or "to";
    }

    private bool IsVerbal(int i) => AttributionWords.Auxiliaries.Contains(W(i)) || (AttributionCues.TryVerb(W(i), out var sense) && sense.IsPast && !sense.IsParticiple);

    private string Key(TextSpan subject, string unit)
    {
        var words = subject.Of(_text).ToLowerInvariant().Split([' ', '-', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(word => !AttributionWords.Determiners.Contains(word)).Select(word => Stems.Of(word).TrimStart('=')).ToArray();
        return words.Length > 0 ? string.Join(' ', words) : unit;
    }
}
