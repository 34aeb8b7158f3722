using System.Globalization;

namespace Broadsheet.Query.Language;

/// <summary>
/// Matches time expressions over tokens. At every token the longest match wins; each rule looks at a bounded number of
/// tokens, so the whole is linear.
/// </summary>
internal sealed partial class TimeGrammar(IReadOnlyList<Token> tokens)
{
    private bool _hasBc;

    /// <summary>All matches in order, not overlapping.</summary>
    public List<TimeMatch> MatchAll()
    {
        _hasBc = tokens.Any(IsBcToken);
        var matches = new List<TimeMatch>();
        var at = 0;
        while (at < tokens.Count)
        {
            if (!MayStart(at) || MatchAt(at) is not { } match)
            {
                at++;
                continue;
            }

            if (match.Kind == TimeKind.Calendar && MatchRangeEnd(match) is { } end)
            {
                matches.Add(CompleteFrom(match, end));
                matches.Add(end);
                at = end.End;
                continue;
            }

            matches.Add(match with { IsApproximate = match.IsApproximate || IsApproximateBefore(at) });
            at = match.End;
        }

        return matches;
    }

    private bool MayStart(int at) => tokens[at].Kind is not TokenKind.Possessive
        && (tokens[at].Kind != TokenKind.Symbol || tokens[at].Text is "'" or "’" or "‘");

    private TimeMatch? MatchAt(int at)
    {
        TimeMatch? best = null;
        Consider(ref best, Modified(at));
        Consider(ref best, Relative(at));
        Consider(ref best, Repeated(at));
        Consider(ref best, Duration(at));
        Consider(ref best, Clock(at));
        Consider(ref best, Reference(at));
        return best;
    }

    private static void Consider(ref TimeMatch? best, TimeMatch? next)
    {
        if (next is not null && (best is null || next.End > best.End))
        {
            best = next;
        }
    }

    private string W(int at) => at >= 0 && at < tokens.Count ? tokens[at].Lower : "";

    private bool Adjacent(int at) => at > 0 && at < tokens.Count && tokens[at - 1].End == tokens[at].Start;

    private static bool IsBcToken(Token token) => token.Lower is "bc" or "b.c." or "b.c" or "bce" or "b.c.e." or "b.c.e";

    private bool IsBc(int at) => at < tokens.Count && IsBcToken(tokens[at]);

    private bool IsAd(int at) => W(at) is "ad" or "a.d." or "a.d" or "ce" or "c.e." or "c.e" && tokens[at].IsCapitalised;

    private bool IsDash(int at) => W(at) is "-" or "–" or "—" or "‑" or "−";

    private bool IsApproximateBefore(int at) => W(at - 1) is "about" or "around" or "roughly" or "approximately" or "circa" or "nearly" or "almost"
        or "ca" or "some" || W(at - 1) == "." && W(at - 2) is "c" or "ca";

    // Early, late, the end of …; and the article that belongs to seasons, decades and centuries.
    private TimeMatch? Modified(int at)
    {
        var i = at;
        var approximate = false;
        if (W(i) is "circa" or "ca" || W(i) == "c" && W(i + 1) == ".")
        {
            approximate = true;
            i += W(i + 1) == "." ? 2 : 1;
        }

        var the = W(i) == "the";
        if (the)
        {
            i++;
        }

        var modified = true;
        if (W(i) is "early" or "late" or "mid" or "middle" && (IsDash(i + 1) || W(i) != "middle"))
        {
            i += IsDash(i + 1) ? 2 : 1;
            if (W(i) == "-" || W(i) == "to" && W(i + 1) is "mid" or "late")
            {
                i += 2;
                i += IsDash(i) ? 1 : 0;
            }

            if (W(i) == "in" && !the)
            {
                i++;
            }
        }
        else if (W(i) is "later" or "earlier" && W(i + 1) == "in")
        {
            i += 2;
        }
        else if (PartOf(i) is var part && part > i)
        {
            i = part;
        }
        else if (W(i) is "year" or "years" && i + 1 < tokens.Count && tokens[i + 1].Kind == TokenKind.Number)
        {
            i++;
        }
        else if (W(i) == "month" && W(i + 1) == "of")
        {
            i += 2;
        }
        else
        {
            modified = false;
        }

        if (TimeWords.DayPart(W(i)) is { } dayPart && W(i + 1) is "of" or "on")
        {
            var day = W(i + 2) == "the" ? Calendar(i + 3) : Calendar(i + 2);
            return day is { Day: > 0 } ? day with { Kind = TimeKind.Clock, First = at, Literal = dayPart } : null;
        }

        var inner = i;
        if (modified && W(inner) == "the")
        {
            inner++;
        }

        var match = Calendar(inner) ?? Decade(inner) ?? Century(inner);
        if (match is null && modified)
        {
            match = YearAt(inner, certain: W(inner - 1) is "year" or "years") ?? Relative(i)
                ?? (TimeWords.Unit(W(inner)) is TimeUnit.Month or TimeUnit.Year or TimeUnit.Decade or TimeUnit.Century && W(inner - 1) == "the"
                    ? new TimeMatch(TimeKind.Period, at, inner + 1) { Unit = TimeWords.Unit(W(inner)), Origin = TimeOrigin.Narrative }
                    : null);
        }

        if (match is null)
        {
            return null;
        }

        // The article belongs to "the 1990s", "the summer of 1942", "the 3rd of May", but not to "the 1990 promise".
        var keepsArticle = !the || modified || match.Kind is TimeKind.Decade or TimeKind.Century || match.Season is not null || match.Day > 0;
        return keepsArticle ? match with { First = at, IsApproximate = approximate } : null;
    }

    private int PartOf(int at)
    {
        var i = at;
        if (W(i) is "first" or "second" or "latter" or "last" or "early" or "later" or "final" or "opening" or "closing" or "third" or "very")
        {
            i++;
            if (W(i) is "two" or "three" or "few")
            {
                i++;
            }
        }

        if (W(i) is "end" or "start" or "beginning" or "middle" or "close" or "outset" or "turn" or "half" or "part" or "rest" or "remainder" or "quarter"
            or "third" or "days" or "months" or "weeks" or "week" or "day" or "years" or "month" or "ending" or "onset"
            && W(i + 1) == "of")
        {
            return (W(i) is "days" or "months" or "weeks" or "week" or "day" or "years" or "month") && i == at ? at : i + 2;
        }

        return at;
    }

    private TimeMatch? MatchRangeEnd(TimeMatch from)
    {
        var i = from.End;
        var dash = IsDash(i);
        var opened = W(from.First - 1) is "from" or "between" || from.First > 0 && W(from.First - 1) == "(";
        if (!dash && !(W(i) is "to" or "until" or "till" or "through") && !(W(i) is "and" && W(from.First - 1) == "between"))
        {
            return null;
        }

        if (W(++i) is "the")
        {
            i++;
        }

        // 1914–18
        if (dash && from.Month == 0 && from.Year > 1000 && i < tokens.Count && tokens[i] is { Kind: TokenKind.Number, Text.Length: 2 } && Adjacent(i)
            && int.TryParse(tokens[i].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var two) && two > from.Year % 100)
        {
            return new TimeMatch(TimeKind.Calendar, i, i + 1) { Year = from.Year / 100 * 100 + two };
        }

        // September 1–5, 1939
        if (dash && from.Day > 0 && i < tokens.Count && DayNumber(i) > from.Day && TimeWords.Month(W(i + 1)) == 0 && from.Month > 0 && W(i - 2) != "")
        {
            var end = i + 1;
            var year = from.Year;
            if (W(end) == "," && YearRules.Parse(tokens[Math.Min(end + 1, tokens.Count - 1)]) is > 0 and var y)
            {
                year = y;
                end += 2;
            }

            return new TimeMatch(TimeKind.Calendar, i, end) { Year = year, Month = from.Month, Day = DayNumber(i) };
        }

        var to = Calendar(i) ?? (from.Month == 0 || opened ? YearAt(i, certain: true) : null);
        if (to is null || to.Year != 0 && from.Year != 0 && to.Year < from.Year)
        {
            return null;
        }

        return to;
    }

    // "September 1–5, 1939", "July to August 1943", "499–449 BC": what the end says holds for the start.
    private static TimeMatch CompleteFrom(TimeMatch start, TimeMatch to) => start with
    {
        Year = start.Year == 0 && to.Month >= start.Month ? to.Year : start.Year,
        OpensRange = true,
    };
}
