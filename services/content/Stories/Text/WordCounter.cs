using System.Globalization;
using System.Text;

namespace Broadsheet.Content.Stories.Text;

/// <summary>Counts Unicode word segments, in the spirit of UAX #29 without its dictionaries.</summary>
internal static class WordCounter
{
    private enum Kind
    {
        Other,
        Letter,
        Digit,
        Katakana,
        // Scripts without spaces, where each character counts.
        Ideograph,
        // Marks and invisible joiners: they belong to what stands before them.
        Extend,
        // Holds a word together between letters and digits alike (foo_bar).
        Connector,
        // Between letters or between digits (don't, example.org, 3.5).
        MidBoth,
        // Between letters only.
        MidLetter,
        // Between digits only (1,949).
        MidNumber,
    }

    /// <summary>The number of words in <paramref name="text"/>. Linear; lone surrogates are no words.</summary>
    public static int Count(string text)
    {
        var count = 0;
        var word = Kind.Other;
        var middle = Kind.Other;
        foreach (var rune in text.EnumerateRunes())
        {
            var kind = KindOf(rune);
            switch (kind)
            {
                case Kind.Extend:
                    break;
                case Kind.Ideograph:
                    count++;
                    word = Kind.Other;
                    middle = Kind.Other;
                    break;
                case Kind.Letter or Kind.Digit or Kind.Katakana or Kind.Connector:
                    if (!Continues(word, middle, kind))
                    {
                        // A connector alone ("__") is no word, so it does not start one.
                        if (kind == Kind.Connector)
                        {
                            break;
                        }

                        count++;
                    }

                    word = kind == Kind.Connector ? word : kind;
                    middle = Kind.Other;
                    break;
                case Kind.MidBoth or Kind.MidLetter or Kind.MidNumber when word != Kind.Other && middle == Kind.Other:
                    middle = kind;
                    break;
                default:
                    word = Kind.Other;
                    middle = Kind.Other;
                    break;
            }
        }

        return count;
    }

    private static bool Continues(Kind word, Kind middle, Kind next) => middle switch
    {
        Kind.Other => word switch
        {
            Kind.Other => false,
            Kind.Katakana => next is Kind.Katakana or Kind.Connector,
            _ => next is not Kind.Katakana,
        },
        Kind.MidBoth => next == word && word is Kind.Letter or Kind.Digit,
        Kind.MidLetter => word == Kind.Letter && next == Kind.Letter,
        _ => word == Kind.Digit && next == Kind.Digit,
    };

    private static Kind KindOf(Rune rune)
    {
        var value = rune.Value;
        switch (value)
        {
            case '\'' or '.' or 0x2018 or 0x2019 or 0x2024 or 0xFE52 or 0xFF07 or 0xFF0E:
                return Kind.MidBoth;
            case 0xB7 or 0x387 or 0x55F or 0x5F4 or 0x2027:
                return Kind.MidLetter;
            case ',' or ';' or 0x37E or 0x589 or 0x60C or 0x60D or 0x66C or 0x2044 or 0xFF0C or 0xFF1B:
                return Kind.MidNumber;
            case >= 0x30A1 and <= 0x30FA or >= 0x30FC and <= 0x30FF or >= 0x31F0 and <= 0x31FF
                or >= 0xFF66 and <= 0xFF9D:
                return Kind.Katakana;
            case >= 0x3041 and <= 0x309F or >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF
                or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x3FFFD or 0x3005 or 0x3006 or 0x3007:
                return Kind.Ideograph;
            default:
                break;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber
                => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber => Kind.Digit,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format => Kind.Extend,
            UnicodeCategory.ConnectorPunctuation => Kind.Connector,
            _ => Kind.Other,
        };
    }
}
