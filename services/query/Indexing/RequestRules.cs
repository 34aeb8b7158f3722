using System.Buffers;
using Broadsheet.Contracts;
using Broadsheet.Hosting.Validation;
using Broadsheet.Query.V1;
using FluentValidation;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Query.Indexing;

/// <summary>Rules that the requests of this service share.</summary>
internal static class RequestRules
{
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>An instant of the years 1 to 9999, or absent.</summary>
    public static IRuleBuilderOptions<T, Timestamp?> Instant<T>(this IRuleBuilder<T, Timestamp?> rule) =>
        rule.Must(time => time is null or { Seconds: >= FirstSecond and <= LastSecond, Nanos: >= 0 and < 1_000_000_000 })
            .WithMessage("must be an instant of the years 1 to 9999");

    /// <summary>A version to wait for, or none.</summary>
    public static IRuleBuilderOptions<T, Freshness?> Fresh<T>(this IRuleBuilderInitial<T, Freshness?> rule) => rule.ChildRules(freshness =>
    {
        freshness.RuleFor(asked => asked!.Story).Must(name => NameRules.IsName(name, "stories")).WithMessage("must be a name of the form stories/{id}");
        freshness.RuleFor(asked => asked!.Etag).Must(etag => Etag.TryGetVersion(etag, out _)).WithMessage("must be the etag of a story");
    });
}
