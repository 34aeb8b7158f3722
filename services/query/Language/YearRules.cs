using System.Globalization;

namespace Broadsheet.Query.Language;

/// <summary>Tells a bare number that names a year from one that counts, measures or labels something.</summary>
internal static class YearRules
{
    /// <summary>Year of a four-digit token between 1000 and 2199, by its form alone; else 0.</summary>
    public static int Parse(Token token) =>
        token.Kind == TokenKind.Number && token.Text.Length == 4 && token.Text[0] is '1' or '2'
        && int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year < 2200
            ? year
            : 0;

    /// <summary>Whether the four-digit number at <paramref name="at"/> is a year by what stands around it.</summary>
    public static bool IsYear(IReadOnlyList<Token> tokens, int at)
    {
        if (IsGlued(tokens, at))
        {
            return false;
        }

        return HasYearBefore(tokens, at) && !IsCounted(tokens, at) && !IsStreetNumber(tokens, at);
    }

    // Part of an identifier, amount or version: "0-1949-2", "$1949", "1949%", "v.2014", "a/1949".
    private static bool IsGlued(IReadOnlyList<Token> tokens, int at)
    {
        if (IsJoined(tokens, at - 1, at - 2) && IsJoined(tokens, at + 1, at + 2))
        {
            return true;
        }

        if (at > 0)
        {
            var before = tokens[at - 1];
            if (before.Text is "$" or "€" or "£" or "¥" or "#" or "№" or "@" or "§" or "+" or "=" or "×" or "−")
            {
                return true;
            }

            if (before.End == tokens[at].Start && before.Text is "-" or "." or ":" or "/" or "\\" or "_" or "," or "'" && at > 1 && tokens[at - 2].End == before.Start
                && tokens[at - 2].Kind is TokenKind.Number or TokenKind.Alphanumeric && Parse(tokens[at - 2]) == 0)
            {
                return true;
            }

            if (before.Text == "." && at > 1 && tokens[at - 2].Lower is "no" or "nos" or "p" or "pp" or "v")
            {
                return true;
            }
        }

        if (at + 1 < tokens.Count)
        {
            var after = tokens[at + 1];
            if (after.Text is "%" or "°" or "€" or "£" or "×" or "=")
            {
                return true;
            }

            if (after.Start == tokens[at].End && at + 2 < tokens.Count && after.End == tokens[at + 2].Start && tokens[at + 2].Kind == TokenKind.Number
                && (after.Text is ":" or "." or "_" || after.Text is "-" && at + 3 < tokens.Count && tokens[at + 3].Text == "-" && tokens[at + 2].Text.Length != 2))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsJoined(IReadOnlyList<Token> tokens, int hyphen, int number) =>
        hyphen > 0 && hyphen + 1 < tokens.Count && number < tokens.Count && number >= 0 && tokens[hyphen].Text is "-" or "–" && tokens[number].Kind == TokenKind.Number
        && tokens[hyphen - 1].End == tokens[hyphen].Start && tokens[hyphen].End == tokens[hyphen + 1].Start;

    private static bool HasYearBefore(IReadOnlyList<Token> tokens, int at)
    {
        if (at == 0)
        {
            return true;
        }

        var before = tokens[at - 1];
        switch (before.Kind)
        {
            case TokenKind.Symbol:
                return before.Text is not "*";
            case TokenKind.Number:
                return Parse(before) == 0 && before.Text.Length <= 2;
            case TokenKind.Possessive:
                return true;
            default:
                break;
        }

        if (TimeWords.Month(before.Lower) > 0 || TimeWords.Season(before.Lower) is not null || TimeWords.EventNames.Contains(before.Lower))
        {
            return true;
        }

        if (before.Lower == "of" && at > 1 && TimeWords.MeasureHeads.Contains(tokens[at - 2].Lower))
        {
            return false;
        }

        if (before.Lower == "or" && at > 1 && tokens[at - 2].Kind == TokenKind.Number && Parse(tokens[at - 2]) == 0)
        {
            return false;
        }

        if (TimeWords.YearPrepositions.Contains(before.Lower))
        {
            return true;
        }

        // A past participle ("released 1999", "c. 1066"); any other noun or name before the number labels it: "room 2014", "Boeing 1955".
        return before.Lower.Length > 4 && before.Lower.EndsWith("ed", StringComparison.Ordinal) && !before.IsCapitalised;
    }

    private static bool IsCounted(IReadOnlyList<Token> tokens, int at)
    {
        if (at + 1 >= tokens.Count)
        {
            return false;
        }

        var after = tokens[at + 1];
        if (after.Kind != TokenKind.Word)
        {
            return after.Text == "-" && at + 2 < tokens.Count && after.Start == tokens[at].End && TimeWords.CountedNouns.Contains(tokens[at + 2].Lower);
        }

        if (TimeWords.CountedNouns.Contains(after.Lower) || TimeWords.Unit(after.Lower) != TimeUnit.None)
        {
            return true;
        }

        var before = at > 0 ? tokens[at - 1].Lower : "";
        var dated = before is "in" or "since" or "by" or "until" or "the" or "during" or "before" or "after" or "from" or "between" or "late" or "early" or "mid" or ","
            || TimeWords.Month(before) > 0 || at > 0 && tokens[at - 1].Kind == TokenKind.Number;
        if (dated)
        {
            return false;
        }

        // "recorded 1949 attacks", "nearly 2000 paintings": a plural noun follows at once.
        return after.Lower.Length > 3 && after.Lower[^1] == 's' && after.Lower[^2] != 's' && !after.IsCapitalised
            && after.Lower is not ("was" or "has" or "this" or "his" or "its" or "is" or "does" or "saw" or "sees" or "marks" or "brings" or "always" or "perhaps" or "besides" or "across" or "thus" or "towards" or "as" or "plus" or "versus" or "whereas");
    }

    /// <summary>Whether the number at <paramref name="at"/> is a house's: capitalised words follow that end in a kind of street.</summary>
    public static bool IsStreetNumber(IReadOnlyList<Token> tokens, int at)
    {
        for (var i = at + 1; i < tokens.Count && i <= at + 4 && tokens[i].Kind is TokenKind.Word or TokenKind.Alphanumeric && tokens[i].IsCapitalised; i++)
        {
            if (i > at + 1 && TimeWords.StreetWords.Contains(tokens[i].Lower))
            {
                return true;
            }
        }

        return false;
    }
}
