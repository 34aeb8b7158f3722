using System.Globalization;

namespace Broadsheet.Query.Language;

/// <summary>What a token is made of.</summary>
internal enum TokenKind
{
    /// <summary>Letters, with marks, inner apostrophes or the points of an abbreviation ("U.S.").</summary>
    Word,

    /// <summary>ASCII digits, with thousands separators or a decimal part ("1949", "1,949", "9.7").</summary>
    Number,

    /// <summary>Digits with letters attached ("20th", "1990s", "B52").</summary>
    Alphanumeric,

    /// <summary>The clitic of a possessive ("'s", or "'" after a plural).</summary>
    Possessive,

    /// <summary>Any other single character.</summary>
    Symbol,
}

/// <summary>A token of a text.</summary>
/// <param name="Start">UTF-16 position.</param>
/// <param name="End">One past the last.</param>
/// <param name="Kind">What it is made of.</param>
/// <param name="Text">Its characters.</param>
/// <param name="Lower">Its characters in invariant lower case, with plain apostrophes.</param>
internal readonly record struct Token(int Start, int End, TokenKind Kind, string Text, string Lower)
{
    /// <summary>Whether the first character is an upper-case letter.</summary>
    public bool IsCapitalised => Text.Length > 0 && char.IsUpper(Text[0]);
}

/// <summary>Cuts text into tokens, in one pass and in linear time.</summary>
internal static class Tokenizer
{
    // Single characters are by far the most tokens; one shared string each keeps the memory of hostile input low.
    private static readonly string[] SingleCharacters = [.. Enumerable.Range(0, 256).Select(c => ((char)c).ToString())];

    /// <summary>The tokens of a text in order; white space and control characters belong to none.</summary>
    public static List<Token> Tokenize(string text)
    {
        var tokens = new List<Token>((text.Length / 5) + 4);
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                at++;
                continue;
            }

            var (end, kind) = Next(text, at, text.Length);
            Add(tokens, text, at, end, kind);
            at = end;
        }

        return tokens;
    }

    private static (int End, TokenKind Kind) Next(string text, int at, int limit)
    {
        if (IsApostrophe(text[at]) && at > 0 && IsWordAt(text, at - 1, limit))
        {
            var possessive = at + 1 < limit && text[at + 1] is 's' or 'S' && (at + 2 >= limit || !IsWordAt(text, at + 2, limit));
            return (possessive ? at + 2 : at + 1, TokenKind.Possessive);
        }

        if (char.IsAsciiDigit(text[at]))
        {
            return Number(text, at, limit);
        }

        if (!IsWordAt(text, at, limit))
        {
            return (at + (IsPair(text, at, limit) ? 2 : 1), TokenKind.Symbol);
        }

        var end = Abbreviation(text, at, limit);
        if (end > at)
        {
            return (end, TokenKind.Word);
        }

        end = at;
        var digits = false;
        while (end < limit)
        {
            if (IsWordAt(text, end, limit))
            {
                digits |= char.IsAsciiDigit(text[end]);
                end += IsPair(text, end, limit) ? 2 : 1;
            }
            else if (IsApostrophe(text[end]) && end + 1 < limit && IsWordAt(text, end + 1, limit) && !IsPossessiveAt(text, end, limit))
            {
                end++;
            }
            else
            {
                break;
            }
        }

        return (end, digits ? TokenKind.Alphanumeric : TokenKind.Word);
    }

    private static (int End, TokenKind Kind) Number(string text, int at, int limit)
    {
        var end = at;
        while (end < limit && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        // Thousands groups only of exactly three digits, so that "1949, 1955" and "in 1949,1955" stay two numbers.
        if (end - at <= 3)
        {
            while (end + 3 < limit && text[end] == ',' && Digits(text, end + 1, limit) == 3)
            {
                end += 4;
            }
        }

        if (end + 1 < limit && text[end] == '.' && char.IsAsciiDigit(text[end + 1]))
        {
            end += 1 + Digits(text, end + 1, limit);
        }

        var letters = end;
        while (letters < limit && IsWordAt(text, letters, limit))
        {
            letters += IsPair(text, letters, limit) ? 2 : 1;
        }

        return letters > end ? (letters, TokenKind.Alphanumeric) : (end, TokenKind.Number);
    }

    // "U.S.", "e.g.", "B.C" : single letters each followed by a point.
    private static int Abbreviation(string text, int at, int limit)
    {
        var end = at;
        while (end + 1 < limit && char.IsAsciiLetter(text[end]) && text[end + 1] == '.')
        {
            end += 2;
        }

        if (end < limit && end > at && char.IsAsciiLetter(text[end]) && (end + 1 >= limit || !IsWordAt(text, end + 1, limit)))
        {
            return end + 1;
        }

        return end - at >= 4 ? end : at;
    }

    private static int Digits(string text, int from, int limit)
    {
        var end = from;
        while (end < limit && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - from;
    }

    private static bool IsPossessiveAt(string text, int at, int limit) =>
        text[at + 1] is 's' or 'S' && (at + 2 >= limit || !IsWordAt(text, at + 2, limit));

    private static bool IsApostrophe(char c) => c is '\'' or '’';

    private static bool IsPair(string text, int at, int limit) =>
        at + 1 < limit && char.IsHighSurrogate(text[at]) && char.IsLowSurrogate(text[at + 1]);

    private static bool IsWordAt(string text, int at, int limit)
    {
        if (at >= limit)
        {
            return false;
        }

        var c = text[at];
        if (c < 128)
        {
            return char.IsAsciiLetterOrDigit(c);
        }

        if (char.IsLowSurrogate(c) && at > 0 && char.IsHighSurrogate(text[at - 1]))
        {
            at--;
        }

        return CharUnicodeInfo.GetUnicodeCategory(text, at) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber;
    }

    private static void Add(List<Token> tokens, string text, int start, int end, TokenKind kind)
    {
        var value = end - start == 1 && text[start] < 256 ? SingleCharacters[text[start]] : text[start..end];
        var lower = kind is TokenKind.Number or TokenKind.Symbol ? value : value.ToLowerInvariant().Replace('’', '\'');
        tokens.Add(new Token(start, end, kind, value, lower));
    }
}
