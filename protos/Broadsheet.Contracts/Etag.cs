using System.Globalization;

namespace Broadsheet.Contracts;

/// <summary>
/// The form of an etag. Opaque to clients; our own services read the version out of it, so that query can
/// tell whether what it holds is at least as new (see <c>Freshness</c>).
/// </summary>
public static class Etag
{
    /// <summary>An update that carries this overwrites whatever is there.</summary>
    public const string Any = "*";

    /// <summary>The etag of a resource at this version.</summary>
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"v{version}");

    /// <summary>Reads the version back; false if the etag is none of ours.</summary>
    public static bool TryGetVersion(string? etag, out long version)
    {
        version = 0;
        return etag is ['v', .. var digits]
            && digits.Length <= 18
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out version)
            && version > 0;
    }
}
