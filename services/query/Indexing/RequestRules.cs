using System.Buffers;
using Broadsheet.Contracts;
using Broadsheet.Hosting.Validation;
using Broadsheet.Query.V1;
using FluentValidation;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Google.Type;

namespace Broadsheet.Query.Indexing;

/// <summary>Rules that the requests of this service share.</summary>
internal static class RequestRules
{
    private const int MaxValues = 100;
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The values of a filter, of which one must match: at most 100.</summary>
    public static IRuleBuilderOptions<T, RepeatedField<TValue>> FewValues<T, TValue>(this IRuleBuilder<T, RepeatedField<TValue>> rule) =>
        rule.Must(values => values.Count <= MaxValues).WithMessage("must have at most 100 values");

    /// <summary>An instant of the years 1 to 9999, or absent.</summary>
    public static IRuleBuilderOptions<T, Timestamp?> Instant<T>(this IRuleBuilder<T, Timestamp?> rule) =>
        rule.Must(time => time is null or { Seconds: >= FirstSecond and <= LastSecond, Nanos: >= 0 and < 1_000_000_000 })
            .WithMessage("must be an instant of the years 1 to 9999");

    /// <summary>
    /// A date of the proleptic Gregorian calendar, of the years -9999 (9999 BC) to 9999, or absent. The
    /// day may be unknown, and the month too.
    /// </summary>
    public static IRuleBuilderOptions<T, Date?> PartialDate<T>(this IRuleBuilder<T, Date?> rule) =>
        rule.Must(IsPartialDate).WithMessage("must be a date of the years -9999 to 9999 that the calendar has; without a month it has no day");

    /// <summary>A version to wait for, or none.</summary>
    public static IRuleBuilderOptions<T, Freshness?> Fresh<T>(this IRuleBuilderInitial<T, Freshness?> rule) => rule.ChildRules(freshness =>
    {
        freshness.RuleFor(asked => asked!.Story).Must(name => NameRules.IsName(name, "stories")).WithMessage("must be a name of the form stories/{id}");
        freshness.RuleFor(asked => asked!.Etag).Must(etag => Etag.TryGetVersion(etag, out _)).WithMessage("must be the etag of a story");
    });

    private static bool IsPartialDate(Date? date) => date is null
        or { Year: >= -9999 and <= 9999 and not 0, Month: 0, Day: 0 }
        || (date is { Year: >= -9999 and <= 9999 and not 0, Month: >= 1 and <= 12, Day: >= 0 } && date.Day <= DaysOf(date.Year, date.Month));

    // There is no year 0, so 1 BC, 5 BC and so on are leap years. The calendar repeats every 400 years.
    private static int DaysOf(int year, int month) =>
        System.DateTime.DaysInMonth(year > 0 ? year : 400 + ((year + 1) % 400), month);
}
