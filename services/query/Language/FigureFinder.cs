using System.Globalization;

namespace Broadsheet.Query.Language;

/// <summary>Finds the numbers that a text gives for something. Each rule looks at a bounded number of tokens, so the whole is linear.</summary>
internal sealed partial class FigureFinder(TextAnalysis analysis)
{
    private readonly string _text = analysis.Text;
    private readonly IReadOnlyList<Token> _tokens = analysis.Tokens;
    private readonly List<Figure> _found = [];
    private readonly FigureContext _context = new(analysis);
    private int _first;
    private int _end;
    private TextSpan _sentence;

    /// <summary>The figures in order.</summary>
    public List<Figure> Find()
    {
        var next = 0;
        foreach (var sentence in analysis.Sentences)
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

            _end = next;
            _sentence = sentence;
            for (var i = _first; i < _end;)
            {
                i = At(i);
            }
        }

        return _found;
    }

    // Reads the figure at the token, if there is one, and returns where to go on.
    private int At(int i)
    {
        if (_tokens[i].Kind is TokenKind.Symbol or TokenKind.Possessive)
        {
            return i + 1;
        }

        var end = Read(i, out var value, out var unit);
        if (end == i)
        {
            return i + 1;
        }

        if (_context.IsTime(_tokens[i].Start, _tokens[end - 1].End) || IsLabel(i, end) || IsListNumber(i, end) || IsClock(i, end) || (_tokens[i].Kind == TokenKind.Number && end == i + 1 && YearRules.IsStreetNumber(_tokens, i)))
        {
            return end;
        }

        var start = i;
        if (W(i - 1) is var sign && FigureUnits.Sign(sign) is { } currency)
        {
            unit = currency;
            start = i - 1;
            start -= W(start - 1) is "us" or "c" or "a" or "nz" or "hk" && _tokens[start - 1].End == _tokens[start].Start ? 1 : 0;
            value *= end < _end && FigureUnits.Suffix(W(end)) is var times && times > 0 && W(end) is not "m" ? times : 1;
        }

        if (IsMinus(start))
        {
            start--;
            value = -value;
        }

        var after = end;
        var approximate = FigureUnits.Approximate.Contains(W(start - 1));
        if (W(after) is "-" or "–" or "to" && Numbers.Read(_tokens, Math.Min(after + 1, _tokens.Count - 1), out var upper) is var rangeEnd && rangeEnd > after + 1 && rangeEnd <= _end && (W(after) != "to" || upper > value))
        {
            // "10 to 15 people": the lower one, and not exact. "3–2" is a score.
            if (upper <= value)
            {
                return rangeEnd;
            }

            approximate = true;
            after = rangeEnd;
        }

        after = Unit(after, ref unit);
        if (unit == "degree" && IsPosition(start, after))
        {
            return after;
        }

        var subject = unit is "%" ? ShareOf(start, after) : unit.Length > 0 ? Purpose(after) ?? Measured(start) : Counted(start, after, value);
        if (subject is null && unit.Length == 0)
        {
            return end;
        }

        var number = new TextSpan(_tokens[start].Start, _tokens[after - 1].End);
        var about = _context.About(start, _first);
        var (origin, asOf) = _context.AsOf(i, _first, _end, _sentence);
        var span = subject ?? new TextSpan(number.End, number.End);
        _found.Add(new Figure(number, value, unit, span, _sentence)
        {
            SubjectKey = Key(span, unit),
            AboutKey = about?.Key ?? "",
            AboutName = about?.Name ?? "",
            IsApproximate = approximate,
            DateOrigin = origin,
            AsOf = asOf,
        });
        return Math.Max(after, end);
    }

    // Digits or words, with a scale: "4.2 billion", "twelve", "5m".
    private int Read(int i, out double value, out string unit)
    {
        unit = "";
        var end = Numbers.Read(_tokens, i, out value);
        if (end > i)
        {
            end = Math.Min(end, _end);
            // "one of them", "no one": a pronoun.
            return value == 1 && end == i + 1 && _tokens[i].Kind == TokenKind.Word && W(i - 1) != "minus" || value == 0 || _tokens[i].Lower is "a" or "an" ? i : end;
        }

        var text = _tokens[i].Text;
        if (_tokens[i].Kind != TokenKind.Alphanumeric || text.Length > 16)
        {
            return i;
        }

        var digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] is '.' or ','))
        {
            digits++;
        }

        var letters = text[digits..].ToLowerInvariant();
        if (digits == 0 || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowThousands | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value))
        {
            return i;
        }

        if (FigureUnits.Sign(W(i - 1)) is not null && FigureUnits.Suffix(letters) is var times && times > 0)
        {
            value *= times;
            return i + 1;
        }

        if (FigureUnits.Measure(letters) is { } measure)
        {
            unit = measure;
            return i + 1;
        }

        if (letters is "m" or "bn" && FigureUnits.Suffix(letters) is var scale)
        {
            value *= scale;
            return i + 1;
        }

        return i;
    }

    // A percent sign, a currency's name or a unit of measure behind the number.
    private int Unit(int at, ref string unit)
    {
        var i = at;
        if (W(i) is "%" or "percent" or "pc")
        {
            unit = "%";
            return i + 1;
        }

        if (W(i) == "per" && W(i + 1) == "cent")
        {
            unit = "%";
            return i + 2;
        }

        if (W(i) is "percentage" && W(i + 1) is "points" or "point")
        {
            unit = "percentage point";
            return i + 2;
        }

        i += W(i) is "us" or "u.s." or "american" or "canadian" or "australian" or "british" or "swiss" or "mexican" or "indian" or "turkish" or "kenyan" or "tanzanian" or "ugandan" or "french" or "belgian" && FigureUnits.Currency(W(i + 1)) is not null ? 1 : 0;
        if (FigureUnits.Currency(i > at ? W(at) : "", W(i)) is { } currency && unit.Length == 0)
        {
            unit = currency;
            return i + 1;
        }

        i = at;
        var square = W(i) is "square" or "cubic" or "nautical" ? W(i) : "";
        i += square.Length > 0 ? 1 : 0;
        i += W(i) is "-" && FigureUnits.Measure(W(i + 1)) is not null ? 1 : 0;
        if (FigureUnits.Measure(W(i)) is { } measure && unit.Length == 0 && !(measure is "point" or "t" or "g" or "m" && W(i).Length == 1))
        {
            unit = square.Length > 0 ? square + " " + measure : measure;
            i++;
            // "20 degrees Celsius", "90 km per hour".
            if (W(i) is "celsius" or "fahrenheit")
            {
                unit += " " + W(i);
                i++;
            }
            else if (W(i) is "per" or "an" or "a" && W(i + 1) is "hour" or "second" or "day" or "year" or "person" or "capita" or "barrel")
            {
                unit += "/" + W(i + 1);
                i += 2;
            }

            return i;
        }

        return at;
    }

    // "Apollo 11", "room 2014", "No. 10", "3.4.1", "17:30", a telephone number, a year.
    private bool IsLabel(int i, int end)
    {
        var before = i - 1;
        if (before >= _first && _tokens[i].Kind == TokenKind.Number)
        {
            var glued = _tokens[before].End == _tokens[i].Start;
            if (glued && !IsMinus(i) && _tokens[before].Text is ":" or "/" or "." or "-" or "#" or "№" or "_" && !(_tokens[before].Text == "-" && before - 1 >= _first && _tokens[before - 1].Kind == TokenKind.Number))
            {
                return true;
            }

            if (_tokens[before].IsCapitalised && _tokens[before].Kind == TokenKind.Word && before > _first && !AttributionWords.Openers.Contains(W(before)) && !NameWords.FunctionWords.Contains(W(before)))
            {
                return true;
            }

            if (W(before) is "room" or "page" or "chapter" or "section" or "article" or "number" or "flight" or "route" or "highway" or "platform" or "gate" or "version" or "volume" or "line" or "step" or "figure" or "table" or "level" or "grade" or "aged" or "age" or "no" or "verse" or "channel" or "psalm" or "rule" or "phase"
                || (W(before) == "." && W(before - 1) is "no" or "nos" or "vol" or "fig" or "art" or "sec"))
            {
                return true;
            }
        }

        if (end < _end && _tokens[end].Start == _tokens[end - 1].End && _tokens[end].Text is ":" or "/" or "." && end + 1 < _end && _tokens[end + 1].Start == _tokens[end].End && char.IsAsciiDigit(_tokens[end + 1].Text[0]))
        {
            return true;
        }

        // "the two leaders" speaks of them again; it counts nothing.
        return _tokens[i].Kind == TokenKind.Word && end == i + 1 && W(before) is "the" or "these" or "those" && W(before - 1) is not ("of" or "all")
            && !(W(before - 1) is "was" or "were" or "are" or "is");
    }

    // "a 4 min read", "about four in the morning", "at ten o'clock".
    private bool IsClock(int i, int end) => W(end) is "min" or "mins" or "hr" or "hrs" or "o'clock"
        || (W(end) == "in" && W(end + 1) == "the" && W(end + 2) is "morning" or "afternoon" or "evening"
            && W(i - 1) is "at" or "about" or "around" or "by" or "until" or "till" or "past" or "before" or "after" or "to" or "from");

    // "48 degrees north", "48 degrees 30 minutes north", "a latitude of 48 degrees".
    private bool IsPosition(int start, int after)
    {
        var side = W(after + 1) is "minutes" or "minute" ? after + 2 : after;
        return W(side) is "north" or "south" or "east" or "west" or "n" or "s" or "e" or "w" or "latitude" or "longitude"
            || W(start - 1) is "latitude" or "longitude" || (W(start - 1) is "of" or "at" or "is" && W(start - 2) is "latitude" or "longitude");
    }

    // "-5" after a space or an opening bracket, and "minus 5"; a hyphen after a word or a number joins ("F-16", "1990-95"),
    // and "two minus one" and "plus or minus 3" are no negative numbers.
    private bool IsMinus(int number)
    {
        var sign = number - 1;
        var before = sign - 1;
        if (W(sign) == "minus")
        {
            return W(before) is not ("or" or "and") && !(before >= _first && Numbers.Read(_tokens, before, out _) > before);
        }

        return W(sign) is "-" or "\u2212" && _tokens[sign].End == _tokens[number].Start
            && (before < _first || _tokens[before].Text is "(" or "[" || (_tokens[before].End < _tokens[sign].Start && _tokens[before].Kind != TokenKind.Number));
    }

    // "1. Open the door", "(2)", "3)".
    private bool IsListNumber(int i, int end) => end == i + 1 && _tokens[i].Kind == TokenKind.Number
        && (W(end) == ")" && (i == _first || W(i - 1) == "(") || (i == _first && W(end) is "." or ":" && end + 1 <= _end));

    private string W(int at) => at >= _first && at < _end ? _tokens[at].Lower : "";
}
