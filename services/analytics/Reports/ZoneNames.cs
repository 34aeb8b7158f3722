using System.Text.RegularExpressions;

namespace Broadsheet.Analytics.Reports;

/// <summary>Time zones by their IANA names.</summary>
internal static partial class ZoneNames
{
    private const string Usual = "UTC";
    private const int MaxName = 64;

    /// <summary>The zone of the name, UTC for an empty one; null if there is none.</summary>
    public static TimeZoneInfo? Find(string name) =>
        name.Length == 0 || name == Usual ? TimeZoneInfo.Utc
        : name.Length <= MaxName && Form().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone
        : null;

    /// <summary>The name as answers state it.</summary>
    public static string Stated(string name) => name.Length == 0 ? Usual : name;

    // Names begin with a capital; the database's folder also holds files that don't (localtime).
    [GeneratedRegex(@"^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
