using System.Globalization;

namespace Broadsheet.Query.Language;

/// <summary>
/// Gives matched expressions their dates, in reading order. Two ways of counting exist: a report counts from its day of
/// publication ("last month", "on Friday"), a narrative from the date it spoke of before ("in April", "the next day").
/// </summary>
internal sealed class TimeResolver
{
    private readonly IReadOnlyList<Token> _tokens;
    private readonly DateOnly? _anchor;
    private readonly List<TimeMatch> _matches;
    private readonly bool _isReport;

    // What the text spoke of last.
    private CalendarDate _reference;

    public TimeResolver(IReadOnlyList<Token> tokens, DateOnly? anchor, List<TimeMatch> matches)
    {
        _tokens = tokens;
        _anchor = anchor;
        _matches = matches;
        if (anchor is { } day)
        {
            var deictic = matches.Count(m => m.Kind == TimeKind.Weekday || m.Origin == TimeOrigin.Publication && m.Kind is TimeKind.Offset or TimeKind.Period);
            var past = matches.Count(m => m.Kind == TimeKind.Calendar && m.Year != 0 && m.Year < day.Year - 1);
            _isReport = deictic >= past;
        }
    }

    public List<TimeExpression> Resolve()
    {
        var found = new List<TimeExpression>(_matches.Count);
        for (var i = 0; i < _matches.Count; i++)
        {
            var match = _matches[i];
            var expression = Resolve(match);
            if (i > 0 && _matches[i - 1].OpensRange && found[^1] is { From.IsEmpty: false } opening && !expression.From.IsEmpty)
            {
                found[^1] = opening with { To = expression.To ?? expression.From, OpensRange = true };
            }

            found.Add(expression);
        }

        return found;
    }

    private TimeExpression Resolve(TimeMatch match) => match.Kind switch
    {
        TimeKind.Calendar => Calendar(match),
        TimeKind.Decade => Decade(match, match.Year),
        TimeKind.Century => Century(match),
        TimeKind.Offset => Offset(match),
        TimeKind.Period => Period(match),
        TimeKind.Weekday => Weekday(match),
        TimeKind.Clock => Clock(match),
        TimeKind.Duration => Expression(match, TimeType.Duration, DurationValue(match)),
        TimeKind.Set => Expression(match, TimeType.Set, match.Literal ?? DurationValue(match)),
        TimeKind.Reference when match.Literal == "PRESENT_REF" && _isReport && _anchor is { } day && _tokens[match.First].Lower == "today" =>
            Expression(match, TimeType.Date, Value(new CalendarDate(day.Year, day.Month, day.Day))),
        _ => Expression(match, TimeType.Date, match.Literal ?? "PRESENT_REF"),
    };

    private TimeExpression Calendar(TimeMatch match)
    {
        var year = match.Year;
        if (match.OfNarrativeYear)
        {
            year = _reference.IsEmpty ? 0 : AddYears(_reference.Year, match.Direction);
        }
        else if (year == 0)
        {
            year = YearFor(match);
        }

        if (match.Season is { } season)
        {
            if (year != 0)
            {
                _reference = new CalendarDate(year, MonthOf(season));
            }

            return Season(match, year, season, match.Year != 0 ? DateOrigin.Stated : match.OfNarrativeYear ? DateOrigin.Counted : DateOrigin.Assumed);
        }

        var day = match.Day;
        if (day > 0 && match.Month > 0 && day > DateTime.DaysInMonth(2000, match.Month))
        {
            day = 0;
        }

        var value = Year(year) + (match.Month > 0 ? "-" + Two(match.Month) : "") + (day > 0 ? "-" + Two(day) : "");
        if (year == 0)
        {
            return Expression(match, TimeType.Date, value);
        }

        var date = new CalendarDate(year, match.Month, day);
        _reference = date;
        var precision = day > 0 ? Precision.Day : match.Month > 0 ? Precision.Month : Precision.Year;
        return Dated(match, date, value, precision, match.Year != 0 ? DateOrigin.Stated : match.OfNarrativeYear || day > 0 ? DateOrigin.Counted : DateOrigin.Assumed);
    }

    // The year of "in April" or "on 3 May".
    private int YearFor(TimeMatch match)
    {
        var month = match.Season is { } season ? MonthOf(season) : match.Month;
        if (_isReport && _anchor is { } anchor)
        {
            var past = month < anchor.Month || month == anchor.Month && match.Day <= anchor.Day;
            return past || month - anchor.Month <= 2 ? anchor.Year : anchor.Year - 1;
        }

        if (_reference.IsEmpty)
        {
            return 0;
        }

        // A narrative goes forward: January after November is the next year's.
        return _reference.Month >= 10 && month is > 0 and <= 3 ? AddYears(_reference.Year, 1) : _reference.Year;
    }

    private TimeExpression Season(TimeMatch match, int year, string season, DateOrigin origin)
    {
        var value = Year(year) + "-" + season;
        if (year == 0)
        {
            return Expression(match, TimeType.Date, value);
        }

        var first = MonthOf(season);
        var last = new CalendarDate(first == 12 ? AddYears(year, 1) : year, first == 12 ? 2 : first + 2);
        return Dated(match, new CalendarDate(year, first), value, Precision.Season, origin) with { To = last };
    }

    private TimeExpression Decade(TimeMatch match, int year)
    {
        var first = year > 0 ? year / 10 * 10 : year;
        var value = year > 0 ? (year / 10).ToString("000", CultureInfo.InvariantCulture) : "BC" + (-year / 10).ToString("000", CultureInfo.InvariantCulture);
        _reference = new CalendarDate(first);
        return Dated(match, new CalendarDate(first), value, Precision.Decade, DateOrigin.Stated) with { To = new CalendarDate(first + 9) };
    }

    private TimeExpression Century(TimeMatch match)
    {
        var number = Math.Abs(match.Year);
        var value = (match.Year < 0 ? "BC" : "") + (number - 1).ToString("00", CultureInfo.InvariantCulture);
        var (first, last) = match.Year > 0 ? ((number - 1) * 100 + 1, number * 100) : (-number * 100, -(number - 1) * 100 - 1);
        return Dated(match, new CalendarDate(first), value, Precision.Century, DateOrigin.Stated) with { To = new CalendarDate(last) };
    }

    private TimeExpression Offset(TimeMatch match)
    {
        var from = Origin(match);
        if (from.IsEmpty || match.Amount < 0)
        {
            return Expression(match, TimeType.Date, match.Direction < 0 ? "PAST_REF" : "FUTURE_REF");
        }

        return Shifted(match, from, match.Unit, match.Amount * match.Direction);
    }

    private TimeExpression Period(TimeMatch match)
    {
        var from = Origin(match);
        if (from.IsEmpty)
        {
            return Expression(match, TimeType.Date, match.Direction < 0 ? "PAST_REF" : match.Direction > 0 ? "FUTURE_REF" : "PRESENT_REF");
        }

        if (match.Unit == TimeUnit.Season && match.Season is { } season)
        {
            var month = MonthOf(season);
            var year = match.Direction > 0 && month <= from.Month ? AddYears(from.Year, 1)
                : match.Direction < 0 && month >= from.Month && from.Month > 0 ? AddYears(from.Year, -1) : from.Year;
            _reference = new CalendarDate(year, month);
            return Season(match, year, season, DateOrigin.Counted);
        }

        if (match.Month > 0)
        {
            var year = match.Direction > 0 && match.Month <= from.Month ? AddYears(from.Year, 1)
                : match.Direction < 0 && match.Month >= from.Month ? AddYears(from.Year, -1) : from.Year;
            _reference = new CalendarDate(year, match.Month);
            return Dated(match, _reference, Value(_reference), Precision.Month, DateOrigin.Counted);
        }

        return Shifted(match, from, match.Unit, match.Direction);
    }

    private CalendarDate Origin(TimeMatch match)
    {
        var published = _anchor is { } day ? new CalendarDate(day.Year, day.Month, day.Day) : default;
        // "Last year" is the writer's; only "this year" in a narrative may be the one told of.
        return match.Origin == TimeOrigin.Publication && (_anchor is null || _isReport || _reference.IsEmpty || match.Direction != 0 || match.Kind == TimeKind.Offset) ? published : _reference;
    }

    // The date an amount of units away, no more exact than the unit.
    private TimeExpression Shifted(TimeMatch match, CalendarDate from, TimeUnit unit, double amount)
    {
        if (Math.Abs(amount) > 100_000)
        {
            return Expression(match, TimeType.Date, amount < 0 ? "PAST_REF" : "FUTURE_REF");
        }

        if (unit is TimeUnit.Century or TimeUnit.Decade && amount != Math.Floor(amount))
        {
            // "Half a century later" is no date that anybody could be held to.
            return Expression(match, TimeType.Date, amount < 0 ? "PAST_REF" : "FUTURE_REF");
        }

        CalendarDate date;
        var value = "";
        Precision precision;
        switch (unit)
        {
            case TimeUnit.Century:
                date = new CalendarDate(AddYears(from.Year, (int)(amount * 100)));
                (value, precision) = (date.Year > 0 ? (date.Year / 100).ToString("00", CultureInfo.InvariantCulture) : Value(date), Precision.Century);
                break;
            case TimeUnit.Decade:
                date = new CalendarDate(AddYears(from.Year, (int)(amount * 10)));
                (value, precision) = (date.Year > 0 ? (date.Year / 10).ToString("000", CultureInfo.InvariantCulture) : Value(date), Precision.Decade);
                break;
            case TimeUnit.Year when amount == Math.Floor(amount):
                date = new CalendarDate(AddYears(from.Year, (int)amount));
                precision = Precision.Year;
                break;
            case TimeUnit.Month or TimeUnit.Year when from.Month > 0:
                var months = from.Year * 12 + from.Month - 1 + (int)(unit == TimeUnit.Year ? amount * 12 : amount);
                date = from.Year > 0 && months > 12 ? new CalendarDate(months / 12, months % 12 + 1) : from;
                precision = Precision.Month;
                break;
            case TimeUnit.Day or TimeUnit.Week or TimeUnit.Hour when from.Day > 0 && from.Year is > 0 and < 9000:
                var days = unit switch { TimeUnit.Week => amount * 7, TimeUnit.Hour => amount / 24, _ => amount };
                var start = new DateOnly(from.Year, from.Month, Math.Min(from.Day, DateTime.DaysInMonth(from.Year, from.Month)));
                if (start.DayNumber + days < 1 || start.DayNumber + days > DateOnly.MaxValue.DayNumber)
                {
                    return Expression(match, TimeType.Date, "PAST_REF");
                }

                var moved = start.AddDays((int)days);
                date = new CalendarDate(moved.Year, moved.Month, moved.Day);
                precision = Precision.Day;
                if (unit == TimeUnit.Week && match.Kind == TimeKind.Period)
                {
                    date = new CalendarDate(moved.Year, moved.Month);
                    precision = Precision.Month;
                    var week = moved.ToDateTime(TimeOnly.MinValue);
                    value = FormattableString.Invariant($"{ISOWeek.GetYear(week):0000}-W{ISOWeek.GetWeekOfYear(week):00}");
                }

                break;
            default:
                return Expression(match, TimeType.Date, Year(from.Year) + (from.Month > 0 ? "-" + Two(from.Month) : "") + (unit <= TimeUnit.Day ? "-XX" : ""));
        }

        if (date.Year is > 9999 or < -9999)
        {
            return Expression(match, TimeType.Date, amount < 0 ? "PAST_REF" : "FUTURE_REF");
        }

        if (match.Origin == TimeOrigin.Narrative)
        {
            _reference = date;
        }

        return Dated(match, date, value.Length > 0 ? value : Value(date), precision, DateOrigin.Counted);
    }

    private TimeExpression Weekday(TimeMatch match)
    {
        var open = "XXXX-WXX-" + match.Weekday.ToString(CultureInfo.InvariantCulture);
        if (_anchor is not { } anchor || !_isReport)
        {
            return Expression(match, TimeType.Date, open);
        }

        var today = anchor.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)anchor.DayOfWeek;
        var back = (today - match.Weekday + 7) % 7;
        var day = match.Direction > 0 ? anchor.AddDays(7 - back) : anchor.AddDays(match.Direction < 0 && back == 0 ? -7 : -back);
        var date = new CalendarDate(day.Year, day.Month, day.Day);
        return Dated(match, date, Value(date), Precision.Day, DateOrigin.Counted);
    }

    private TimeExpression Clock(TimeMatch match)
    {
        var date = match.Day > 0 && match.Month > 0 ? new CalendarDate(match.Year != 0 ? match.Year : YearFor(match), match.Month, match.Day)
            : match.Origin == TimeOrigin.Publication && match.Unit == TimeUnit.Day && (_isReport || _anchor is null) ? Origin(match) : _reference;
        if (date.Year != 0 && match.Day > 0)
        {
            _reference = date;
        }

        if (date.Year > 0 && date.Day > 0 && match.Unit == TimeUnit.Day && match.Direction != 0 && date.Year < 9000)
        {
            var moved = new DateOnly(date.Year, date.Month, Math.Min(date.Day, DateTime.DaysInMonth(date.Year, date.Month)));
            moved = match.Direction < 0 && moved.DayNumber > 0 ? moved.AddDays(-1) : match.Direction > 0 ? moved.AddDays(1) : moved;
            date = new CalendarDate(moved.Year, moved.Month, moved.Day);
        }

        var value = (date.Year != 0 && date.Day > 0 ? Value(date) : "XXXX-XX-XX") + match.Literal;
        return match.Day > 0 && date.Year != 0
            ? Dated(match, date, value, Precision.Day, match.Year != 0 ? DateOrigin.Stated : DateOrigin.Counted) with { Type = TimeType.Time }
            : Expression(match, TimeType.Time, value);
    }

    private static string DurationValue(TimeMatch match)
    {
        var amount = match.Amount < 0 ? "X" : match.Amount.ToString("0.##", CultureInfo.InvariantCulture);
        var time = match.Unit is TimeUnit.Second or TimeUnit.Minute or TimeUnit.Hour;
        return (time ? "PT" : "P") + amount + TimeWords.Letter(match.Unit);
    }

    private TimeExpression Expression(TimeMatch match, TimeType type, string value) =>
        new(_tokens[match.First].Start, _tokens[match.End - 1].End, type, value, Precision.None, default, null) { IsApproximate = match.IsApproximate };

    private TimeExpression Dated(TimeMatch match, CalendarDate from, string value, Precision precision, DateOrigin origin) =>
        Expression(match, TimeType.Date, value) with { From = from, Precision = from.IsEmpty ? Precision.None : precision, Origin = origin };

    // There is no year 0.
    private static int AddYears(int year, int years)
    {
        var astronomical = (year < 0 ? year + 1 : year) + years;
        return astronomical <= 0 ? astronomical - 1 : astronomical;
    }

    private static int MonthOf(string season) => season switch { "SP" => 3, "SU" => 6, "FA" => 9, "Q1" => 1, "Q2" => 4, "Q3" => 7, "Q4" => 10, _ => 12 };

    private static string Value(CalendarDate date) =>
        Year(date.Year) + (date.Month > 0 ? "-" + Two(date.Month) : "") + (date.Day > 0 ? "-" + Two(date.Day) : "");

    private static string Year(int year) => year == 0 ? "XXXX"
        : year > 0 ? year.ToString("0000", CultureInfo.InvariantCulture) : "BC" + (-year).ToString("0000", CultureInfo.InvariantCulture);

    private static string Two(int number) => number.ToString("00", CultureInfo.InvariantCulture);
}
