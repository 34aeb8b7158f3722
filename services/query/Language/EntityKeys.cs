using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Lucene.Net.Analysis.Miscellaneous;

namespace Broadsheet.Query.Language;

/// <summary>Gives every name the key of its entity, so that names of one entity meet, in a text and across texts.</summary>
internal static class EntityKeys
{
    // A name is no longer than this; a run of capitals that is gets no alias.
    private const int MostWords = 12;

    // Short forms that are one thing everywhere in the news. What a text says itself goes first.
    private static readonly FrozenDictionary<string, string> WellKnown = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["NATO"] = "North Atlantic Treaty Organization", ["North Atlantic Treaty Organisation"] = "North Atlantic Treaty Organization", ["EU"] = "European Union", ["E.U."] = "European Union", ["UN"] = "United Nations", ["U.N."] = "United Nations",
        ["USA"] = "United States", ["U.S."] = "United States", ["U.S.A."] = "United States", ["US"] = "United States", ["United States of America"] = "United States", ["America"] = "United States",
        ["UK"] = "United Kingdom", ["U.K."] = "United Kingdom", ["Britain"] = "United Kingdom", ["Great Britain"] = "United Kingdom", ["USSR"] = "Soviet Union", ["U.S.S.R."] = "Soviet Union", ["WHO"] = "World Health Organization",
        ["IMF"] = "International Monetary Fund", ["FBI"] = "Federal Bureau of Investigation", ["CIA"] = "Central Intelligence Agency", ["NASA"] = "National Aeronautics and Space Administration", ["UAE"] = "United Arab Emirates",
        ["WTO"] = "World Trade Organization", ["IAEA"] = "International Atomic Energy Agency", ["ECB"] = "European Central Bank", ["BBC"] = "British Broadcasting Corporation", ["NYC"] = "New York City", ["GOP"] = "Republican Party",
        ["OPEC"] = "Organization of the Petroleum Exporting Countries", ["UNICEF"] = "United Nations Children's Fund", ["UNESCO"] = "United Nations Educational, Scientific and Cultural Organization", ["D.C."] = "Washington",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Key of a name as anybody may write it ("nato", "New york", "the U.S."); empty if it has no letter or digit.</summary>
    public static string Of(string name) => Fold(Usual(Bare(name)));

    /// <summary>The names with their keys and fullest names, as the text and its definitions have them.</summary>
    public static List<Entity> Resolve(string text, IReadOnlyList<Entity> entities)
    {
        var full = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var byLast = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var byInitials = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var entity in entities)
        {
            var bare = Bare(entity.Text);
            var words = bare.Split(' ', MostWords + 1);
            if (words.Length is < 2 or > MostWords)
            {
                continue;
            }

            if (entity.Type == "PER")
            {
                Learn(byLast, words[^1] is "Jr." or "Sr." or "Jr" or "Sr" or "II" or "III" && words.Length > 2 ? words[^2] : words[^1], bare);
            }
            else if (words.Length >= 3 || entity.Type == "ORG")
            {
                Learn(byInitials, Initials(words), bare);
            }
        }

        // "North Atlantic Treaty Organization (NATO)", "NATO (North Atlantic Treaty Organization)".
        for (var i = 1; i < entities.Count; i++)
        {
            var (before, after) = (entities[i - 1], entities[i]);
            if (after.Start - before.End is 2 or 3 && text[after.Start - 1] == '(' && after.End < text.Length && text[after.End] == ')')
            {
                var (longer, shorter) = IsAcronym(after.Text) ? (before, after) : (after, before);
                if (IsAcronym(shorter.Text) && longer.Text.Contains(' ', StringComparison.Ordinal) && Abbreviates(shorter.Text, longer.Text))
                {
                    full.TryAdd(shorter.Text, Bare(longer.Text));
                }
            }
        }

        return [.. entities.Select(entity =>
        {
            var name = Name(entity, full, byLast, byInitials);
            return entity with { Key = Fold(name), Name = name };
        })];
    }

    private static string Name(Entity entity, Dictionary<string, string> full, Dictionary<string, string?> byLast, Dictionary<string, string?> byInitials)
    {
        var bare = Bare(entity.Text);
        if (full.TryGetValue(bare, out var defined))
        {
            return Usual(defined);
        }

        var usual = Usual(bare);
        if (!ReferenceEquals(usual, bare) || bare.Contains(' ', StringComparison.Ordinal))
        {
            return usual;
        }

        if (IsAcronym(bare) && byInitials.GetValueOrDefault(bare.Replace(".", "", StringComparison.Ordinal)) is { } spelt)
        {
            return spelt;
        }

        return entity.Type is "PER" or "MISC" or "ORG" && byLast.GetValueOrDefault(bare) is { } person ? person : bare;
    }

    // Two different full names for one short one: it stays as it is.
    private static void Learn(Dictionary<string, string?> names, string of, string full)
    {
        if (!names.TryGetValue(of, out var known))
        {
            names[of] = full;
        }
        else if (known is not null && !string.Equals(known, full, StringComparison.OrdinalIgnoreCase))
        {
            // "Joe Biden" and "Joseph R. Biden" could be two; "Volodymyr Zelensky" and "Volodymyr O. Zelensky" are one.
            names[of] = known.Split(' ')[0] == full.Split(' ')[0] ? (known.Length >= full.Length ? known : full) : null;
        }
    }

    /// <summary>True for a short or other name that is one thing everywhere, in any letter case.</summary>
    public static bool IsWellKnown(string name) => WellKnown.ContainsKey(name);

    /// <summary>The usual name of what has one ("NATO" → "North Atlantic Treaty Organization"), else the name itself.</summary>
    public static string Usual(string name) => WellKnown.GetValueOrDefault(name) ?? name;

    /// <summary>The name without article, titles and possessive.</summary>
    public static string Bare(string name)
    {
        var bare = name.Trim();
        if (bare.EndsWith("'s", StringComparison.Ordinal) || bare.EndsWith("’s", StringComparison.Ordinal))
        {
            bare = bare[..^2];
        }

        while (bare.IndexOf(' ') is var space && space > 0 && (Entities.IsTitle(bare[..space]) || bare[..space] is "The" or "the" or "A" or "An" or "Former" or "Rep." or "Sen." or "Gov." or "Gen." or "Col." or "Rep" or "Sen"))
        {
            bare = bare[(space + 1)..].TrimStart();
        }

        return bare;
    }

    /// <summary>The key that a name has as it stands, without what it is short for.</summary>
    public static string Plain(string name) => Fold(Bare(name));

    /// <summary>True for capitals with points, digits or "&amp;" among them ("NATO", "U.S.").</summary>
    public static bool IsAcronym(string name) => name.Length is >= 2 and <= 8 && name.All(c => char.IsUpper(c) || c is '.' or '&' || char.IsDigit(c));

    private static string Initials(string[] words)
    {
        var initials = new StringBuilder();
        foreach (var word in words)
        {
            if (word.Length > 0 && char.IsUpper(word[0]))
            {
                initials.Append(word[0]);
            }
        }

        return initials.ToString();
    }

    // Each letter of the short form stands in the long one, in order, the first one at its beginning.
    private static bool Abbreviates(string shorter, string longer)
    {
        var at = 0;
        foreach (var letter in shorter.Where(char.IsLetter))
        {
            at = longer.IndexOf(letter.ToString(), at, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return false;
            }

            at++;
        }

        return true;
    }

    private static string Fold(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (var rune in Unaccented(name).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                key.Append(Rune.ToLowerInvariant(rune).ToString());
            }
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark) && rune.Value is not ('.' or '\'' or '’') && key.Length > 0 && key[^1] != '-')
            {
                key.Append('-');
            }
        }

        return key.ToString().TrimEnd('-');
    }

    private static string Unaccented(string name)
    {
        var folded = new char[name.Length * 4];
        return new string(folded, 0, ASCIIFoldingFilter.FoldToASCII(name.ToCharArray(), 0, folded, 0, name.Length));
    }
}
