using System.Collections.Frozen;
using System.Globalization;

namespace Broadsheet.Query.Language;

/// <summary>Numbers in digits and in words.</summary>
internal static class Numbers
{
    private static readonly FrozenDictionary<string, int> Cardinals = new Dictionary<string, int>
    {
        ["zero"] = 0, ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6, ["seven"] = 7,
        ["eight"] = 8, ["nine"] = 9, ["ten"] = 10, ["eleven"] = 11, ["twelve"] = 12, ["thirteen"] = 13, ["fourteen"] = 14,
        ["fifteen"] = 15, ["sixteen"] = 16, ["seventeen"] = 17, ["eighteen"] = 18, ["nineteen"] = 19, ["twenty"] = 20,
        ["thirty"] = 30, ["forty"] = 40, ["fifty"] = 50, ["sixty"] = 60, ["seventy"] = 70, ["eighty"] = 80, ["ninety"] = 90,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, int> Ordinals = new Dictionary<string, int>
    {
        ["first"] = 1, ["second"] = 2, ["third"] = 3, ["fourth"] = 4, ["fifth"] = 5, ["sixth"] = 6, ["seventh"] = 7,
        ["eighth"] = 8, ["ninth"] = 9, ["tenth"] = 10, ["eleventh"] = 11, ["twelfth"] = 12, ["thirteenth"] = 13,
        ["fourteenth"] = 14, ["fifteenth"] = 15, ["sixteenth"] = 16, ["seventeenth"] = 17, ["eighteenth"] = 18,
        ["nineteenth"] = 19, ["twentieth"] = 20,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, double> Scales = new Dictionary<string, double>
    {
        ["hundred"] = 100, ["thousand"] = 1e3, ["million"] = 1e6, ["billion"] = 1e9, ["trillion"] = 1e12, ["dozen"] = 12,
    }.ToFrozenDictionary();

    /// <summary>Reads the number that starts at a token.</summary>
    /// <param name="tokens">Tokens of a text.</param>
    /// <param name="at">Index of the token to start at.</param>
    /// <param name="value">The number.</param>
    /// <returns>The index after the number's last token, or <paramref name="at"/> when none starts there.</returns>
    public static int Read(IReadOnlyList<Token> tokens, int at, out double value)
    {
        value = 0;
        if (at >= tokens.Count)
        {
            return at;
        }

        var next = at;
        if (tokens[at].Kind == TokenKind.Number)
        {
            if (!TryParse(tokens[at].Text, out value))
            {
                return at;
            }

            next = at + 1;
        }
        else if (Cardinals.TryGetValue(tokens[at].Lower, out var cardinal))
        {
            value = cardinal;
            next = at + 1;
            if (cardinal >= 20 && next + 1 < tokens.Count && tokens[next].Text == "-" && Cardinals.TryGetValue(tokens[next + 1].Lower, out var unit) && unit is > 0 and < 10)
            {
                value += unit;
                next += 2;
            }
            else if (cardinal >= 20 && next < tokens.Count && Cardinals.TryGetValue(tokens[next].Lower, out unit) && unit is > 0 and < 10)
            {
                value += unit;
                next++;
            }
        }
        else if (tokens[at].Lower is "a" or "an" && at + 1 < tokens.Count && Scales.ContainsKey(tokens[at + 1].Lower))
        {
            value = 1;
            next = at + 1;
        }

        while (next > at && next < tokens.Count && Scales.TryGetValue(tokens[next].Lower, out var scale))
        {
            value *= scale;
            next++;
        }

        return next;
    }

    /// <summary>True for a word that is, or belongs to, a number: "30", "1,949", "2.3", "eight", "million".</summary>
    public static bool TryRead(string word, out double value)
    {
        var lower = word.ToLowerInvariant();
        if (Cardinals.TryGetValue(lower, out var cardinal) && cardinal > 0)
        {
            value = cardinal;
            return true;
        }

        return Scales.TryGetValue(lower, out value) || (word.Length > 0 && char.IsAsciiDigit(word[0]) && TryParse(word, out value));
    }

    /// <summary>Number of an ordinal ("third", "20th"), or 0.</summary>
    public static int Ordinal(string lower)
    {
        if (Ordinals.TryGetValue(lower, out var value))
        {
            return value;
        }

        return lower.Length is > 2 and < 8 && char.IsAsciiDigit(lower[0]) && lower[^2..] is "st" or "nd" or "rd" or "th"
            && int.TryParse(lower.AsSpan(0, lower.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out value)
            ? value
            : 0;
    }

    private static bool TryParse(string digits, out double value) =>
        double.TryParse(digits, NumberStyles.AllowThousands | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
}
