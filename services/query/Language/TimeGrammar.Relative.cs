namespace Broadsheet.Query.Language;

/// <content>Expressions that lean on another date, durations, repeated times, times of day.</content>
internal sealed partial class TimeGrammar
{
    private TimeMatch? Relative(int at)
    {
        switch (W(at))
        {
            case "yesterday":
                return Day(at, at + 1, -1);
            case "tomorrow":
                return Day(at, at + 1, 1);
            case "tonight":
                return Day(at, at + 1, 0) with { Kind = TimeKind.Clock, Literal = "TNI" };
            default:
                break;
        }

        return Offset(at) ?? Period(at) ?? WeekdayAlone(at);
    }

    private static TimeMatch Day(int at, int end, int direction) => new(TimeKind.Offset, at, end)
    {
        Unit = TimeUnit.Day,
        Amount = 1,
        Direction = direction,
        Origin = TimeOrigin.Publication,
    };

    // two years later, about a year ago, several months before, days later
    private TimeMatch? Offset(int at)
    {
        var i = Amount(at, out var amount, out var approximate);
        var unit = TimeWords.Unit(W(i));
        if (unit == TimeUnit.None || i == at && W(i)[^1] != 's')
        {
            return null;
        }

        var (direction, origin) = W(i + 1) switch
        {
            "later" or "afterwards" or "afterward" => (1, TimeOrigin.Narrative),
            "earlier" or "before" or "previously" or "prior" => (-1, TimeOrigin.Narrative),
            "ago" or "back" => (-1, TimeOrigin.Publication),
            "hence" => (1, TimeOrigin.Publication),
            "from" when W(i + 2) is "now" or "today" => (1, TimeOrigin.Publication),
            _ => (0, TimeOrigin.Narrative),
        };

        // "two years before the war" counts from the war: a duration here.
        if (direction == 0 || W(i + 1) is "before" or "prior" or "back" && FollowsNoun(i + 2))
        {
            return null;
        }

        return new TimeMatch(TimeKind.Offset, at, W(i + 1) == "from" ? i + 3 : i + 2)
        {
            Unit = unit,
            Amount = amount,
            Direction = direction,
            Origin = origin,
            IsApproximate = approximate || amount < 0 || IsApproximateBefore(at),
        };
    }

    private bool FollowsNoun(int at) => at < tokens.Count && tokens[at].Kind != TokenKind.Symbol && W(at) is not ("and" or "but" or "when" or "in");

    // that year, the same day, last month, the following spring, later that year, next Monday
    private TimeMatch? Period(int at)
    {
        var i = at;
        if (W(i) is "later" or "earlier" or "early" or "late" && W(i + 1) is "that" or "this" or "the")
        {
            i++;
        }

        var the = W(i) == "the";
        i += the ? 1 : 0;
        int direction;
        TimeOrigin origin;
        switch (W(i))
        {
            case "that" or "same":
                i += W(i + 1) is "same" or "very" ? 2 : 1;
                (direction, origin) = (0, TimeOrigin.Narrative);
                break;
            case "this" when !the:
                i += W(i + 1) is "same" or "past" or "coming" ? 2 : 1;
                (direction, origin) = (0, TimeOrigin.Publication);
                break;
            case "next" or "coming" or "upcoming":
                i++;
                (direction, origin) = (1, the ? TimeOrigin.Narrative : TimeOrigin.Publication);
                break;
            case "following" or "subsequent" or "ensuing":
                i++;
                (direction, origin) = (1, TimeOrigin.Narrative);
                break;
            case "last" or "past":
                i++;
                (direction, origin) = (-1, TimeOrigin.Publication);
                break;
            case "previous" or "preceding" or "prior":
                i++;
                (direction, origin) = (-1, TimeOrigin.Narrative);
                break;
            default:
                return null;
        }

        var counted = Amount(i, out var amount, out _);
        if (counted > i && TimeWords.Unit(W(counted)) is var many and not TimeUnit.None && W(counted)[^1] == 's')
        {
            return new TimeMatch(TimeKind.Duration, at, counted + 1) { Unit = many, Amount = amount };
        }

        if (TimeWords.Unit(W(i)) is var unit and not TimeUnit.None)
        {
            if (W(i)[^1] == 's')
            {
                return unit == TimeUnit.Second ? null : new TimeMatch(TimeKind.Duration, at, i + 1) { Unit = unit, Amount = -1 };
            }

            // "the last day" of something and "the past" alone are no dates.
            return unit is TimeUnit.Second or TimeUnit.Minute || the && direction < 0 && origin == TimeOrigin.Publication && unit != TimeUnit.Decade
                ? null
                : new TimeMatch(TimeKind.Period, at, i + 1) { Unit = unit, Direction = direction, Origin = origin };
        }

        // "He argued that March 1912 was cold": with its own year it is no relative date, and "that" no part of it.
        if (Calendar(i) is { Year: not 0 })
        {
            return null;
        }

        if (TimeWords.Season(W(i)) is { } season && W(i) != "fall" || TimeWords.Season(W(i)) is not null && (season = "FA") is not null)
        {
            return new TimeMatch(TimeKind.Period, at, i + 1) { Unit = TimeUnit.Season, Season = season, Direction = direction, Origin = origin };
        }

        if (TimeWords.DayPart(W(i)) is { } part && W(i) is not ("dawn" or "dusk"))
        {
            return new TimeMatch(TimeKind.Clock, at, i + 1) { Literal = part, Direction = direction, Origin = origin, Unit = TimeUnit.Day };
        }

        if (TimeWords.Month(W(i)) is > 0 and var month && i < tokens.Count && tokens[i].IsCapitalised)
        {
            return new TimeMatch(TimeKind.Period, at, i + 1) { Unit = TimeUnit.Month, Month = month, Direction = direction, Origin = origin };
        }

        return TimeWords.Weekday(W(i)) is > 0 and var weekday
            ? new TimeMatch(TimeKind.Weekday, at, i + 1) { Weekday = weekday, Direction = direction }
            : null;
    }

    private TimeMatch? WeekdayAlone(int at) => TimeWords.Weekday(W(at)) is > 0 and var weekday && tokens[at].IsCapitalised
        ? new TimeMatch(TimeKind.Weekday, at, at + 1) { Weekday = weekday }
        : null;

    private TimeMatch? Duration(int at)
    {
        var i = Amount(at, out var amount, out var approximate);
        if (i > at)
        {
            var hyphen = IsDash(i) && Adjacent(i) && Adjacent(i + 1);
            var u = hyphen ? i + 1 : i;
            var unit = TimeWords.Unit(W(u));
            if (unit == TimeUnit.None || unit == TimeUnit.Second && W(u)[^1] != 's' || hyphen && W(u)[^1] == 's')
            {
                return null;
            }

            var end = u + 1;
            if (hyphen && IsDash(end) && W(end + 1) == "old")
            {
                end += 2;
            }
            else if (W(end) == "old")
            {
                end++;
            }

            if (W(end) is "and" && W(end + 1) == "a" && W(end + 2) == "half")
            {
                end += 3;
                amount += 0.5;
            }

            return new TimeMatch(TimeKind.Duration, at, end) { Unit = unit, Amount = amount, IsApproximate = approximate };
        }

        var bare = TimeWords.Unit(W(at));
        if (bare is TimeUnit.None or TimeUnit.Second)
        {
            return null;
        }

        if (W(at)[^1] != 's' && W(at) != "millennia")
        {
            return IsDash(at + 1) && W(at + 2) == "long" ? new TimeMatch(TimeKind.Duration, at, at + 3) { Unit = bare, Amount = 1 } : null;
        }

        return W(at - 1) is "for" or "after" or "in" or "within" or "over" or "of" or "took" or "take" or "last" or "lasted" or "by" or "or"
            ? new TimeMatch(TimeKind.Duration, at, at + 1) { Unit = bare, Amount = -1 }
            : null;
    }

    // An amount of time: "more than three", "a few", "half a", "some 20". The index after it, or the same index.
    private int Amount(int at, out double amount, out bool approximate)
    {
        var i = at;
        amount = -1;
        approximate = false;
        if (W(i) is "more" or "less" or "fewer" && W(i + 1) == "than" || W(i) == "at" && W(i + 1) is "least" or "most" || W(i) == "up" && W(i + 1) == "to")
        {
            approximate = true;
            i += 2;
        }
        else if (W(i) is "about" or "around" or "nearly" or "almost" or "roughly" or "approximately" or "over" or "some" or "just" or "only")
        {
            approximate = W(i) is not ("just" or "only");
            i++;
        }

        i += W(i) == "the" && i > at ? 1 : 0;
        if (W(i) == "half" && W(i + 1) is "a" or "an")
        {
            amount = 0.5;
            return i + 2;
        }

        if (W(i) is "a" or "an")
        {
            switch (W(i + 1))
            {
                case "few" or "many":
                    return i + 2;
                case "couple" when W(i + 2) == "of":
                    amount = 2;
                    return i + 3;
                case "number" when W(i + 2) == "of":
                    return i + 3;
                case "half":
                    amount = 0.5;
                    return i + 2 + (IsDash(i + 2) ? 1 : 0);
                default:
                    break;
            }
        }

        if (TimeWords.VagueAmounts.Contains(W(i)))
        {
            return i + 1;
        }

        if (W(i - 1) == "some" && i > at && TimeWords.Unit(W(i)) != TimeUnit.None)
        {
            return i;
        }

        var next = Numbers.Read(tokens, i, out var value);
        if (next == i && W(i) is "a" or "an" or "one")
        {
            value = 1;
            next = i + 1;
        }

        if (next == i)
        {
            return at;
        }

        if (W(next) is "to" or "or" || IsDash(next) && Numbers.Read(tokens, next + 1, out _) > next + 1)
        {
            var range = Numbers.Read(tokens, next + 1, out var upper);
            if (range > next + 1 && upper > value)
            {
                approximate = true;
                value = upper;
                next = range;
            }
        }

        if (W(next) is "full" or "whole" or "more" or "long" or "consecutive" or "short" or "straight" or "successive" or "further" or "additional" or "working" or "calendar")
        {
            next++;
        }

        amount = value;
        return next;
    }

    private TimeMatch? Repeated(int at)
    {
        if (TimeWords.Set(W(at)) is { } set)
        {
            return new TimeMatch(TimeKind.Set, at, at + 1) { Literal = set };
        }

        // "twice a week", "three times a day"
        var times = W(at) is "once" or "twice" or "thrice" ? at + 1 : Numbers.Read(tokens, at, out _) is var count && count > at && W(count) == "times" ? count + 1 : at;
        if (times > at && W(times) is "a" or "an" or "per" or "each" or "every" && TimeWords.Unit(W(times + 1)) is var period and not TimeUnit.None)
        {
            return new TimeMatch(TimeKind.Set, at, times + 2) { Unit = period, Amount = 1 };
        }

        // "on Mondays"
        if (W(at).Length > 4 && W(at)[^1] == 's' && tokens[at].IsCapitalised && TimeWords.Weekday(W(at)[..^1]) is > 0 and var day)
        {
            return new TimeMatch(TimeKind.Set, at, at + 1) { Literal = "XXXX-WXX-" + day };
        }

        if (W(at) is "every" or "each" or "per" || W(at) is "a" && W(at - 1) is "once" or "twice" or "times")
        {
            var i = at + 1;
            double amount = 1;
            if (W(i) == "other")
            {
                amount = 2;
                i++;
            }
            else if (W(at) == "every" && Numbers.Read(tokens, i, out var read) is var next && next > i)
            {
                amount = read;
                i = next;
            }

            if (TimeWords.Unit(W(i)) is var unit and not TimeUnit.None && !(unit == TimeUnit.Second && amount == 1))
            {
                return new TimeMatch(TimeKind.Set, at, i + 1) { Unit = unit, Amount = amount };
            }

            if (TimeWords.Weekday(W(i)) is > 0 and var weekday)
            {
                return new TimeMatch(TimeKind.Set, at, i + 1) { Literal = "XXXX-WXX-" + weekday };
            }

            if (TimeWords.Season(W(i)) is { } season && W(at) != "per")
            {
                return new TimeMatch(TimeKind.Set, at, i + 1) { Literal = "XXXX-" + season };
            }
        }

        return null;
    }

    private TimeMatch? Reference(int at)
    {
        if (TimeWords.Reference(W(at)) is { } value)
        {
            return new TimeMatch(TimeKind.Reference, at, at + 1) { Literal = value };
        }

        return W(at) switch
        {
            "the" when W(at + 1) == "future" => new TimeMatch(TimeKind.Reference, at, at + 2) { Literal = "FUTURE_REF" },
            "the" when W(at + 1) == "past" && W(at + 2) is not ("tense" or "perfect") => new TimeMatch(TimeKind.Reference, at, at + 2) { Literal = "PAST_REF" },
            "the" when W(at + 1) == "present" && !FollowsNoun(at + 2) => new TimeMatch(TimeKind.Reference, at, at + 2) { Literal = "PRESENT_REF" },
            "the" when W(at + 1) is "near" or "distant" && W(at + 2) == "future" => new TimeMatch(TimeKind.Reference, at, at + 3) { Literal = "FUTURE_REF" },
            _ => null,
        };
    }

    // 17:00, 5:30 p.m., 5 pm, 1800 hours, noon, midnight
    private TimeMatch? Clock(int at)
    {
        if (W(at) is "noon" or "midnight" or "midday")
        {
            return new TimeMatch(TimeKind.Clock, at, at + 1) { Literal = W(at) == "midnight" ? "T24:00" : "T12:00" };
        }

        if (tokens[at].Kind is not (TokenKind.Number or TokenKind.Alphanumeric) || at > 0 && Adjacent(at) && W(at - 1) is ":" or "." or "-" or "/" or "$")
        {
            return null;
        }

        if (YearOfHours(at) is { } hours)
        {
            return hours;
        }

        var text = tokens[at].Lower;
        var glued = text.EndsWith("am", StringComparison.Ordinal) || text.EndsWith("pm", StringComparison.Ordinal);
        if (!int.TryParse(glued ? text[..^2] : text, out var hour) || hour > 24)
        {
            return null;
        }

        if (glued)
        {
            return hour is > 0 and <= 12 ? At(at, at + 1, hour, 0, text[^2..]) : null;
        }

        if (W(at + 1) == ":" && at + 2 < tokens.Count && Adjacent(at + 1) && Adjacent(at + 2) && MinutesOf(at + 2, out var minutes, out var suffix))
        {
            var end = at + 3;
            if (W(end) == ":" && Adjacent(end) && Adjacent(end + 1))
            {
                return null;
            }

            if (suffix.Length == 0 && Meridiem(end) is { } meridiem)
            {
                suffix = meridiem;
                end++;
            }

            return hour <= 24 ? At(at, end, hour, minutes, suffix) : null;
        }

        return hour is > 0 and <= 12 && Meridiem(at + 1) is { } half ? At(at, at + 2, hour, 0, half) : null;
    }

    private TimeMatch? YearOfHours(int at) => tokens[at].Text.Length == 4 && tokens[at].Kind == TokenKind.Number && W(at + 1) is "hours" or "hrs" or "gmt" or "utc"
        && int.TryParse(tokens[at].Text, out var clock) && clock / 100 <= 24 && clock % 100 < 60
            ? At(at, at + 2, clock / 100, clock % 100, "")
            : null;

    private bool MinutesOf(int at, out int minutes, out string suffix)
    {
        var text = tokens[at].Lower;
        suffix = text.Length > 2 && text[2..] is "am" or "pm" or "hrs" or "h" ? text[2..] : "";
        minutes = 0;
        return (text.Length == 2 || suffix.Length > 0) && int.TryParse(text.AsSpan(0, 2), out minutes) && minutes < 60;
    }

    private string? Meridiem(int at) => W(at) switch
    {
        "am" or "a.m." or "a.m" => "am",
        "pm" or "p.m." or "p.m" => "pm",
        "hrs" or "hours" => "",
        _ => null,
    };

    private static TimeMatch At(int first, int end, int hour, int minutes, string suffix)
    {
        if (suffix == "pm" && hour < 12)
        {
            hour += 12;
        }
        else if (suffix == "am" && hour == 12)
        {
            hour = 0;
        }

        return new TimeMatch(TimeKind.Clock, first, end) { Literal = FormattableString.Invariant($"T{hour:00}:{minutes:00}") };
    }
}
