using System.Buffers;
using FluentValidation;

namespace Broadsheet.Hosting.Validation;

/// <summary>Rules for resource names (AIP-122) that the requests of every service share.</summary>
public static class NameRules
{
    private const int MaxId = 100;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>A resource name of the collection (<c>stories/…</c>).</summary>
    public static IRuleBuilderOptions<T, string> NameOf<T>(this IRuleBuilder<T, string> rule, string collection) =>
        rule.Must(name => IsName(name, collection)).WithMessage($"must be a name of the form {collection}/{{id}}");

    /// <summary>A resource name of the collection, or empty.</summary>
    public static IRuleBuilderOptions<T, string> OptionalNameOf<T>(this IRuleBuilder<T, string> rule, string collection) =>
        rule.Must(name => name.Length == 0 || IsName(name, collection)).WithMessage($"must be a name of the form {collection}/{{id}}");

    /// <summary>True for <c>{collection}/{id}</c>, the id of lower-case letters, digits and hyphens, at most 100.</summary>
    public static bool IsName(string name, string collection)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(collection);
        return name.Length > collection.Length + 1
            && name.Length <= collection.Length + 1 + MaxId
            && name.StartsWith(collection, StringComparison.Ordinal)
            && name[collection.Length] == '/'
            && name.AsSpan(collection.Length + 1).IndexOfAnyExcept(IdCharacters) < 0;
    }
}
