namespace Broadsheet.Query.Language;

/// <summary>When a figure holds, and about whom it is.</summary>
internal sealed class FigureContext(TextAnalysis analysis)
{
    // A sentence's words before the number that are looked at.
    private const int Reach = 40;

    private readonly IReadOnlyList<Token> _tokens = analysis.Tokens;
    private readonly IReadOnlyList<TimeExpression> _times = analysis.Times;
    private readonly IReadOnlyList<Entity> _entities = analysis.Entities;
    private readonly SourceNames _names = new(analysis);

    /// <summary>True if the span is (part of) a date, a time, a duration or a set.</summary>
    public bool IsTime(int start, int end)
    {
        var at = FirstTime(start);
        return (at < _times.Count && _times[at].Start < end) || (at > 0 && _times[at - 1].End > start);
    }

    /// <summary>True if a time expression begins there.</summary>
    public bool IsTimeAt(int position) => FirstTime(position) is var at && at < _times.Count && _times[at].Start == position;

    /// <summary>The date of the figure: of its clause, else the one that opens its sentence, else the text's day if the clause is about the present.</summary>
    public (FigureDateOrigin Origin, TimeExpression? AsOf) AsOf(int number, int first, int end, TextSpan sentence)
    {
        var from = number;
        while (from > first && number - from < Reach && _tokens[from - 1].Text is not ("," or ";" or "—" or ":" or "(" or ")" or "that"))
        {
            from--;
        }

        var to = number + 1;
        while (to < end && to - number < Reach && _tokens[to].Text is not ("," or ";" or "—" or ":" or "(" or ")"))
        {
            to++;
        }

        var (clauseStart, clauseEnd) = (_tokens[from].Start, _tokens[to - 1].End);
        TimeExpression? nearest = null;
        var present = false;
        for (var i = FirstTime(clauseStart); i < _times.Count && _times[i].Start < clauseEnd; i++)
        {
            present |= _times[i].Value == "PRESENT_REF";
            if ((IsDate(_times[i]) || _times[i].Value == "PRESENT_REF") && (nearest is null || Math.Abs(_times[i].Start - _tokens[number].Start) < Math.Abs(nearest.Start - _tokens[number].Start)))
            {
                nearest = _times[i];
            }
        }

        if (nearest is not null && nearest.Value != "PRESENT_REF")
        {
            return (FigureDateOrigin.Stated, nearest);
        }

        if (present)
        {
            return (FigureDateOrigin.Document, null);
        }

        // "In 1949, …": a date that opens the sentence holds for all of it, if it is the only one.
        var opening = FirstTime(sentence.Start);
        if (opening < _times.Count && _times[opening].End < sentence.End && IsDate(_times[opening]) && (_times[opening].Start - sentence.Start < 24)
            && (opening + 1 >= _times.Count || _times[opening + 1].Start >= sentence.End))
        {
            return (FigureDateOrigin.Stated, _times[opening]);
        }

        for (var i = from; i < to; i++)
        {
            if (_tokens[i].Lower is "was" or "were" or "had" or "did" or "will" or "would" or "could" or "might" or "if")
            {
                return (FigureDateOrigin.None, null);
            }
        }

        for (var i = from; i < to; i++)
        {
            if (_tokens[i].Lower is "is" or "are" or "has" or "have" or "currently" or "remains" or "remain" or "contains" or "includes" or "consists" or "stands" or "employs" or "needs" or "costs" or "owns")
            {
                return (FigureDateOrigin.Document, null);
            }
        }

        return (FigureDateOrigin.None, null);
    }

    /// <summary>The entity that is the subject before the number, a pronoun resolved; null = none can be told.</summary>
    public Entity? About(int number, int first)
    {
        for (var i = number - 1; i >= first && i > number - Reach; i--)
        {
            var next = i + 1;
            var isSubject = next < number && (AttributionWords.Auxiliaries.Contains(_tokens[next].Lower) || AttributionWords.IsAdverb(_tokens[next].Lower) || IsVerb(_tokens[next].Lower));
            if (!isSubject)
            {
                continue;
            }

            if (_tokens[i].Lower is "it" or "he" or "she")
            {
                return _names.Pronoun(new TextSpan(_tokens[i].Start, _tokens[i].End));
            }

            var at = FirstEntity(_tokens[i].End) - 1;
            if (at >= 0 && _entities[at].End >= _tokens[i].End && _entities[at].Start <= _tokens[i].Start && !IsAfterPreposition(_entities[at], first))
            {
                return _entities[at];
            }
        }

        return null;
    }

    private bool IsAfterPreposition(Entity entity, int first)
    {
        for (var i = first; i < _tokens.Count && _tokens[i].Start < entity.Start && i < first + Reach; i++)
        {
            if (_tokens[i].End == entity.Start - 1 || _tokens[i].End == entity.Start)
            {
                return AttributionWords.Prepositions.Contains(_tokens[i].Lower) || (_tokens[i].Lower == "the" && i > first && AttributionWords.Prepositions.Contains(_tokens[i - 1].Lower));
            }
        }

        return false;
    }

    private static bool IsVerb(string lower) => lower.Length > 3 && (lower.EndsWith("ed", StringComparison.Ordinal) || lower is "spent" or "lost" or "won" or "sent" or "made" or "sold" or "paid" or "built" or "spends" or "makes" or "earns" or "includes" or "contains" or "employs" or "needs" or "owns" or "says");

    private static bool IsDate(TimeExpression time) => time is { Type: TimeType.Date or TimeType.Time, From.Year: not 0, Origin: not DateOrigin.Assumed } && !(time.IsApproximate && time.Origin == DateOrigin.Counted);

    private int FirstTime(int position) => First(_times.Count, i => _times[i].Start < position);

    private int FirstEntity(int position) => First(_entities.Count, i => _entities[i].Start < position);

    private static int First(int count, Func<int, bool> isBefore)
    {
        var (low, high) = (0, count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = isBefore(middle) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
