using System.Globalization;
using System.Text;

namespace Broadsheet.Content.Stories.Text;

/// <summary>Counts words after the word boundaries of Unicode (UAX #29): runs of letters and digits, and each ideograph.</summary>
internal static class Words
{
    /// <summary>How many words the text has.</summary>
    public static int Count(string text)
    {
        var count = 0;
        var inside = false;
        Rune before = default;
        var runes = text.EnumerateRunes();
        while (runes.MoveNext())
        {
            var rune = runes.Current;
            if (IsIdeograph(rune))
            {
                count++;
                inside = false;
            }
            else if (Rune.IsLetterOrDigit(rune))
            {
                count += inside ? 0 : 1;
                inside = true;
            }
            else if (inside && (IsExtender(rune) || (Rune.IsLetterOrDigit(before) && Joins(before, rune, runes))))
            {
                // "don't", "3.14", "1,949" and combining marks go on with their word.
            }
            else
            {
                inside = false;
            }

            before = rune;
        }

        return count;
    }

    // The enumerator is a struct: this looks one rune ahead without moving the caller's.
    private static bool Joins(Rune before, Rune rune, StringRuneEnumerator ahead)
    {
        if (!ahead.MoveNext() || !Rune.IsLetterOrDigit(ahead.Current))
        {
            return false;
        }

        var digits = Rune.IsDigit(before) && Rune.IsDigit(ahead.Current);
        var letters = Rune.IsLetter(before) && Rune.IsLetter(ahead.Current);
        return rune.Value switch
        {
            '\'' or '’' or '.' => digits || letters,
            ',' or ';' => digits,
            ':' or '·' => letters,
            '_' => true,
            _ => false,
        };
    }

    private static bool IsExtender(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;

    private static bool IsIdeograph(Rune rune) => rune.Value is
        (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF) or (>= 0x3040 and <= 0x309F);
}
