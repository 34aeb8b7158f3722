namespace Broadsheet.Content.Importing;

/// <summary>How names are written, for telling a name from prose.</summary>
internal static class PersonName
{
    // Lower-case words that names have inside.
    private static readonly HashSet<string> Particles = new(StringComparer.Ordinal)
    {
        "de", "la", "del", "da", "dos", "di", "du", "van", "von", "der", "den", "ter", "ten", "el", "al", "bin", "ibn", "le", "y", "e", "and", "of", "zu", "af", "av", "for",
    };

    /// <summary>True if every word is written as a name's: with a capital (or in a script without), or a particle.</summary>
    public static bool IsWrittenAs(string[] words) =>
        Array.TrueForAll(words, word => !char.IsLower(word[0]) || Particles.Contains(word) || word.StartsWith("d'", StringComparison.Ordinal));
}
