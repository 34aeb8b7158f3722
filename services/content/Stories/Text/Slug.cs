using System.Globalization;
using System.Text;

namespace Broadsheet.Content.Stories.Text;

/// <summary>Makes the last part of an address out of a title or heading.</summary>
internal static class Slug
{
    /// <summary>The most characters that a slug has.</summary>
    public const int MaxLength = 100;

    /// <summary>
    /// Folds <paramref name="text"/> to lower-case ASCII letters and digits with single hyphens between,
    /// at most <see cref="MaxLength"/> characters, cut at a hyphen where there is one. Apostrophes vanish
    /// ("Russia's" → "russias"). Empty if no letter or digit can be kept.
    /// </summary>
    public static string From(string text)
    {
        var slug = new StringBuilder(MaxLength + 1);
        var hyphenDue = false;
        foreach (var rune in text.EnumerateRunes())
        {
            // One character past the limit tells whether the cut falls inside a word.
            if (slug.Length > MaxLength)
            {
                break;
            }

            if (IsTransparent(rune))
            {
                continue;
            }

            var folded = Fold(rune.Value);
            if (folded.Length == 0)
            {
                hyphenDue = true;
                continue;
            }

            if (hyphenDue && slug.Length > 0)
            {
                slug.Append('-');
            }

            hyphenDue = false;
            slug.Append(folded);
        }

        if (slug.Length <= MaxLength)
        {
            return slug.ToString();
        }

        var cut = slug.ToString(0, MaxLength + 1).LastIndexOf('-');
        return slug.ToString(0, cut > 0 ? cut : MaxLength);
    }

    // Marks that decomposed text puts behind its letter, apostrophes and invisible characters do not end a word.
    private static bool IsTransparent(Rune rune) =>
        rune.Value is '\'' or '’' or 'ʼ' or 'ʹ' or 0xAD
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format;

    // string.Normalize leaves everything but ASCII alone under InvariantGlobalization, so the compatibility
    // folding of Latin is a table here; other scripts have no ASCII form in Unicode either.
    private static string Fold(int codePoint) => codePoint switch
    {
        >= 'a' and <= 'z' or >= '0' and <= '9' => Ascii(codePoint),
        >= 'A' and <= 'Z' => Ascii(codePoint + 32),
        < 0x80 => "",
        0xAA => "a",
        0xBA => "o",
        0xB9 => "1",
        0xB2 or 0xB3 => Ascii('2' + codePoint - 0xB2),
        0xC6 or 0xE6 or 0x1FC or 0x1FD or 0x1E2 or 0x1E3 => "ae",
        0xDE or 0xFE => "th",
        0xDF or 0x1E9E => "ss",
        0x1FE or 0x1FF => "o",
        0x132 or 0x133 => "ij",
        0x152 or 0x153 => "oe",
        >= 0x1C4 and <= 0x1C6 or >= 0x1F1 and <= 0x1F3 => "dz",
        >= 0x1C7 and <= 0x1C9 => "lj",
        >= 0x1CA and <= 0x1CC => "nj",
        >= 0xC0 and <= 0x24F => FromTable(LatinToExtendedB, codePoint - 0xC0),
        >= 0x1E00 and <= 0x1EFF => FromTable(LatinExtendedAdditional, codePoint - 0x1E00),
        0x2070 => "0",
        >= 0x2074 and <= 0x2079 => Ascii('4' + codePoint - 0x2074),
        >= 0x2080 and <= 0x2089 => Ascii('0' + codePoint - 0x2080),
        0x212A => "k",
        >= 0xFB00 and <= 0xFB06 => LatinLigatures[codePoint - 0xFB00],
        >= 0xFF10 and <= 0xFF19 => Ascii('0' + codePoint - 0xFF10),
        >= 0xFF21 and <= 0xFF3A => Ascii('a' + codePoint - 0xFF21),
        >= 0xFF41 and <= 0xFF5A => Ascii('a' + codePoint - 0xFF41),
        // Mathematical bold, italic, script …: the alphabet over and over, as used to style headlines.
        >= 0x1D400 and <= 0x1D6A3 => Ascii('a' + ((codePoint - 0x1D400) % 26)),
        >= 0x1D7CE and <= 0x1D7FF => Ascii('0' + ((codePoint - 0x1D7CE) % 10)),
        _ => "",
    };

    private static string FromTable(string table, int index) => table[index] == ' ' ? "" : Ascii(table[index]);

    private static string Ascii(int character) => Characters[character];

    private static readonly string[] Characters =
        [.. Enumerable.Range(0, 128).Select(code => ((char)code).ToString())];

    private static readonly string[] LatinLigatures = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"];

    // The base letter of U+00C0 to U+024F; a blank has none or is written out above.
    private const string LatinToExtendedB =
        "aaaaaa ceeeeiiiidnooooo ouuuuy  aaaaaa ceeeeiiiidnooooo ouuuuy yaaaaaaccccccccdd" +
        "ddeeeeeeeeeegggggggghhhhiiiiiiiiii  jjkkkllllllllllnnnnnnnnnoooooo  rrrrrrssssss" +
        "ssttttttuuuuuuuuuuuuwwyyyzzzzzzsbbbb   ccdddd  e  fg   ikkl  nnooo  ppr    ttttu" +
        "u  yyzz                      aaiioouuuuuuuuuu aaaa  ggggkkoooo  j   gg  nnaa    " +
        "aaaaeeeeiiiioooorrrruuuusstt  hh    zzaaeeooooooooyy   j  acclt    bu eejj  rryy";

    // The same for U+1E00 to U+1EFF.
    private const string LatinExtendedAdditional =
        "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooo" +
        "oooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyas    " +
        "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuu" +
        "uuyyyyyyyy      ";
}
