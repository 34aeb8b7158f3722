namespace Broadsheet.Query.Language;

/// <summary>Verbs that attribute, with what stands around them.</summary>
internal sealed partial class AttributionFinder
{
    private Attribution? Verb(int i)
    {
        if (_tokens[i].Kind != TokenKind.Word || !AttributionCues.TryVerb(_tokens[i].Lower, out var sense) || IsNounHere(i))
        {
            return null;
        }

        var group = GroupStart(i);
        var cueEnd = i + 1;
        if (W(i) is "point" or "pointed" or "points" or "pointing")
        {
            if (W(i + 1) != "out")
            {
                return null;
            }

            cueEnd++;
        }

        if (IsReducedPassive(i, sense))
        {
            return null;
        }

        if (W(cueEnd) == "not" && W(cueEnd + 1) == "to" && W(cueEnd + 2) == "be" && W(cueEnd + 3) is "named" or "identified" or "quoted")
        {
            return null;
        }

        // "the much anticipated report": an adjective. "a home state", "the lawsuits demand": a verb in its base form has a plural or a helper before it.
        if ((sense.IsPast && W(group - 1) is "a" or "an" or "the" or "its" or "his" or "her" or "their" or "of" or "very")
            || (sense.IsBase && group == i && W(i - 1) != "to" && !IsPlural(i - 1)))
        {
            return null;
        }

        var passive = sense.IsPast && !sense.IsParticiple && Enumerable.Range(group, i - group).Any(at => AttributionWords.BeForms.Contains(W(at)));
        if (passive)
        {
            return Passive(group, i, sense);
        }

        var stance = sense.Stance;
        if (Enumerable.Range(group, i - group).Any(at => AttributionWords.Negations.Contains(W(at))))
        {
            // Whoever did not say it did not say it; whoever does not believe it doubts it.
            if (stance is not (Stances.Believes or Stances.Expects))
            {
                return null;
            }

            stance = Stances.Doubts;
        }

        if (W(group - 1) == "to")
        {
            var governing = group - 2;
            if (!AttributionWords.CatenativeVerbs.Contains(W(governing)))
            {
                return null;
            }

            group = GroupStart(W(governing) == "on" ? governing - 1 : governing);
        }

        if (AttributionWords.Modals.Contains(W(group)) || W(group - 1) is "let" or "without" or "not" || (sense.IsParticiple && group == i && i > _first && W(i - 1) is "of" or "for" or "about" or "than" or "like"))
        {
            return null;
        }

        return Inverted(group, i, cueEnd, sense, stance) ?? Following(group, i, cueEnd, sense, stance) ?? Surrounding(group, i, cueEnd, sense, stance);
    }

    // "Lin, asked about the plan, replied": a participle between commas, of which the one before the comma is the object.
    private bool IsReducedPassive(int i, CueSense sense)
    {
        if (!sense.IsPast || W(i - 1) != "," || i - 2 < _first || _quoteAt[i - 2] >= 0 || !(AttributionWords.Prepositions.Contains(W(i + 1)) || W(i + 1) is "whether" or "if" or "why" or "how"))
        {
            return false;
        }

        for (var at = i + 2; at < _end && at < i + LongestPhrase && _quoteAt[at] < 0 && W(at) is not ("." or ";" or ":"); at++)
        {
            if (W(at) == ",")
            {
                return at + 1 < _end && (AttributionWords.Auxiliaries.Contains(W(at + 1)) || (AttributionCues.TryVerb(W(at + 1), out var main) && !main.IsParticiple && !main.IsBase));
            }
        }

        return false;
    }

    // X says …: what follows the verb is what is said.
    private Attribution? Following(int group, int i, int cueEnd, CueSense sense, string stance)
    {
        var (from, end, direct) = After(cueEnd, sense);
        if (from < 0 || from >= end)
        {
            return null;
        }

        var source = SubjectBefore(group, sense.IsParticiple && group == i);
        if (source is { } span && IsNobody(span))
        {
            return null;
        }

        var subjectStart = source is { } known && known.Start < _tokens[group].Start ? IndexAt(known.Start) : group;
        if (W(subjectStart - 1) is "if" or "unless" || (source is null && !sense.IsParticiple && group == _first))
        {
            return null;
        }

        // `"A," X said in a hall with B.`: what was said stands before.
        if (!direct && QuoteBefore(subjectStart) is not null && W(from - 1) is not ("that" or ":"))
        {
            return null;
        }

        var contents = new List<TextSpan>();
        if (direct && !(sense.IsParticiple && group == i) && QuoteBefore(subjectStart) is { } before)
        {
            contents.Add(before);
        }

        AddContent(contents, from, end);
        if (direct)
        {
            AddFollowingQuotes(contents, end);
        }

        return contents.Count == 0 ? null : new Attribution(Span(group, cueEnd), contents, stance) { Source = source, IsDirect = IsQuoted(contents) };
    }

    // "A", X said. — "A", X said, "B". — A, X said, B.
    private Attribution? Surrounding(int group, int i, int cueEnd, CueSense sense, string stance)
    {
        if (!sense.Frames.HasFlag(CueFrames.Quote) || sense.IsParticiple && group == i)
        {
            return null;
        }

        var source = SubjectBefore(group);
        if (source is not { } span || IsNobody(span))
        {
            return null;
        }

        var start = IndexAt(span.Start);
        if (!sense.Frames.HasFlag(CueFrames.That) && QuoteBefore(start) is null)
        {
            return null;
        }

        return Around(start, cueEnd, Span(group, cueEnd), span, stance);
    }

    // "A", said X, "B". Only verbs that are used so, only after a mark or at the start.
    private Attribution? Inverted(int group, int i, int cueEnd, CueSense sense, string stance)
    {
        if (!sense.Frames.HasFlag(CueFrames.Quote) || sense.IsParticiple || group != i || i == _first || !(W(i - 1) == "," || _quoteAt[i - 1] >= 0)
            || (W(i - 1) == "," && (i - 2 < _first || _quoteAt[i - 2] < 0) && Interrupted(i - 1) is not null) || i + 1 >= _end || _quoteAt[i + 1] >= 0 || W(cueEnd) is "that" or "," or ":" or "to" or "in" or "on")
        {
            return null;
        }

        var source = PhraseForward(cueEnd);
        if (source is not { } span || IsNobody(span) || AttributionWords.ObjectPronouns.Contains(span.Of(_text).ToLowerInvariant()))
        {
            return null;
        }

        // "…, said the spokesman would resign" has a subject of its own further left.
        if (_quoteAt[i - 1] < 0 && !EndsAfter(IndexAt(span.End)))
        {
            return null;
        }

        return Around(i, IndexAt(span.End), Span(i, cueEnd), span, stance);
    }

    private bool EndsAfter(int at) => at >= _end || AttributionWords.IsClauseMark(W(at)) || W(at) is "." or "!" or "?" or "in" or "on" or "at" or "during" or "after" || _quoteAt[at] >= 0;

    private Attribution? Around(int from, int to, TextSpan cue, TextSpan source, string stance)
    {
        var contents = new List<TextSpan>();
        var quoted = QuoteBefore(from);
        if (quoted is { } before)
        {
            contents.Add(before);
        }
        else if (!EndsAfter(to) && !AttributionWords.Prepositions.Contains(W(to)) && !AttributionWords.IsAdverb(W(to)) && TimeAt(to) == to && W(to) is not ("reporters" or "when" or "him" or "her" or "me" or "us" or "them"))
        {
            return null;
        }
        else if (W(from - 1) == "," && from - 1 > _first)
        {
            AddContent(contents, ContentStartBefore(from - 1), from - 1);
        }
        else if (AttributionCues.Noun(W(from - 1)) is not null && W(from - 2) is "a" or "an" or "the")
        {
            // "…, a claim Moscow denies"
            AddContent(contents, from - 2, from);
        }
        else if (W(from - 1) is not "as" || from - 1 > _first)
        {
            return null;
        }

        var rest = to;
        while (rest < _end && rest < to + 20 && _quoteAt[rest] < 0 && W(rest) is not "," and not "." and not ":" and not ";")
        {
            rest++;
        }

        if (quoted is not null || (rest < _end && _quoteAt[rest] >= 0))
        {
            AddFollowingQuotes(contents, to);
        }
        else if (W(rest) == "," && rest == to && rest + 1 < _end && !StartsAttribution(rest) && W(rest + 1) is not ("and" or "but" or "which" or "who"))
        {
            AddContent(contents, rest + 1, ContentEnd(rest + 1));
        }

        return contents.Count == 0 ? null : new Attribution(cue, contents, stance) { Source = source, IsDirect = IsQuoted(contents) };
    }

    // "was accused by X of …", "is believed to …", "was told that …".
    private Attribution? Passive(int group, int i, CueSense sense)
    {
        var next = i + 1;
        TextSpan? source = null;
        if (AttributionWords.Modals.Contains(W(group)) || W(group) == "not" || sense.Stance == Stances.Expects || (W(next) == "by" && W(next + 1) == "the" && W(next + 2) == "fact"))
        {
            return null;
        }

        if (W(next) == "by")
        {
            var end = next + 1;
            while (end < _end && end < next + 12 && W(end) is not ("of" or "for" or "to" or "as" or "that") && !AttributionWords.IsClauseMark(W(end)) && W(end) is not "." && _quoteAt[end] < 0)
            {
                end++;
            }

            source = Trimmed(next + 1, end);
            next = end;
        }

        var contents = new List<TextSpan>();
        var frames = sense.Frames;
        if (W(next) == "that" && frames.HasFlag(CueFrames.That))
        {
            AddContent(contents, next + 1, ContentEnd(next + 1));
        }
        else if (W(next) is "of" or "for" && frames.HasFlag(CueFrames.Blame) || (W(next) == "to" && (frames & (CueFrames.That | CueFrames.Order)) != 0 && next > i))
        {
            // The claim is about the subject: "[He] was accused by X [of lying]".
            if (SubjectBefore(group) is { } about && !IsNobody(about))
            {
                contents.Add(about);
            }

            AddContent(contents, next, ContentEnd(next));
        }
        else if (source is not null && frames.HasFlag(CueFrames.Object) && SubjectBefore(group) is { } denied && !IsNobody(denied))
        {
            contents.Add(denied);
        }

        return contents.Count == 0 || source is { } s && IsNobody(s) ? null : new Attribution(Span(group, i + 1), contents, sense.Stance) { Source = source };
    }

    // "a report", "the claims", "her promise": the verb forms that are nouns here.
    private bool IsNounHere(int i)
    {
        var before = W(i - 1);
        if (before is "a" or "an" or "the" or "this" or "his" or "her" or "its" or "their" or "these" or "those" or "of" or "any" or "some" or "no" or "such" or "my" or "our"
            || (i > _first && _tokens[i - 1].Kind == TokenKind.Possessive && W(i + 1) is not "that")
            || (i > _first + 1 && (AttributionCues.Noun(W(i)) is not null || W(i) is "report" or "reports") && AttributionCues.TryVerb(before, out var governing)
                && (governing.IsPast || governing.IsParticiple) && governing.Frames.HasFlag(CueFrames.Object) && !AttributionWords.Determiners.Contains(W(i - 2)))
            || (_tokens[i].IsCapitalised && i > _first && W(i - 1) is not ("\"" or "“" or "”")))
        {
            return !AttributionCues.TryVerb(W(i), out var sense) || !sense.IsPast || before is not "her";
        }

        return W(i) is "read" or "reads" && W(i - 1) is not ("statement" or "letter" or "tweet" or "headline" or "sign" or "message") || W(i) is "figure" or "figures" or "cry" or "cries" or "post" or "posts" or "charge" or "charges" && W(i + 1) is not "that"
            || W(i) is "support" or "supports" or "offer" or "offers" or "attack" or "attacks" && W(i + 1) is "for" or "of" or "on" or "from";
    }

    // "critics say", "they claim", "he and she claim".
    private bool IsPlural(int at)
    {
        while (at > _first && AttributionWords.IsAdverb(W(at)))
        {
            at--;
        }

        var word = W(at);
        return word is "him" or "them" or "they" or "we" or "i" or "you" or "people" or "who" or "men" or "women" or "many" or "some" or "others" or "and" or "," or "police" or "that" or "which" or "most" || (word.Length > 3 && word[^1] == 's' && !word.EndsWith("ss", StringComparison.Ordinal) && _tokens[at].Kind == TokenKind.Word)
            || (at > _first + 1 && W(at - 2) == "and" && _tokens[at].IsCapitalised) || _quoteAt[Math.Max(at, 0)] >= 0;
    }

    private int GroupStart(int i)
    {
        var group = i;
        while (group - 1 >= _first && group > i - 6 && _quoteAt[group - 1] < 0 && (AttributionWords.Auxiliaries.Contains(W(group - 1)) || AttributionWords.IsAdverb(W(group - 1))))
        {
            group--;
        }

        return group;
    }
}
