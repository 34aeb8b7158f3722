using System.Buffers;
using System.Globalization;
using System.Text;

namespace Broadsheet.Content.Comments;

/// <summary>What readers may write: plain text that shows what it says. Nothing in it is interpreted.</summary>
internal static class CommentText
{
    /// <summary>Longest comment, in Unicode characters.</summary>
    public const int MaxComment = 10_000;

    /// <summary>Longest note or reason, in Unicode characters.</summary>
    public const int MaxNote = 1_000;

    /// <summary>The text as it is kept: one kind of line break, no white space around.</summary>
    public static string Normalise(string text) =>
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Trim();

    /// <summary>The rule that the text breaks; null if it breaks none. Looks at no more of it than could be kept.</summary>
    public static string? BrokenRule(string text, int most, bool required)
    {
        // White space around does not count, but a flood of it is not searched either.
        if (text.Length > most * 4)
        {
            return TooLong(most);
        }

        text = Normalise(text);
        var length = 0;
        var seen = false;
        for (var at = 0; at < text.Length; length++)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var consumed) != OperationStatus.Done)
            {
                return "must be valid Unicode";
            }

            at += consumed;
            if (Rune.IsControl(rune) && rune.Value is not ('\n' or '\t'))
            {
                return "must have no control characters except line breaks and tabs";
            }

            if (rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069))
            {
                return "must have no characters that override the direction of writing";
            }

            seen |= IsSeen(rune);
        }

        return length > most ? TooLong(most) : required && !seen ? "is required" : null;
    }

    private static string TooLong(int most) => string.Create(CultureInfo.InvariantCulture, $"must have at most {most:N0} characters");

    private static bool IsSeen(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
