namespace Broadsheet.Query.Language;

/// <summary>
/// Finds attributions sentence by sentence: a word that attributes, whoever stands where its subject stands, and what
/// follows or surrounds it. Every rule looks at a bounded number of tokens around its cue or once over the sentence's
/// rest, and a sentence has a bounded number of cues, so the whole is linear.
/// </summary>
internal sealed partial class AttributionFinder
{
    // A "sentence" with more cues than that is no prose.
    private const int MostCues = 12;

    // Nobody's sentence is longer; what follows in one that is, is left alone.
    private const int LongestSentence = 400;

    private readonly string _text;
    private readonly IReadOnlyList<Token> _tokens;
    private readonly List<TextSpan> _quotes;
    private readonly int[] _quoteAt;
    private readonly TextAnalysis _analysis;
    private readonly List<Attribution> _found = [];
    private int _first;
    private int _end;
    private int _sentenceStart;

    // Where the last sentence ends in which somebody spoke.
    private int _spokenEnd = -1;

    public AttributionFinder(TextAnalysis analysis)
    {
        _analysis = analysis;
        _text = analysis.Text;
        _tokens = analysis.Tokens;
        _quotes = Quotations.Find(_text);
        _quoteAt = new int[_tokens.Count];
        var quote = 0;
        for (var i = 0; i < _tokens.Count; i++)
        {
            while (quote < _quotes.Count && _quotes[quote].End <= _tokens[i].Start)
            {
                quote++;
            }

            _quoteAt[i] = quote < _quotes.Count && _quotes[quote].Contains(_tokens[i].Start) ? quote : -1;
        }
    }

    /// <summary>All attributions in the order of their cues, sources not yet resolved to names.</summary>
    public List<Attribution> Find()
    {
        var next = 0;
        foreach (var sentence in _analysis.Sentences)
        {
            while (next < _tokens.Count && _tokens[next].Start < sentence.Start)
            {
                next++;
            }

            _first = next;
            while (next < _tokens.Count && _tokens[next].Start < sentence.End)
            {
                next++;
            }

            _end = Math.Min(next, _first + LongestSentence);
            _sentenceStart = _found.Count;
            FindInSentence();
        }

        return _found;
    }

    private void FindInSentence()
    {
        for (var i = _first; i < _end && _found.Count - _sentenceStart < MostCues; i++)
        {
            if (_quoteAt[i] >= 0)
            {
                continue;
            }

            var found = Apart(Denying(AccordingTo(i) ?? Quoted(i) ?? Called(i) ?? Verb(i) ?? Noun(i)));
            if (found is not null && !(found.Source is null && _found.Count > _sentenceStart && _found[^1].Contents[0].Start == found.Contents[0].Start))
            {
                _found.Add(found);
                var until = found.Source is { } source && source.Start > found.Cue.Start && !AttributionWords.BeForms.Contains(W(i - 1)) ? source.End : found.Cue.End;
                while (i + 1 < _end && _tokens[i + 1].Start < until)
                {
                    i++;
                }
            }
        }

        if (_found.Count == _sentenceStart)
        {
            ContinueQuote();
        }
        else
        {
            _spokenEnd = _end;
        }
    }

    // "said it was not true that", "says the story is false": whoever says so denies it.
    private Attribution? Denying(Attribution? found)
    {
        if (found is not { Stance: Stances.Says or Stances.Claims } || found.Contents.Count == 0)
        {
            return found;
        }

        var content = found.Contents[0];
        var at = IndexAt(content.Start);
        var verb = at;
        while (verb < _end && verb < at + 5 && _quoteAt[verb] < 0 && W(verb) is not ("is" or "are" or "was" or "were"))
        {
            verb++;
        }

        var next = verb + (W(verb + 1) is "simply" or "completely" or "entirely" or "all" or "absolutely" ? 2 : 1);
        var negated = W(next) == "not";
        var end = next + (negated ? 2 : 1);
        if (verb == at || W(verb) is not ("is" or "are" or "was" or "were") || _tokens[Math.Min(end, _tokens.Count) - 1].End > content.End
            || !(negated ? W(next + 1) is "true" or "correct" or "accurate" : W(next) is "false" or "untrue" or "baseless" or "unfounded" or "groundless" or "wrong" && W(next + 1) is not ("to" or "for" or "with" or "about")))
        {
            return found;
        }

        // "it was not true that X": X is what is denied.
        if (W(at) is not ("it" or "that" or "this") || W(end) != "that" || end + 1 >= _end)
        {
            return end + 1 < _end && W(end) is not ("and" or "but" or "," or "." or "") ? found : found with { Stance = Stances.Denies };
        }

        return found with { Cue = found.Cue.End <= content.Start ? found.Cue with { End = _tokens[end - 1].End } : found.Cue, Contents = [content with { Start = _tokens[end + 1].Start }, .. found.Contents.Skip(1)], Stance = Stances.Denies };
    }

    // What is said is neither the words that attribute it nor who says it. A name inside the quotation is no speaker, so then
    // the speaker is not known.
    private static Attribution? Apart(Attribution? found)
    {
        if (found is null)
        {
            return null;
        }

        var contents = found.Contents.Any(content => content.Overlaps(found.Cue)) ? [.. found.Contents.Where(content => !content.Overlaps(found.Cue))] : found.Contents;
        return contents.Count == 0 ? null
            : found with { Contents = contents, Source = found.Source is { } source && contents.Any(content => content.Overlaps(source)) ? null : found.Source };
    }

    // A sentence that is nothing but quoted words goes on with what the one before was quoted with.
    private void ContinueQuote()
    {
        if (_found.Count == 0 || _end <= _first || _quoteAt[_first] < 0)
        {
            return;
        }

        var quote = _quotes[_quoteAt[_first]];
        var last = _found[^1];
        if (!last.IsDirect || _spokenEnd != _first || quote.Start < last.Whole.End || quote.Length < 12
            || _text.AsSpan(_tokens[_first - 1].End, _tokens[_first].Start - _tokens[_first - 1].End).Contains('\n'))
        {
            return;
        }

        _found[^1] = last with { Contents = [.. last.Contents, quote] };
        _spokenEnd = _end;
    }

    private Attribution? AccordingTo(int i)
    {
        if (W(i) != "according" || W(i + 1) != "to")
        {
            return null;
        }

        var nested = _found.Count > _sentenceStart && _found[^1].Contents is [.., var within] && within.Start == _tokens[i].Start;
        var opens = nested || Enumerable.Range(_first, i - _first).All(at => _tokens[at].Kind == TokenKind.Symbol || AttributionWords.Openers.Contains(W(at)));
        var source = PhraseForward(i + 2, opens);
        if (source is not { } span)
        {
            return null;
        }

        var contents = new List<TextSpan>();
        var after = IndexAt(span.End);
        if (opens)
        {
            AddContent(contents, SkipMarks(after), ContentEnd(SkipMarks(after)));
        }
        else
        {
            AddContent(contents, ContentStartBefore(i), i);
            if (W(after) == "," && after + 1 < _end && !StartsAttribution(after) && W(after + 1) is not ("and" or "but" or "which" or "who"))
            {
                AddContent(contents, after + 1, ContentEnd(after + 1));
            }
        }

        return contents.Count == 0 ? null : new Attribution(Span(i, i + 2), contents, Stances.Says) { Source = span, IsDirect = IsQuoted(contents) };
    }

    // "was quoted as saying", "quoted Smith as saying".
    private Attribution? Quoted(int i)
    {
        if (W(i) != "quoted")
        {
            return null;
        }

        var saying = i + 1;
        while (saying < _end && saying < i + 8 && !(W(saying) == "as" && W(saying + 1) is "saying" or "telling" or "stating"))
        {
            saying++;
        }

        if (saying >= _end || W(saying) != "as")
        {
            return null;
        }

        var group = GroupStart(i);
        var source = saying == i + 1 ? SubjectBefore(group) : Trimmed(i + 1, saying);
        var contents = new List<TextSpan>();
        var from = saying + 2;
        from += W(from) is "that" or "," or ":" ? 1 : 0;
        AddContent(contents, from, ContentEnd(from));
        if (contents.Count == 0)
        {
            AddContent(contents, ContentStartBefore(source is { } s ? IndexAt(s.Start) : group), source is { } t ? IndexAt(t.Start) : group);
        }

        return contents.Count == 0 ? null : new Attribution(Span(group, saying + 2), contents, Stances.Says) { Source = source, IsDirect = IsQuoted(contents) };
    }

    // `called the plan "a sham"`, `described it as "a sham"`.
    private Attribution? Called(int i)
    {
        if (W(i) is not ("called" or "calls" or "calling" or "dubbed" or "described" or "describes" or "describing" or "labeled" or "labelled" or "branded" or "characterized" or "characterised" or "deemed"))
        {
            return null;
        }

        if (W(i + 1) is "on" or "upon" or "for" && W(i) is "called" or "calls" or "calling")
        {
            return CalledOn(i);
        }

        var quote = i + 1;
        while (quote < _end && quote < i + 12 && _quoteAt[quote] < 0 && !AttributionWords.IsClauseMark(W(quote)) && W(quote) != ".")
        {
            quote++;
        }

        var group = GroupStart(i);
        if (quote >= _end || _quoteAt[quote] < 0 || quote == i + 1 || Enumerable.Range(group, i - group).Any(at => AttributionWords.BeForms.Contains(W(at)) || AttributionWords.Negations.Contains(W(at)))
            || SubjectBefore(group, group == i && W(i).EndsWith("ing", StringComparison.Ordinal)) is not { } source || IsNobody(source))
        {
            return null;
        }

        var contents = new List<TextSpan>();
        AddContent(contents, i + 1, ContentEnd(i + 1));
        return contents.Count == 0 ? null : new Attribution(Span(group, i + 1), contents, Stances.Says) { Source = source };
    }

    // "called on the senate to act", "called for a new vote".
    private Attribution? CalledOn(int i)
    {
        var group = GroupStart(i);
        var contents = new List<TextSpan>();
        AddContent(contents, i + 2, ContentEnd(i + 2));
        return contents.Count == 0 || (W(i + 1) != "for" && Find(i + 2, 12, "to") < 0) || Enumerable.Range(group, i - group).Any(at => AttributionWords.BeForms.Contains(W(at)) || AttributionWords.Negations.Contains(W(at)))
            || SubjectBefore(group, group == i && W(i) == "calling") is not { } source || IsNobody(source)
            ? null
            : new Attribution(Span(group, i + 2), contents, Stances.Demands) { Source = source };
    }

    // "the claim that …", "Putin's belief that …", "allegations by Rome that …".
    private Attribution? Noun(int i)
    {
        if (AttributionCues.Noun(_tokens[i].Lower) is not { } stance)
        {
            return null;
        }

        TextSpan? source = null;
        var that = i + 1;
        if (W(that) is "by" or "from" or "of")
        {
            while (that < _end && that < i + 9 && W(that) != "that" && !AttributionWords.IsClauseMark(W(that)) && !AttributionWords.Auxiliaries.Contains(W(that)) && !AttributionCues.TryVerb(W(that), out _))
            {
                that++;
            }

            source = W(that) == "that" ? Trimmed(i + 2, that) : null;
        }

        if (W(that) != "that" || that + 2 >= _end || _quoteAt[that] >= 0 || AttributionWords.Auxiliaries.Contains(W(that + 1)) || AttributionCues.TryVerb(W(that + 1), out _))
        {
            return null;
        }

        if (IsLacking(i))
        {
            return null;
        }

        source ??= Possessor(i);
        // "X's claim that A was B is false": what the sentence itself says of the claim is no part of it.
        var end = ContentEnd(that + 1);
        if (source is { } opening && _tokens[_first].Start == opening.Start || W(i - 1) is "the" && i - 1 == _first)
        {
            for (var at = end - 1; at > that + 3; at--)
            {
                if (_quoteAt[at] < 0 && AttributionWords.Auxiliaries.Contains(W(at)))
                {
                    end = GroupStart(at);
                    break;
                }
            }
        }

        if (_found.Count > _sentenceStart && _found[^1].Contents[0].Start == _tokens[that + 1].Start)
        {
            // "said in a statement that" is one attribution.
            return null;
        }

        var contents = new List<TextSpan>();
        AddContent(contents, that + 1, end);
        return contents.Count == 0 ? null : new Attribution(Span(i, i + 1), contents, stance) { Source = source, IsDirect = false };
    }

    // "wants assurances that", "without a promise that", "called for a guarantee that": what is wanted or lacking was not said.
    private bool IsLacking(int noun)
    {
        var at = noun - 1;
        while (at >= _first && at > noun - 6 && _tokens[at].Kind == TokenKind.Word && !AttributionWords.Wanting.Contains(W(at)) && !AttributionWords.Prepositions.Contains(W(at))
            && !AttributionWords.Auxiliaries.Contains(W(at)) && W(at) is not ("and" or "or") && !(AttributionCues.TryVerb(W(at), out var sense) && sense.IsPast))
        {
            at--;
        }

        if (AttributionWords.Wanting.Contains(W(at)) || W(at) == "without")
        {
            return true;
        }

        // A preposition of a verb of wanting: "hoped for", "waiting for", "calls for".
        return W(at) == "for" && at > _first && (AttributionWords.Wanting.Contains(W(at - 1)) || AttributionWords.WantingFor.Contains(W(at - 1)));
    }

    private string W(int at) => at >= _first && at < _end ? _tokens[at].Lower : "";

    private TextSpan Span(int first, int end) => new(_tokens[first].Start, _tokens[end - 1].End);

    // Index of the first token of the sentence that starts at or after the position.
    private int IndexAt(int position)
    {
        var (low, high) = (_first, _end);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_tokens[middle].Start < position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
