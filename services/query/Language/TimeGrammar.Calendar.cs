using System.Globalization;

namespace Broadsheet.Query.Language;

/// <content>Dates that are written out: days, months, seasons, years, decades, centuries.</content>
internal sealed partial class TimeGrammar
{
    private TimeMatch? Calendar(int at)
    {
        if (at >= tokens.Count)
        {
            return null;
        }

        return IsoDate(at) ?? SlashDate(at) ?? Holiday(at) ?? QuarterOf(at) ?? WeekdayDate(at) ?? DayMonth(at) ?? MonthDay(at) ?? SeasonOf(at) ?? YearAt(at, certain: false);
    }

    // 1939-09-01, with or without a time of day.
    private TimeMatch? IsoDate(int at)
    {
        if (YearRules.Parse(tokens[at]) is not (> 0 and var year) || at + 4 >= tokens.Count || W(at + 1) != "-" || W(at + 3) != "-"
            || !Adjacent(at + 1) || !Adjacent(at + 2) || !Adjacent(at + 3) || !Adjacent(at + 4))
        {
            return null;
        }

        var day = tokens[at + 4].Text;
        var time = day.Length == 5 && day[2] is 'T' or 't';
        if (!TryTwoDigits(tokens[at + 2].Text, 12, out var month) || !TryTwoDigits(time ? day[..2] : day, 31, out var dayOfMonth))
        {
            return null;
        }

        var match = new TimeMatch(TimeKind.Calendar, at, at + 5) { Year = year, Month = month, Day = dayOfMonth };
        if (!time)
        {
            return match;
        }

        var end = at + 5;
        var clock = "T" + day[3..];
        while (end + 1 < tokens.Count && W(end) == ":" && Adjacent(end) && Adjacent(end + 1) && tokens[end + 1].Text.Length == 2)
        {
            clock += ":" + tokens[end + 1].Text;
            end += 2;
        }

        return match with { Kind = TimeKind.Clock, End = end, Literal = clock };
    }

    // 13/05/2019 and 05/13/2019; where both could be the month only the year is sure.
    private TimeMatch? SlashDate(int at)
    {
        if (at + 4 >= tokens.Count || tokens[at].Kind != TokenKind.Number || W(at + 1) != "/" || W(at + 3) != "/" || !Adjacent(at + 1) || !Adjacent(at + 2) || !Adjacent(at + 3) || !Adjacent(at + 4)
            || (at > 0 && Adjacent(at)) || YearRules.Parse(tokens[at + 4]) is not (> 0 and var year)
            || !int.TryParse(W(at), NumberStyles.None, CultureInfo.InvariantCulture, out var first) || !int.TryParse(W(at + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            || first is < 1 or > 31 || second is < 1 or > 31 || (first > 12 && second > 12))
        {
            return null;
        }

        var match = new TimeMatch(TimeKind.Calendar, at, at + 5) { Year = year };
        return first > 12 ? match with { Month = second, Day = first } : second > 12 ? match with { Month = first, Day = second } : first == second ? match with { Month = first, Day = second } : match;
    }

    // Christmas Day 1914, New Year's Eve
    private TimeMatch? Holiday(int at)
    {
        var (month, day, end) = (W(at), W(at + 1)) switch
        {
            ("christmas", "day") => (12, 25, at + 2),
            ("christmas", "eve") => (12, 24, at + 2),
            ("boxing", "day") => (12, 26, at + 2),
            ("armistice", "day") => (11, 11, at + 2),
            ("bastille", "day") => (7, 14, at + 2),
            ("halloween", _) => (10, 31, at + 1),
            ("new", "year") when W(at + 2) == "'s" && W(at + 3) == "day" => (1, 1, at + 4),
            ("new", "year") when W(at + 2) == "'s" && W(at + 3) == "eve" => (12, 31, at + 4),
            _ => (0, 0, at),
        };
        if (month == 0 || !tokens[at].IsCapitalised)
        {
            return null;
        }

        var year = end + (W(end) is "," or "of" or "in" ? 1 : 0);
        return year < tokens.Count && tokens[year].Text.Length == 4 && YearRules.Parse(tokens[year]) is > 0 and var stated
            ? new TimeMatch(TimeKind.Calendar, at, year + 1) { Year = stated, Month = month, Day = day }
            : new TimeMatch(TimeKind.Calendar, at, end) { Month = month, Day = day };
    }

    // Q3 2020
    private TimeMatch? QuarterOf(int at) => W(at) is "q1" or "q2" or "q3" or "q4" && at + 1 < tokens.Count && tokens[at + 1].Text.Length == 4 && YearRules.Parse(tokens[at + 1]) is > 0 and var year
        ? new TimeMatch(TimeKind.Calendar, at, at + 2) { Year = year, Season = W(at).ToUpperInvariant() }
        : null;

    private TimeMatch? WeekdayDate(int at)
    {
        if (TimeWords.Weekday(W(at)) == 0)
        {
            return null;
        }

        var i = at + 1;
        i += W(i) == "," ? 1 : 0;
        i += W(i) == "the" ? 1 : 0;
        var date = i < tokens.Count ? DayMonth(i) ?? MonthDay(i) : null;
        return date is { Day: > 0 } ? date with { First = at } : null;
    }

    // 17 October 1949, the 17th of October, 16–18 May 1943
    private TimeMatch? DayMonth(int at)
    {
        var day = DayNumber(at);
        if (day == 0 || at > 0 && Adjacent(at) && W(at - 1) is "." or "," or "/")
        {
            return null;
        }

        var i = at + 1;
        if ((IsDash(i) || W(i) is "to" or "and" or "or" or "until") && DayNumber(i + 1) > day && TimeWords.Month(W(i + 2)) is > 0 and var later)
        {
            var end = AfterMonth(i + 2, out var year);
            return end > 0 ? new TimeMatch(TimeKind.Calendar, at, at + 1) { Year = year, Month = later, Day = day } : null;
        }

        if (W(i) == "of")
        {
            i++;
        }

        var month = TimeWords.Month(W(i));
        if (month == 0 || !tokens[i].IsCapitalised && W(i) is "may" or "march" or "mar" or "sep" or "dec")
        {
            return null;
        }

        var after = AfterMonth(i, out var of);
        var match = new TimeMatch(TimeKind.Calendar, at, after) { Year = of, Month = month, Day = day };
        return WithNarrativeYear(match);
    }

    // October 17, 1949; October 1949; October
    private TimeMatch? MonthDay(int at)
    {
        var month = TimeWords.Month(W(at));
        if (month == 0)
        {
            return null;
        }

        var i = at + 1;
        if (W(i) == "." && W(at).Length <= 4 && W(at) != "may")
        {
            i++;
        }

        i += W(i) == "the" ? 1 : 0;
        var day = DayNumber(i);
        if (day > 0 && !(IsBc(i + 1) || i + 1 < tokens.Count && TimeWords.CountedNouns.Contains(W(i + 1)))
            && (tokens[at].IsCapitalised || Numbers.Ordinal(W(i)) > 0 || W(at).Length > 5 && W(at) != "march"))
        {
            var end = YearAfter(i + 1, out var year);
            return WithNarrativeYear(new TimeMatch(TimeKind.Calendar, at, end) { Year = year, Month = month, Day = day });
        }

        var after = AfterMonth(at, out var of);
        if (of == 0)
        {
            after = at + 1;
            if (!IsMonthAlone(at))
            {
                return null;
            }

            // "July and August 1943": the year stands with the second.
            if (W(after) is "and" or "or" or "to" or "through" || IsDash(after))
            {
                if (TimeWords.Month(W(after + 1)) > month)
                {
                    _ = AfterMonth(after + 1, out of);
                }
            }
        }

        return WithNarrativeYear(new TimeMatch(TimeKind.Calendar, at, after) { Year = of, Month = month });
    }

    // "May", "March", "August" and short forms are other words too.
    private bool IsMonthAlone(int at)
    {
        var token = tokens[at];
        if (!token.IsCapitalised || token.Lower.Length == 3 && token.Lower != "may" || token.Lower == "sept")
        {
            return false;
        }

        if (token.Lower is not ("may" or "march" or "august" or "april" or "june"))
        {
            return true;
        }

        return W(at - 1) is "in" or "by" or "until" or "since" or "from" or "to" or "of" or "early" or "late" or "mid" or "last" or "next" or "this" or "during"
            or "and" or "through" or "between" or "before" or "after" or "-" or "till" or "for" or "–" or "that" or "," or "following" or "previous" or "or";
    }

    private TimeMatch WithNarrativeYear(TimeMatch match)
    {
        var i = match.End;
        if (match.Year != 0)
        {
            return match;
        }

        if (W(i) is "of" or "in" && W(i + 1) is "that" or "the" or "this")
        {
            var same = W(i + 2) is "same" or "following" or "next" or "previous" ? i + 3 : i + 2;
            if (W(same) == "year" && (same > i + 2 || W(i + 1) is "that" or "this"))
            {
                return match with
                {
                    End = same + 1,
                    OfNarrativeYear = true,
                    Direction = W(i + 2) is "following" or "next" ? 1 : W(i + 2) == "previous" ? -1 : 0,
                };
            }
        }

        return match;
    }

    // After a month name: [.] [of | ,] year.
    private int AfterMonth(int month, out int year)
    {
        var i = month + 1;
        if (W(i) == "." && W(month).Length <= 4 && W(month) != "may")
        {
            i++;
        }

        return YearAfter(i, out year) is var end && year != 0 ? end : month + 1;
    }

    private int YearAfter(int at, out int year)
    {
        var i = at;
        if (W(i) is "," or "of" or "in")
        {
            i++;
        }

        year = 0;
        if (i < tokens.Count)
        {
            if (EraYear(i) is { } era)
            {
                year = era.Year;
                return era.End;
            }

            year = YearRules.Parse(tokens[i]);
            if (year > 0 && i + 1 < tokens.Count && TimeWords.CountedNouns.Contains(W(i + 1)))
            {
                year = 0;
            }

            if (year == 0 && ShortYear(i) is { } two)
            {
                year = two.Year;
                return two.End;
            }
        }

        return year > 0 ? i + 1 : at;
    }

    private TimeMatch? SeasonOf(int at)
    {
        var season = TimeWords.Season(W(at));
        if (season is null)
        {
            return null;
        }

        var end = YearAfter(at + 1, out var year);
        if (year != 0)
        {
            // "the winter of 1613–14" spans two years; the first names it.
            if (IsDash(end) && Adjacent(end) && Adjacent(end + 1) && end + 1 < tokens.Count && tokens[end + 1].Kind == TokenKind.Number)
            {
                end += 2;
            }

            return new TimeMatch(TimeKind.Calendar, at, end) { Year = year, Season = season };
        }

        if (W(at + 1) == "of" && W(at + 2) is "that" or "the" && (W(at + 3) == "year" || W(at + 4) == "year"))
        {
            return WithNarrativeYear(new TimeMatch(TimeKind.Calendar, at, at + 1) { Season = season });
        }

        // "spring", "fall" and "winter" are verbs and springs too: alone they need a preposition or an article before and no noun after.
        var before = W(at - 1);
        var alone = before is "the" or "in" or "early" or "late" or "mid" or "by" or "until" or "during" or "since" or "that" or "-" or "following" or "next";
        if (!alone || before is "the" or "by" && W(at) is "fall" or "spring" && W(at + 1) == "of" || W(at) == "fall" && before is "the" or "by" or "to")
        {
            return null;
        }

        return at + 1 < tokens.Count && tokens[at + 1].Kind == TokenKind.Word && !IsFunctionWord(W(at + 1))
            ? null
            : new TimeMatch(TimeKind.Calendar, at, at + 1) { Season = season };
    }

    private TimeMatch? YearAt(int at, bool certain)
    {
        if (at >= tokens.Count)
        {
            return null;
        }

        if (EraYear(at) is { } era)
        {
            return era;
        }

        var year = YearRules.Parse(tokens[at]);
        if (year > 0)
        {
            return certain || YearRules.IsYear(tokens, at) ? new TimeMatch(TimeKind.Calendar, at, at + 1) { Year = year } : null;
        }

        if (ShortYear(at) is { } two && (certain || W(at - 1) is "in" or "of" or "since" or "summer" or "spring" or "winter" or "by"))
        {
            return two;
        }

        if (tokens[at] is { Kind: TokenKind.Number, Text.Length: 3 } && int.TryParse(tokens[at].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var three)
            && (certain || W(at - 1) is "year" || _hasBc && W(at - 1) is "in" or "until" or "by" or "early" or "late" or "since"))
        {
            var next = at + 1 < tokens.Count && tokens[at + 1].Kind == TokenKind.Word && !IsFunctionWord(W(at + 1));
            return next || three < 100 ? null : new TimeMatch(TimeKind.Calendar, at, at + 1) { Year = _hasBc && !certain ? -three : three };
        }

        return null;
    }

    // 509 BC, AD 79, 1066 CE, and the first half of "499–449 BC".
    private TimeMatch? EraYear(int at)
    {
        if (IsAd(at) && at + 1 < tokens.Count && Small(at + 1) is > 0 and var after)
        {
            return new TimeMatch(TimeKind.Calendar, at, at + 2) { Year = after };
        }

        if (Small(at) is not (> 0 and var year))
        {
            return null;
        }

        if (IsBc(at + 1))
        {
            return new TimeMatch(TimeKind.Calendar, at, at + 2) { Year = -year };
        }

        if (IsAd(at + 1) && tokens[at + 1].Text.All(c => char.IsUpper(c) || c == '.'))
        {
            return new TimeMatch(TimeKind.Calendar, at, at + 2) { Year = year };
        }

        return (IsDash(at + 1) || W(at + 1) is "to" or "and" or "or" or "until") && Small(at + 2) > 0 && IsBc(at + 3)
            ? new TimeMatch(TimeKind.Calendar, at, at + 1) { Year = -year }
            : null;
    }

    private int Small(int at) => at < tokens.Count && tokens[at] is { Kind: TokenKind.Number, Text.Length: <= 4 }
        && int.TryParse(tokens[at].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    // '45
    private TimeMatch? ShortYear(int at) =>
        W(at) is "'" or "’" or "‘" && at + 1 < tokens.Count && Adjacent(at + 1) && tokens[at + 1] is { Kind: TokenKind.Number, Text.Length: 2 }
        && TryTwoDigits(tokens[at + 1].Text, 99, out var two)
            ? new TimeMatch(TimeKind.Calendar, at, at + 2) { Year = (two <= 30 ? 2000 : 1900) + two }
            : null;

    // the 1990s, 1990's, the nineties, '90s
    private TimeMatch? Decade(int at)
    {
        if (at >= tokens.Count)
        {
            return null;
        }

        var i = at + (W(at) is "'" or "’" or "‘" ? 1 : 0);
        var text = W(i);
        if (text.Length is 5 or 3 && text[^1] == 's' && text[^2] == '0' && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && (text.Length == 5 ? year is >= 1000 and < 2200 : i > at || W(at - 1) is "the" or "early" or "late" or "mid" or "-"))
        {
            year = year < 100 ? (year <= 20 ? 2000 : 1900) + year : year;
            var bc = IsBc(i + 1);
            return new TimeMatch(TimeKind.Decade, at, bc ? i + 2 : i + 1) { Year = bc ? -year : year };
        }

        if (i < tokens.Count && YearRules.Parse(tokens[i]) is > 0 and var decade && decade % 10 == 0 && i + 1 < tokens.Count
            && tokens[i + 1] is { Kind: TokenKind.Possessive, Lower: "'s" } && W(i - 1) is "the" or "early" or "late" or "mid" or "-")
        {
            return new TimeMatch(TimeKind.Decade, at, i + 2) { Year = decade };
        }

        if (TimeWords.NamedDecade(W(at)) is > 0 and var tens && W(at - 1) is "the" or "early" or "late" or "mid" or "-")
        {
            return new TimeMatch(TimeKind.Decade, at, at + 1) { Year = 1900 + 10 * tens };
        }

        return null;
    }

    // the 19th century, the nineteenth and twentieth centuries, 19th-century
    private TimeMatch? Century(int at)
    {
        var number = Numbers.Ordinal(W(at));
        if (W(at) == "twenty" && IsDash(at + 1) && W(at + 2) == "first" && W(at + 3) is "century")
        {
            return new TimeMatch(TimeKind.Century, at, at + 4) { Year = 21 };
        }

        if (number is < 1 or > 21)
        {
            return null;
        }

        var i = at + 1;
        if (W(i) is "and" or "or" or "to" or "through" || IsDash(i))
        {
            var second = i + 1;
            if (Numbers.Ordinal(W(second)) is > 0 and < 22 && W(second + 1) is "century" or "centuries")
            {
                return new TimeMatch(TimeKind.Century, at, at + 1) { Year = IsBc(second + 2) ? -number : number };
            }
        }

        i += IsDash(i) ? 1 : 0;
        return W(i) is "century" or "centuries"
            ? new TimeMatch(TimeKind.Century, at, IsBc(i + 1) ? i + 2 : i + 1) { Year = IsBc(i + 1) ? -number : number }
            : null;
    }

    private int DayNumber(int at)
    {
        if (at >= tokens.Count)
        {
            return 0;
        }

        var token = tokens[at];
        if (token is { Kind: TokenKind.Number, Text.Length: <= 2 } && int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var day))
        {
            return day is >= 1 and <= 31 ? day : 0;
        }

        return Numbers.Ordinal(token.Lower) is >= 1 and <= 31 and var ordinal && (char.IsAsciiDigit(token.Lower[0]) || W(at + 1) == "of") ? ordinal : 0;
    }

    private static bool TryTwoDigits(string text, int most, out int value)
    {
        value = 0;
        return text.Length == 2 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= most;
    }

    private static bool IsFunctionWord(string lower) => lower is "of" or "in" or "the" or "and" or "to" or "a" or "an" or "by" or "for" or "with" or "on"
        or "at" or "was" or "were" or "is" or "are" or "had" or "has" or "when" or "that" or "which" or "while" or "as" or "but" or "he" or "she" or "it"
        or "they" or "his" or "its" or "their" or "after" or "before" or "until" or "from" or "or" or "saw" or "this" or "there" or "would" or "did" or "both" or "all";
}
