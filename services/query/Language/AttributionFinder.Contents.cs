namespace Broadsheet.Query.Language;

/// <summary>Where what is said begins and ends.</summary>
internal sealed partial class AttributionFinder
{
    // What follows the cue: its first token, the token after its last, and whether it is quoted. (-1 = nothing.)
    private (int From, int End, bool Direct) After(int cueEnd, CueSense sense)
    {
        var frames = sense.Frames;
        var at = cueEnd;
        if (frames.HasFlag(CueFrames.Infinitive) && W(at) == "to" && at + 1 < _end && W(at + 1) is not "the" and not "a" || W(at) == "not" && W(at + 1) == "to" && frames.HasFlag(CueFrames.Infinitive))
        {
            return (at, ContentEnd(at), false);
        }

        if (frames.HasFlag(CueFrames.Order) && Find(at, 12, "to") is var to && to > at)
        {
            return (at, ContentEnd(at), false);
        }

        if (frames.HasFlag(CueFrames.Blame) && !AttributionWords.Prepositions.Contains(W(at)) && (Find(at, 12, "of") > at || Find(at, 12, "for") > at || Find(at, 12, "as") > at))
        {
            return (at, ContentEnd(at), false);
        }

        var start = frames.HasFlag(CueFrames.Addressee) ? SkipAddressee(at) : at;
        start = SkipCircumstance(start);
        if (W(start) is "," or ":" or "--" or "—" && start + 1 < _end && _quoteAt[start + 1] >= 0 && frames.HasFlag(CueFrames.Quote))
        {
            return (start + 1, QuoteEnd(start + 1), true);
        }

        if (W(start) == ":" && frames.HasFlag(CueFrames.Quote) && start + 1 < _end)
        {
            return (start + 1, ContentEnd(start + 1), false);
        }

        if (start < _end && _quoteAt[start] >= 0)
        {
            var closed = QuoteEnd(start);
            if (W(start - 1) != "that" && FindThat(closed, 8) is var clause && clause > 0 && frames.HasFlag(CueFrames.That))
            {
                // `told the "Morning" show on Sunday that`: the quotation is a name.
                return (clause + 1, ContentEnd(clause + 1), false);
            }

            var ends = closed >= _end || W(closed) is "." or "," or ";" || closed == _end - 1;
            return frames.HasFlag(CueFrames.Quote) && ends ? (start, closed, true) : (start, ContentEnd(start), false);
        }

        if (W(start) == "that" && (frames & (CueFrames.That | CueFrames.Addressee)) != 0 && start + 1 < _end && W(start + 1) is not ("." or ","))
        {
            return (start + 1, ContentEnd(start + 1), false);
        }

        if (AttributionWords.WhWords.Contains(W(start)) && (frames & (CueFrames.That | CueFrames.Addressee)) != 0 && W(start) is "whether" or "how" or "why" or "if" or "what" && start + 2 < _end)
        {
            return (start, ContentEnd(start), false);
        }

        if (frames.HasFlag(CueFrames.Clause) && BeginsClause(start))
        {
            return (start, ContentEnd(start), false);
        }

        if (frames.HasFlag(CueFrames.Object) && start == cueEnd && BeginsObject(start))
        {
            return (start, ContentEnd(start), false);
        }

        // "that" after a longer circumstance: "said in a statement on Tuesday that".
        if (frames.HasFlag(CueFrames.That) && AttributionWords.Prepositions.Contains(W(cueEnd)) && W(cueEnd) is not ("of" or "about") && FindThat(cueEnd, 16) is var that && that > 0)
        {
            return (that + 1, ContentEnd(that + 1), false);
        }

        return (-1, -1, false);
    }

    // "told reporters", "told the BBC on Friday".
    private int SkipAddressee(int at)
    {
        if (W(at) == "that" || at >= _end || _quoteAt[at] >= 0)
        {
            return at;
        }

        if (AttributionWords.ObjectPronouns.Contains(W(at)))
        {
            return at + 1;
        }

        var end = at;
        if (AttributionWords.Determiners.Contains(W(end)))
        {
            end++;
        }

        while (end < _end && end < at + 10 && _quoteAt[end] < 0 && !AttributionWords.IsClauseMark(W(end)) && W(end) is not ("." or "that" or "to" or "of" or "about")
            && !AttributionWords.WhWords.Contains(W(end)) && !AttributionWords.Pronouns.Contains(W(end)) && !AttributionWords.Auxiliaries.Contains(W(end)))
        {
            // After the last word of the noun a new one begins with an article, or in lower case after a name.
            if (end > at && AttributionWords.Prepositions.Contains(W(end)) || (end > at + 1 && AttributionWords.Determiners.Contains(W(end))))
            {
                break;
            }

            if (end > at && !_tokens[end].IsCapitalised && W(end - 1).EndsWith("ers", StringComparison.Ordinal))
            {
                break;
            }

            end++;
        }

        return end;
    }

    // "on Tuesday", "in an interview", "at a rally in Ohio", "late Monday".
    private int SkipCircumstance(int at)
    {
        var end = at;
        for (var rounds = 0; rounds < 4 && end < _end; rounds++)
        {
            if (TimeAt(end) is var time && time > end)
            {
                end = time;
            }
            else if (W(end) is "in" or "at" or "on" or "during" or "after" or "via" or "through" or "earlier" or "late" or "early" or "last" or "before" && end + 1 < _end && _quoteAt[end] < 0)
            {
                if (TimeAt(end + 1) is var timed && timed > end + 1)
                {
                    end = timed;
                    continue;
                }

                var next = end + 1;
                next += AttributionWords.Determiners.Contains(W(next)) ? 1 : 0;
                var words = 0;
                while (next < _end && words < 6 && _quoteAt[next] < 0 && _tokens[next].Kind is TokenKind.Word or TokenKind.Possessive or TokenKind.Number
                    && !AttributionWords.Determiners.Contains(W(next)) && !AttributionWords.Pronouns.Contains(W(next)) && !AttributionWords.Auxiliaries.Contains(W(next))
                    && W(next) is not "that" && (words == 0 || !AttributionWords.Prepositions.Contains(W(next))) && TimeAt(next) == next)
                {
                    next++;
                    words++;
                }

                if (words == 0 || next >= _end)
                {
                    return end;
                }

                end = next;
            }
            else
            {
                break;
            }
        }

        // Nothing but circumstances: then what is said stands elsewhere.
        return end;
    }

    private bool BeginsClause(int at)
    {
        if (at >= _end || _tokens[at].Kind is TokenKind.Symbol && W(at) is not ("$" or "£" or "€" or "`") || _tokens[at].Kind == TokenKind.Possessive)
        {
            return false;
        }

        var word = W(at);
        if (AttributionWords.Prepositions.Contains(word) && word is not ("in" or "after" or "under" or "at" or "for") || word is "and" or "or" or "but" or "to" or "so" or "as" or "than" or "again")
        {
            return false;
        }

        // A clause has a verb: an auxiliary, or a word after the subject; two words are none.
        return at + 2 < _end && !(AttributionWords.Auxiliaries.Contains(word) && word is not ("is" or "are"));
    }

    private bool BeginsObject(int at) => at < _end && _quoteAt[at] < 0 && _tokens[at].Kind is TokenKind.Word or TokenKind.Number
        && !AttributionWords.Prepositions.Contains(W(at)) && W(at) is not ("and" or "or" or "but" or "to" or "that" or "himself" or "herself" or "themselves");

    private int FindThat(int at, int most)
    {
        for (var i = at; i < _end && i < at + most && W(i) is not ("." or ";" or ":") && _quoteAt[i] < 0; i++)
        {
            if (W(i) == "that" && i + 2 < _end)
            {
                return i;
            }
        }

        return -1;
    }

    private int Find(int at, int most, string word)
    {
        for (var i = at; i < _end && i < at + most && !AttributionWords.IsClauseMark(W(i)) && W(i) is not "that" and not "."; i++)
        {
            if (W(i) == word)
            {
                return i;
            }
        }

        return -1;
    }

    // The token after the last one of a clause: the sentence's end, or where another attribution begins.
    private int ContentEnd(int from)
    {
        for (var i = from + 1; i < _end; i++)
        {
            if (_quoteAt[i] < 0 && W(i) == ";")
            {
                return i;
            }

            if (_quoteAt[i] < 0 && (W(i) is "," or "and" or "but" or ";" or "—" or "–") && StartsAttribution(i))
            {
                return i;
            }
        }

        return _end;
    }

    // ", adding that", " and promised to", ", but Rome said", ", according to".
    private bool StartsAttribution(int mark)
    {
        var at = mark;
        while (W(at) is "," or ";" or "—" or "–")
        {
            at++;
        }

        var joined = W(at) is "and" or "but" or "while" or "though" or "although" or "as" or "with";
        var bare = at > mark;
        at += joined ? 1 : 0;
        while (at < _end && AttributionWords.IsAdverb(W(at)))
        {
            at++;
        }

        if (W(at) == "according")
        {
            return true;
        }

        if (AttributionCues.TryVerb(W(at), out var sense) && !(IsNounHere(at) || AttributionWords.Auxiliaries.Contains(W(at))))
        {
            if (bare && !joined && !sense.IsParticiple)
            {
                // "…, says Ann Lee."
                return sense.Frames.HasFlag(CueFrames.Quote) && sense.Frames.HasFlag(CueFrames.That) && at + 1 < _end && _tokens[at + 1].IsCapitalised;
            }

            return sense.IsParticiple ? bare : joined && sense.IsPast && at + 1 < _end
                && (W(at + 1) is "that" or "to" or "," or ":" || _tokens[at + 1].IsCapitalised || _quoteAt[at + 1] >= 0 || AttributionWords.Pronouns.Contains(W(at + 1)) || AttributionWords.ObjectPronouns.Contains(W(at + 1)) || AttributionWords.Determiners.Contains(W(at + 1)));
        }

        // Another speaker after a comma and a conjunction, or between two commas ("…, he said").
        if (!bare)
        {
            return false;
        }

        for (var i = at; i < _end && i < at + 7 && !AttributionWords.IsClauseMark(W(i)) && _quoteAt[i] < 0; i++)
        {
            if (i > at && AttributionCues.TryVerb(W(i), out var other) && !IsNounHere(i) && !other.IsParticiple && W(i - 1) is not "to")
            {
                return joined ? W(i + 1) is "that" or "whether" or "if" or "how" or "he" or "she" or "it" or "they" or "the" or "to" or "," or ":" : other.Frames.HasFlag(CueFrames.Quote) && W(i + 1) is "," or "." or "";
            }

            if (AttributionWords.ClauseOpeners.Contains(W(i)))
            {
                return false;
            }
        }

        return false;
    }

    // Where the clause before a parenthetical cue begins: the sentence's start, or after the attribution before.
    private int ContentStartBefore(int end)
    {
        var start = _first;
        if (_found.Count > _sentenceStart)
        {
            // What was said there may be part of what is said here ("many think it is lost, says X"), or end before.
            var last = _found[^1];
            var at = IndexAt(Math.Max(last.Cue.End, Math.Max(last.Source?.End ?? 0, last.Contents[^1].End)));
            start = at < end - 1 ? at : start;
        }

        return SkipMarks(start);
    }

    private int SkipMarks(int at)
    {
        while (at < _end && _quoteAt[at] < 0 && W(at) is "," or ";" or ":" or "." or ")" or "-" or "–" or "—")
        {
            at++;
        }

        return at;
    }

    private int QuoteEnd(int at)
    {
        var quote = _quoteAt[at];
        while (at < _end && _quoteAt[at] == quote)
        {
            at++;
        }

        return at;
    }

    // The quotation that ends right before the token, with a comma or without.
    private TextSpan? QuoteBefore(int at)
    {
        var before = at - 1;
        if (before >= _first && W(before) is "," or ":" or "—" or "–" && _quoteAt[before] < 0)
        {
            before--;
        }

        return before >= _first && _quoteAt[before] >= 0 ? _quotes[_quoteAt[before]] : null;
    }

    private void AddFollowingQuotes(List<TextSpan> contents, int from)
    {
        var last = -1;
        for (var i = from; i < _end; i++)
        {
            if (_quoteAt[i] < 0)
            {
                if (W(i) == "," && StartsAttribution(i))
                {
                    return;
                }

                continue;
            }

            if (_quoteAt[i] != last)
            {
                last = _quoteAt[i];
                var quote = _quotes[last];
                if (contents.Count == 0 || quote.Start >= contents[^1].End)
                {
                    contents.Add(quote);
                }
            }
        }
    }

    // Adds the tokens without the marks and spaces at their ends; a quotation that they cut is taken whole.
    private void AddContent(List<TextSpan> contents, int from, int end)
    {
        while (from < end && _quoteAt[from] < 0 && _tokens[from].Kind == TokenKind.Symbol && W(from) is not ("$" or "£" or "€" or "(" or "#" or "@"))
        {
            from++;
        }

        while (end > from && _quoteAt[end - 1] < 0 && W(end - 1) is "," or "." or ";" or ":" or "!" or "?" or "—" or "–" or "-" or "and" or "but" or "\"" or "”")
        {
            end--;
        }

        if (from >= end)
        {
            return;
        }

        var start = _quoteAt[from] >= 0 && from == _first ? Math.Min(_quotes[_quoteAt[from]].Start, _tokens[from].Start) : _tokens[from].Start;
        var stop = _quoteAt[end - 1] >= 0 ? Math.Max(_tokens[end - 1].End, Math.Min(_quotes[_quoteAt[end - 1]].End, _tokens[Math.Min(_end, _tokens.Count) - 1].End)) : _tokens[end - 1].End;
        if (_quoteAt[end - 1] >= 0 && end == _end)
        {
            stop = _quotes[_quoteAt[end - 1]].End;
        }

        if (contents.Count > 0 && start < contents[^1].End)
        {
            start = contents[^1].End;
        }

        if (start < stop)
        {
            contents.Add(new TextSpan(start, stop));
        }
    }

    private bool IsQuoted(List<TextSpan> contents) => contents.Count > 0 && _quotes.BinarySearch(contents[0], Comparer<TextSpan>.Create((a, b) => a.Start.CompareTo(b.Start))) >= 0
        && _text[contents[0].End - 1] is '"' or '”' or '\'' or '’' or '»';
}
