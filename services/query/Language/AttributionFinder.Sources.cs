namespace Broadsheet.Query.Language;

/// <summary>Who it is: the noun phrase where the cue's subject stands.</summary>
internal sealed partial class AttributionFinder
{
    private const int LongestPhrase = 24;
    private int _nextTime;

    // The subject of the verb group that starts at the token; null = the text names none.
    private TextSpan? SubjectBefore(int group, bool participle = false)
    {
        var at = group - 1;
        if (at < _first)
        {
            return null;
        }

        // "Rome, which has said": what is said of the noun before.
        if (W(at) is "who" or "which" or "that" && at > _first)
        {
            at--;
            at -= W(at) == "," && at > _first ? 1 : 0;
            return PhraseBefore(at);
        }

        // "a statement saying that": who says it is the noun before.
        if (participle && _tokens[at].Kind == TokenKind.Word && !AttributionWords.Prepositions.Contains(W(at)) && !AttributionWords.ClauseOpeners.Contains(W(at)) && W(at) is not ("and" or "or" or "then"))
        {
            return PhraseBefore(at);
        }

        if (participle || W(at) is "and" or "or" or "but" or "then" || (W(at) == "," && at - 1 >= _first && W(at - 1) is "and" or "but"))
        {
            return SharedSubject(group);
        }

        if (_quoteAt[at] >= 0)
        {
            return null;
        }

        if (W(at) is "," or ")")
        {
            return Interrupted(at) ?? (W(at) == "," ? SharedSubject(group) : null);
        }

        if (W(at) is "—" or "–" or "--" or ";" or ":")
        {
            return null;
        }

        return PhraseBefore(at);
    }

    // "Ann Lee, a spokeswoman for Rome, said"; "Lee (D) said"; "Lee, in a speech, said".
    private TextSpan? Interrupted(int mark)
    {
        var open = W(mark) == ")" ? "(" : ",";
        var at = mark - 1;
        while (at > _first && at > mark - LongestPhrase && W(at) != open)
        {
            if (_quoteAt[at] >= 0 || W(at) is ";" or ":")
            {
                return null;
            }

            at--;
        }

        if (W(at) != open || at <= _first)
        {
            return null;
        }

        var head = PhraseBefore(at - 1);
        if (head is not { } span)
        {
            return null;
        }

        // "In Rome, the senate, …": a circumstance is no part of who speaks.
        var aside = W(at + 1);
        var belongs = open == "(" || !(AttributionWords.Prepositions.Contains(aside) || AttributionWords.IsAdverb(aside) || AttributionWords.Openers.Contains(aside) || AttributionWords.ClauseOpeners.Contains(aside) && aside is not ("who" or "whose" or "which")
            || (AttributionCues.TryVerb(aside, out var sense) && sense.IsParticiple));
        return belongs ? span with { End = _tokens[open == "(" ? mark : mark - 1].End } : span;
    }

    // The noun phrase that ends with the token.
    private TextSpan? PhraseBefore(int last)
    {
        // A time at its end belongs to the verb: "Lee on Tuesday said".
        last = TrimTimeBefore(last);
        if (last < _first || _quoteAt[last] >= 0)
        {
            return null;
        }

        var start = last;
        while (start - 1 >= _first && last - start < LongestPhrase && !BoundsPhrase(start - 1))
        {
            start--;
        }

        // "Republicans who had backed him say": the relative clause belongs to its noun.
        if (start - 1 > _first && (AttributionWords.Auxiliaries.Contains(W(start - 1)) || W(start - 1) is "who"))
        {
            for (var i = start - 1; i > _first + 1 && i > start - 6 && !AttributionWords.IsClauseMark(W(i)); i--)
            {
                if (W(i) == "who" && _tokens[i - 1].Kind == TokenKind.Word && PhraseBefore(i - 1) is { } head)
                {
                    return head with { End = _tokens[last].End };
                }
            }
        }

        return Trimmed(start, last + 1);
    }

    private bool BoundsPhrase(int at)
    {
        var word = W(at);
        if (_quoteAt[at] >= 0 || AttributionWords.IsClauseMark(_tokens[at].Text) || AttributionWords.ClauseOpeners.Contains(word) || (word == "." && !IsAbbreviationPoint(at)) || word is "!" or "?" or "\"" or "“" or "”" or "``" or "''")
        {
            return true;
        }

        if (_tokens[at].Text == "-" && at > _first && _tokens[at - 1].End < _tokens[at].Start)
        {
            return true;
        }

        // "after he testified": a preposition before a pronoun that acts opens a clause.
        if (AttributionWords.Prepositions.Contains(word) && W(at + 1) is "he" or "she" or "they" or "it" or "we" or "i")
        {
            return true;
        }

        // "…, a claim Moscow denies": a noun of saying before a name is what the name's clause is about.
        if (AttributionCues.Noun(word) is not null && at + 1 < _end && _tokens[at + 1].IsCapitalised && W(at - 1) is "a" or "an" or "the")
        {
            return true;
        }

        // A verb on the left belongs to another clause.
        if (AttributionWords.Auxiliaries.Contains(word) || (AttributionCues.TryVerb(word, out var sense) && !IsNounHere(at) && !sense.IsParticiple && sense.IsPast && !AttributionWords.Determiners.Contains(W(at - 1))))
        {
            return true;
        }

        // "Lee and Wu said" is one subject, "it burned and Lee said" is not.
        if (word is "and" or "or")
        {
            return IsVerbBefore(at);
        }

        return false;
    }

    // "Mr.", "J.": the sentence goes on behind it.
    private bool IsAbbreviationPoint(int at) => at > _first && at + 1 < _end && _tokens[at - 1].End == _tokens[at].Start && _tokens[at - 1].IsCapitalised && _tokens[at - 1].Text.Length <= 4;

    private bool IsVerbBefore(int at)
    {
        for (var i = at - 1; i >= _first && i > at - 8 && !AttributionWords.IsClauseMark(W(i)); i--)
        {
            if (AttributionWords.Auxiliaries.Contains(W(i)) || AttributionCues.TryVerb(W(i), out var sense) && !IsNounHere(i) && sense.IsPast
                || (W(i).Length > 4 && W(i).EndsWith("ed", StringComparison.Ordinal) && i > _first && !_tokens[i].IsCapitalised && !AttributionWords.Determiners.Contains(W(i - 1))))
            {
                return true;
            }
        }

        return false;
    }

    // The phrase between the tokens without what only leads to it: "But on Tuesday the senate" → "the senate".
    private TextSpan? Trimmed(int start, int end)
    {
        var changed = true;
        while (changed && start < end)
        {
            if (TimeAt(start) is var time && time > start)
            {
                start = Math.Min(time, end);
            }
            else if (AttributionWords.Openers.Contains(W(start)) || (AttributionWords.IsAdverb(W(start)) && !_tokens[start].IsCapitalised) || (start == _first && AttributionWords.IsAdverb(W(start)) && W(start) is not "both" and not "all")
                || _tokens[start].Kind is TokenKind.Symbol && _tokens[start].Text is not ("$" or "@" or "“") || _tokens[start].Kind == TokenKind.Possessive)
            {
                start++;
            }
            else if (AttributionWords.Prepositions.Contains(W(start)) && W(start) is not "of" and not "over" and not "about" and not "like")
            {
                start = AfterCircumstance(start, end);
            }
            else
            {
                changed = false;
            }
        }

        while (end > start && (_tokens[end - 1].Kind == TokenKind.Symbol && _tokens[end - 1].Text is not (")" or "%") || AttributionWords.IsAdverb(W(end - 1)) && W(end - 1).Length < 9 || AttributionWords.Openers.Contains(W(end - 1)) || AttributionWords.Prepositions.Contains(W(end - 1))))
        {
            end--;
        }

        if (start >= end || AttributionWords.Auxiliaries.Contains(W(start)) && W(start) != "will")
        {
            return null;
        }

        return Span(start, end);
    }

    // "In an interview with the BBC Lee": the subject begins where a new noun phrase does.
    private int AfterCircumstance(int start, int end)
    {
        for (var i = end - 1; i > start + 1; i--)
        {
            var (word, before) = (W(i), W(i - 1));
            var free = !AttributionWords.Prepositions.Contains(before) && !AttributionWords.Determiners.Contains(before) && before is not "and" and not "or";
            if (free && (word is "he" or "she" or "they" or "it" || (word is "the" or "a" or "an" or "his" or "her" or "its" or "their" or "some" or "many" or "several"))
                || (free && _tokens[i].IsCapitalised && !_tokens[i - 1].IsCapitalised && _tokens[i - 1].Kind == TokenKind.Word))
            {
                return i;
            }
        }

        return end;
    }

    // The phrase that starts with the token: "said [Ann Lee, a spokeswoman for Rome]."
    private TextSpan? PhraseForward(int at, bool opens = false)
    {
        var relative = false;
        var start = at;
        var end = at;
        while (end < _end && end < start + LongestPhrase && _quoteAt[end] < 0)
        {
            var word = W(end);
            if (word == "." && !IsAbbreviationPoint(end) || word is "!" or "?" or ";" or ":" or "—" or "–" or "--" || (TimeAt(end) > end && end > start && !AttributionWords.Determiners.Contains(W(end - 1))))
            {
                break;
            }

            if (word == ",")
            {
                if (!ContinuesApposition(end, opens))
                {
                    break;
                }

                relative |= W(end + 1) is "who" or "whose" or "which";
            }

            relative |= end > start && word is "who";

            if (end > start && !relative && (word is "on" or "during" or "after" or "before" or "about" or "as" or "when" or "while" or "to" or "if" or "because" or "although" or "though" or "that" or "via" or "earlier" or "late"
                || word is "in" or "at" && _tokens[end - 1].IsCapitalised && W(start + 1) != ","
                || (AttributionWords.Auxiliaries.Contains(word) && !HasRelative(start, end))
                || word == "and" && !_tokens[Math.Min(end + 1, _end - 1)].IsCapitalised && (W(end + 1) is "the" or "that" or "he" or "she" or "they" or "it" || AttributionCues.TryVerb(W(end + 1), out _))))
            {
                break;
            }

            // "said he was ready": a pronoun is all of its phrase.
            end++;
            if (AttributionWords.Pronouns.Contains(word) && word is "he" or "she" or "they" or "it")
            {
                break;
            }
        }

        return Trimmed(start, end);
    }

    // ", a spokeswoman for Rome", ", who leads the party", ", the mayor".
    private bool ContinuesApposition(int comma, bool opens)
    {
        var word = W(comma + 1);
        if (opens && !ClosedByComma(comma))
        {
            return false;
        }

        if (word is "a" or "an" or "the" or "who" or "whose" or "director" or "president" or "chairman" or "chief" or "head" or "professor" or "spokesman" or "spokeswoman" or "spokesperson" or "executive"
            or "former" or "senior" or "author" or "co-founder" or "founder" or "leader" or "minister" or "secretary" or "analyst" or "editor" or "chairwoman" or "dean" or "mayor" or "governor" or "one" or "his" or "her" or "their" or "its" or "jr" or "sr")
        {
            // "…, the vote failed" goes on with another clause.
            for (var i = comma + 2; i < _end && i < comma + 12 && !AttributionWords.IsClauseMark(W(i)); i++)
            {
                if (W(i) is "of" or "for" or "at" or "who" or "in" or "and" or "with")
                {
                    return true;
                }

                if (AttributionWords.Auxiliaries.Contains(W(i)) && word is not ("who" or "whose"))
                {
                    return false;
                }
            }

            return true;
        }

        // ", Mr. Lee's campaign chairman,": an office between commas.
        if (word.Length > 0 && _tokens[comma + 1].IsCapitalised && ClosedByComma(comma) && Enumerable.Range(comma + 1, 12).TakeWhile(i => W(i) is not ("," or "")).Any(i => NameWords.Callings.Contains(W(i)) || (NameWords.Titles.Contains(W(i)) && !_tokens[i].IsCapitalised)))
        {
            return true;
        }

        // "R-Texas", "D-Ohio".
        return word is "r" or "d" or "i" && W(comma + 2) == "-" || word.StartsWith("r-", StringComparison.Ordinal) || word.StartsWith("d-", StringComparison.Ordinal);
    }

    // After "According to X," an apposition needs a comma at its end, before any verb.
    private bool ClosedByComma(int comma)
    {
        var relative = W(comma + 1) is "who" or "whose" or "which";
        for (var i = comma + 1; i < _end && i < comma + 16; i++)
        {
            if (W(i) == ",")
            {
                return true;
            }

            if (W(i) is "." or ";" or ":" || _quoteAt[i] >= 0 || (!relative && (AttributionWords.Auxiliaries.Contains(W(i)) || (AttributionCues.TryVerb(W(i), out var sense) && !sense.IsParticiple && !IsNounHere(i)))))
            {
                return false;
            }
        }

        return false;
    }

    private bool HasRelative(int start, int end) => Enumerable.Range(start, end - start).Any(i => W(i) is "who" or "which" or "whose");

    // "Putin's belief", "their claim".
    private TextSpan? Possessor(int noun)
    {
        var at = noun - 1;
        while (at > _first && at > noun - 5 && _tokens[at].Kind == TokenKind.Word && W(at) is not ("his" or "her" or "its" or "their" or "the" or "a"))
        {
            at--;
        }

        if (W(at) is "his" or "her" or "its" or "their")
        {
            return Span(at, at + 1);
        }

        if (at <= _first || _tokens[at].Kind != TokenKind.Possessive)
        {
            return null;
        }

        return PhraseBefore(at - 1);
    }

    // Of a sentence's coordinated verbs the first one's subject: "He left early and said".
    private TextSpan? SharedSubject(int group)
    {
        if (_found.Count > _sentenceStart)
        {
            return _found[^1].Source;
        }

        // The sentence's first name or pronoun, if nothing but circumstances stands before it.
        var at = SkipOpening(_first, group);
        var end = at;
        while (end < group && end < at + LongestPhrase && !AttributionWords.Auxiliaries.Contains(W(end)) && !AttributionWords.IsClauseMark(W(end)) && !AttributionWords.ClauseOpeners.Contains(W(end))
            && !IsFiniteVerb(end, at))
        {
            end++;
        }

        return end < group && end > at ? Trimmed(at, end) : null;
    }

    private bool IsFiniteVerb(int at, int start)
    {
        var word = W(at);
        return at > start && !_tokens[at].IsCapitalised && ((AttributionCues.TryVerb(word, out var sense) && !sense.IsParticiple && !IsNounHere(at))
            || (word.Length > 3 && word.EndsWith("ed", StringComparison.Ordinal) && !AttributionWords.Determiners.Contains(W(at - 1)))
            || word is "went" or "took" or "made" or "came" or "got" or "gave" or "left" or "met" or "spoke" or "began" or "sent" or "put" or "ran" or "won" or "lost" or "held" or "kept" or "led" or "brought" or "saw" or "stood" or "sat" or "wants" or "seems" or "goes" or "makes" or "takes" or "remains");
    }

    private int SkipOpening(int from, int limit)
    {
        var at = from;
        while (at < limit && (AttributionWords.Openers.Contains(W(at)) || _tokens[at].Kind == TokenKind.Symbol))
        {
            at++;
        }

        if (AttributionWords.Prepositions.Contains(W(at)) || AttributionWords.ClauseOpeners.Contains(W(at)) || AttributionWords.IsAdverb(W(at)))
        {
            var comma = at;
            while (comma < limit && comma < at + LongestPhrase && W(comma) != ",")
            {
                comma++;
            }

            return W(comma) == "," && comma < limit ? comma + 1 : at;
        }

        return at;
    }

    private bool IsNobody(TextSpan source)
    {
        var words = source.Of(_text);
        if (words.Length < 60 && words.ToLowerInvariant() is var lower && (lower.StartsWith("neither ", StringComparison.Ordinal) || lower.StartsWith("no ", StringComparison.Ordinal) || lower is "nobody" or "neither" or "none" or "no one"))
        {
            return true;
        }

        return words.Length < 12 && AttributionWords.NoSource.Contains(words.ToLowerInvariant().Replace('’', '\''));
    }

    private int TrimTimeBefore(int last)
    {
        for (var at = last; at > _first && at > last - 5; at--)
        {
            if (TimeAt(at) == last + 1)
            {
                at--;
                return W(at) is "on" or "in" or "during" or "late" or "early" or "earlier" ? at - 1 : at;
            }
        }

        return last;
    }

    // The token after the time expression that starts at the token, or the token.
    private int TimeAt(int at)
    {
        if (at >= _end || at < _first)
        {
            return at;
        }

        var times = _analysis.Times;
        var position = _tokens[at].Start;
        while (_nextTime > 0 && times[_nextTime - 1].Start >= position)
        {
            _nextTime--;
        }

        while (_nextTime < times.Count && times[_nextTime].Start < position)
        {
            _nextTime++;
        }

        return _nextTime < times.Count && times[_nextTime].Start == position && times[_nextTime].Type is TimeType.Date or TimeType.Time ? Math.Max(at + 1, IndexAt(times[_nextTime].End)) : at;
    }
}
