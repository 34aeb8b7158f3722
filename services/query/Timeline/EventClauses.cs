using Broadsheet.Query.Language;
using TextSpan = Broadsheet.Query.Language.TextSpan;

namespace Broadsheet.Query.Timeline;

/// <summary>
/// Reads what the clause around a date says: the verb, what it is done to and by whom. By word forms and order alone, so
/// where it is unsure it finds nothing, and an event stays a row of its own.
/// </summary>
internal sealed class EventClauses(TextAnalysis language)
{
    // Further than this no verb is looked for its parts.
    private const int Reach = 40;

    private readonly IReadOnlyList<Token> _tokens = language.Tokens;
    private readonly IReadOnlyList<Entity> _entities = language.Entities;

    /// <summary>Index of the first token that begins at or after a position.</summary>
    public int TokenAt(int position)
    {
        var (low, high) = (0, _tokens.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _tokens[middle].Start < position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The clauses of a sentence, one for each date in it: where it ends between two dates is told by marks and verbs.</summary>
    public List<EventClause> Split(TextSpan sentence, IReadOnlyList<TextSpan> dates)
    {
        var (first, end) = (TokenAt(sentence.Start), TokenAt(sentence.End));
        var clauses = new List<EventClause>(dates.Count);
        var begin = first;
        for (var i = 0; i < dates.Count; i++)
        {
            var (from, to) = (TokenAt(dates[i].Start), TokenAt(dates[i].End));
            var close = i + 1 < dates.Count ? Border(begin, from, to, TokenAt(dates[i + 1].Start)) : end;
            var verb = Verb(begin, from, to, close);
            // "NATO in 1949 and the Warsaw Pact in 1955": the verb is that of the clause before.
            clauses.Add(new EventClause(begin, close, from, to, verb));
            begin = close;
        }

        return clauses;
    }

    private int Border(int begin, int from, int to, int next)
    {
        var (earliest, latest) = (-1, -1);
        for (var i = to; i < next; i++)
        {
            if (EventWords.Marks.Contains(W(i)))
            {
                earliest = earliest < 0 ? i : earliest;
                latest = i;
            }
        }

        if (earliest < 0)
        {
            return to;
        }

        for (var i = begin; i < from; i++)
        {
            if (IsVerb(i))
            {
                return earliest;
            }
        }

        return latest;
    }

    // The last verb before the date, or the first main one after it.
    private int Verb(int begin, int from, int to, int close)
    {
        for (var i = from - 1; i >= begin && i >= from - Reach && W(i) is not (";" or ":"); i--)
        {
            if (IsVerb(i))
            {
                return i;
            }
        }

        // "NATO's founding in 1949 was meant to": what happened then is the noun.
        var noun = from - 1;
        while (noun > begin && EventWords.Prepositions.Contains(W(noun)))
        {
            noun--;
        }

        if (noun > begin && _tokens[noun].Kind == TokenKind.Word && EntityAt(noun) is null && _tokens[noun - 1].Kind == TokenKind.Possessive && EventWords.IsByTheme(EventWords.ActionOf(W(noun))))
        {
            return -1;
        }

        for (var i = to; i < close && i < to + Reach; i++)
        {
            if (EventWords.Auxiliaries.Contains(W(i)) && W(i) != "to" && !EventWords.Relatives.Contains(W(i - 1)))
            {
                // "March 1912 had been colder": it was so, nothing was done.
                while (i < close && (EventWords.Auxiliaries.Contains(W(i)) || IsAdverb(i)))
                {
                    i++;
                }

                return i < close && IsVerb(i) ? i : -1;
            }

            if (IsVerb(i) && !EventWords.Relatives.Contains(W(ChainStart(i, out _) - 1)))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The action of a clause with whom it is done to and by; empty names where the text does not say.</summary>
    public (string Action, NounPhrase Subject, NounPhrase Object) Read(EventClause clause)
    {
        var action = clause.Verb < 0 ? "" : EventWords.ActionOf(W(clause.Verb));
        if (clause.Verb >= 0 && W(clause.Verb) == "set" && W(clause.Verb + 1) == "up")
        {
            action = EventWords.ActionOf("founded");
        }

        if (clause.Verb < 0 || EventWords.Light.Contains(action))
        {
            return Noun(clause);
        }

        var chain = ChainStart(clause.Verb, out var passive);
        var before = Before(chain, clause.Begin);
        var after = passive ? default : After(clause.Verb + 1, clause.End, action == "join");
        return passive || (after.Key.Length == 0 && EventWords.IsByTheme(action)) ? (action, Agent(clause), before) : (action, before, after);
    }

    /// <summary>True if a token is the verb of something done: a past form, or a bare form after "to" or a modal.</summary>
    public bool IsVerb(int at) => IsVerb(at, mayHang: true);

    // What hangs on another verb by "to" ("planned to join") is asked once: a text may go on like that for ever.
    private bool IsVerb(int at, bool mayHang)
    {
        var token = _tokens[at];
        if (token.Kind != TokenKind.Word || token.IsCapitalised || EventWords.Auxiliaries.Contains(token.Lower))
        {
            return false;
        }

        var before = W(at - 1);
        if (EventWords.IsPastForm(token.Lower))
        {
            // "the united front", "its planned end": between article and noun stands an adjective.
            return !EventWords.Determiners.Contains(before) && !(at > 0 && _tokens[at - 1].Kind is TokenKind.Possessive or TokenKind.Number) && before is not ("of" or "-" or "very" or "more" or "most");
        }

        if (EventWords.Prepositions.Contains(token.Lower) || EventWords.Determiners.Contains(token.Lower) || IsAdverb(at) || EventWords.Marks.Contains(token.Lower) || EventWords.Pronouns.Contains(token.Lower))
        {
            return false;
        }

        for (var i = at - 1; i >= 0 && i >= at - 4; i--)
        {
            if (IsAdverb(i))
            {
                continue;
            }

            return EventWords.Modals.Contains(W(i)) || (mayHang && W(i) == "to" && i > 0 && (IsVerbal(i - 1) || IsVerb(i - 1, mayHang: false)));
        }

        return false;
    }

    // "planned to", "set to", "is due to", "likely to".
    private bool IsVerbal(int at) => EventWords.Be.Contains(W(at)) || EventWords.Planning.Contains(Stems.Of(W(at))) || EventWords.Failing.Contains(Stems.Of(W(at))) || EventWords.Negations.Contains(W(at)) || W(at) is "able" or "likely" or "ready" or "chance" or "decision" or "right";

    /// <summary>Where the auxiliaries of a verb begin, and whether they make it a passive.</summary>
    public int ChainStart(int verb, out bool passive)
    {
        passive = false;
        var start = verb;
        for (var i = verb - 1; i >= 0 && i >= verb - 6; i--)
        {
            if (EventWords.Auxiliaries.Contains(W(i)))
            {
                passive |= EventWords.Be.Contains(W(i)) && start == verb | i >= start - 2 && EventWords.IsPastForm(W(verb));
                start = i;
            }
            else if (!IsAdverb(i))
            {
                break;
            }
        }

        return start;
    }

    /// <summary>True for a word between the parts of a verb.</summary>
    public bool IsAdverb(int at) => EventWords.Adverbs.Contains(W(at)) || (W(at).Length > 4 && W(at).EndsWith("ly", StringComparison.Ordinal));

    /// <summary>What a clause without a verb is about: the words right before its date, or after it.</summary>
    public NounPhrase Gap(EventClause clause)
    {
        var end = clause.DateFirst;
        while (end > clause.Begin && EntityAt(end - 1) is null && EventWords.Prepositions.Contains(W(end - 1)))
        {
            end--;
        }

        var before = Before(end, clause.Begin);
        return before.Key.Length > 0 ? before : After(clause.DateEnd, clause.End, false);
    }

    // "The founding of NATO", "NATO's founding".
    private (string Action, NounPhrase Subject, NounPhrase Object) Noun(EventClause clause)
    {
        for (var i = clause.Begin; i < clause.End; i++)
        {
            var action = _tokens[i].Kind == TokenKind.Word && !IsVerb(i) ? EventWords.ActionOf(W(i)) : "";
            if (!EventWords.IsByTheme(action))
            {
                continue;
            }

            var theme = W(i + 1) == "of" ? After(i + 2, clause.End, false)
                : i - 2 >= clause.Begin && _tokens[i - 1].Kind == TokenKind.Possessive && EntityAt(i - 2) is { Key.Length: > 0 } owner ? new NounPhrase(owner.Key, true) : default;
            if (theme.Key.Length > 0)
            {
                return (action, default, theme);
            }
        }

        return default;
    }

    // "by twelve countries", after a passive.
    private NounPhrase Agent(EventClause clause)
    {
        for (var i = clause.Verb + 1; i < clause.End && i < clause.Verb + 12; i++)
        {
            if (W(i) == "by" && !(i >= clause.DateFirst - 1 && i < clause.DateEnd))
            {
                return After(i + 1, clause.End, false);
            }
        }

        return default;
    }

    private NounPhrase Before(int chain, int begin)
    {
        var end = chain;
        if (end > begin && EventWords.Relatives.Contains(W(end - 1)))
        {
            end--;
            end -= end > begin && W(end - 1) == "," ? 1 : 0;
        }
        else if (end > begin && W(end - 1) is "," or ")" or "–" or "—")
        {
            // What stands between two commas, dashes or brackets says more of the same.
            var opening = W(end - 1) == ")" ? "(" : W(end - 1);
            var i = end - 2;
            while (i > begin && i > end - Reach && W(i) != opening)
            {
                i--;
            }

            end = i > begin && W(i) == opening ? i : end - 1;
        }

        var first = end;
        while (first > begin && first > end - Reach && !IsBorder(first - 1) && !IsDateToken(first - 1))
        {
            first--;
        }

        return Phrase(first, end);
    }

    private NounPhrase After(int first, int end, bool mayBegin)
    {
        while (first < end && (IsAdverb(first) || (mayBegin && W(first) is "to" or "into") || (mayBegin && EntityAt(first) is null && W(first) == "the")))
        {
            first++;
        }

        var last = first;
        while (last < end && last < first + Reach && (EntityAt(last) is not null || (!IsBorder(last) && !IsDateToken(last) && (!EventWords.Prepositions.Contains(W(last)) || W(last) == "of"))))
        {
            last++;
        }

        return Phrase(first, last);
    }

    // What a run of words names: the entity or noun at its head, that is the last word before "of".
    private NounPhrase Phrase(int first, int end)
    {
        for (var i = first + 1; i < end; i++)
        {
            if (EntityAt(i) is null && EventWords.Prepositions.Contains(W(i)) | W(i) == "of")
            {
                var head = Phrase(first, i);
                return head is { IsEntity: false, Key.Length: > 0 } && W(i) == "of" && Phrase(i + 1, end) is { IsEntity: true } whole ? new NounPhrase($"{head.Key}/{whole.Key}", true) : head;
            }
        }

        if (first >= end)
        {
            return default;
        }

        var last = end - 1;
        last -= last > first && _tokens[last].Kind == TokenKind.Possessive ? 1 : 0;
        if (EntityAt(last) is { Key.Length: > 0 } entity)
        {
            return new NounPhrase(entity.Key, true);
        }

        var word = _tokens[last];
        if (word.Kind != TokenKind.Word || EventWords.Pronouns.Contains(word.Lower) || EventWords.Determiners.Contains(word.Lower) || EventWords.Prepositions.Contains(word.Lower))
        {
            return default;
        }

        // "NATO's members", "the Soviet army": one thing of the entity's.
        for (var i = last - 1; i >= first; i--)
        {
            if (EntityAt(i) is { Key.Length: > 0 } owner)
            {
                return new NounPhrase($"{Stems.Of(word.Lower)}/{owner.Key}", true);
            }
        }

        return new NounPhrase(Stems.Of(word.Lower), false);
    }

    private bool IsBorder(int at) => EntityAt(at) is null && (EventWords.Marks.Contains(W(at)) || EventWords.Relatives.Contains(W(at)) || EventWords.Auxiliaries.Contains(W(at)) || W(at) is "because" or "although" or "though" or "." || IsVerb(at));

    private bool IsDateToken(int at)
    {
        var (low, high) = (0, language.Times.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = language.Times[middle].End <= _tokens[at].Start ? (middle + 1, high) : (low, middle);
        }

        return low < language.Times.Count && language.Times[low].Start <= _tokens[at].Start;
    }

    private Entity? EntityAt(int at)
    {
        var (low, high) = (0, _entities.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _entities[middle].End <= _tokens[at].Start ? (middle + 1, high) : (low, middle);
        }

        return low < _entities.Count && _entities[low].Start <= _tokens[at].Start ? _entities[low] : null;
    }

    /// <summary>A word in lower case; empty outside the text.</summary>
    public string W(int at) => at >= 0 && at < _tokens.Count ? _tokens[at].Lower : "";
}

/// <summary>The words that belong to one date of a sentence. Token indexes, ends exclusive.</summary>
/// <param name="Begin">The first.</param>
/// <param name="End">One past the last.</param>
/// <param name="DateFirst">The first of the date.</param>
/// <param name="DateEnd">One past the last of the date.</param>
/// <param name="Verb">The verb that tells what happened, or -1.</param>
internal readonly record struct EventClause(int Begin, int End, int DateFirst, int DateEnd, int Verb);

/// <summary>What a run of words names.</summary>
/// <param name="Key">Key of the entity, or stem of the noun; empty (or null) if it names nothing.</param>
/// <param name="IsEntity">True if an entity is named, so that it is the same thing wherever it stands.</param>
internal readonly record struct NounPhrase(string? Key, bool IsEntity)
{
    private readonly string? _key = Key;

    /// <summary>Key of the entity, or stem of the noun; empty if it names nothing.</summary>
    public string Key => _key ?? "";
}
