using System.Globalization;
using System.Text;

namespace Broadsheet.Content.Stories.Text;

/// <summary>The part of an address that is made from a title, heading or name.</summary>
internal static class Slug
{
    /// <summary>The longest slug, in characters.</summary>
    public const int MaxLength = 100;

    /// <summary>Lower-case ASCII letters and digits with single hyphens between words; empty if nothing of the kind is in the text.</summary>
    public static string From(string text)
    {
        var slug = new StringBuilder(Math.Min(text.Length, MaxLength + 1));
        foreach (var rune in text.EnumerateRunes())
        {
            if (slug.Length > MaxLength)
            {
                break;
            }

            if (Rune.IsLetterOrDigit(rune))
            {
                Fold(rune, slug);
            }
            else if (slug.Length > 0 && slug[^1] != '-' && !IsInsideWord(rune))
            {
                slug.Append('-');
            }
        }

        if (slug.Length > MaxLength)
        {
            // Cut between words, unless the first word alone is too long.
            var cut = slug.ToString(0, MaxLength + 1).LastIndexOf('-');
            slug.Length = cut > 0 ? cut : MaxLength;
        }

        return slug.ToString().Trim('-');
    }

    // "Russia's" is one word, and accents follow their letter.
    private static bool IsInsideWord(Rune rune) =>
        rune.Value is '\'' or '’' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format;

    private static void Fold(Rune rune, StringBuilder slug)
    {
        var letters = rune.Value switch
        {
            'ß' => "ss",
            'æ' or 'Æ' => "ae",
            'œ' or 'Œ' => "oe",
            'ø' or 'Ø' => "o",
            'ł' or 'Ł' => "l",
            'đ' or 'Đ' or 'ð' or 'Ð' => "d",
            'þ' or 'Þ' => "th",
            'ı' => "i",
            _ => rune.ToString().Normalize(NormalizationForm.FormKD),
        };
        foreach (var letter in letters)
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                slug.Append(char.ToLowerInvariant(letter));
            }
        }
    }
}
