using System.Globalization;
using System.Text.RegularExpressions;

namespace Broadsheet.Content.Importing;

/// <summary>What stands below the story on a saved page: its creator, reader insights, comments, links and the © line.</summary>
internal static partial class PageTail
{
    private const int MaxBiographyLines = 50;

    // Each opens the tail if no earlier one does, and only with more of the tail below: a heading in the body may say the same.
    private static readonly string[] Openings =
        ["About the Creator", "Reader insights", "Comments", "There are no comments for this story", "Sign in to comment", "Find us on social media"];

    private static readonly HashSet<string> Markers = new(StringComparer.Ordinal)
    {
        "About the Creator", "Reader insights", "Be the first to share your insights about this piece.", "How does it work?", "Add your insights", "Top insights",
        "Comments", "There are no comments for this story", "Be the first to respond and start the conversation.", "Sign in to comment",
        "Find us on social media", "Miscellaneous links", "• Explore", "• Contact", "• Privacy Policy", "• Terms of Use", "• Support",
    };

    // What may stand between the last paragraph and the tail.
    private static readonly HashSet<string> Lures = new(StringComparer.Ordinal)
    {
        "Enjoyed the story? Support the Creator.", "Subscribe for free to receive all their stories in your feed.", "Subscribe for free", "Subscribe For Free",
        "You could also pledge your support or give them a one-off tip, letting them know you appreciate their work.", "Pledge Your Support", "Send them a tip",
    };

    /// <summary>Where the body ends. The tail's own words go to the draft: the biography, the year of the page, and what is dropped.</summary>
    public static int Cut(IReadOnlyList<TextLine> lines, StoryDraft draft)
    {
        var last = lines.Count - 1;
        while (last >= 0 && !IsMarker(lines[last].Text))
        {
            last--;
        }

        // A marker with a lot of text below it is no tail.
        if (last < 0 || lines.Count - last > 10)
        {
            return lines.Count;
        }

        var start = Opening(lines, last) is >= 0 and var opening ? opening : Closing(lines);
        while (start > 0 && start < lines.Count && Lures.Contains(lines[start - 1].Text))
        {
            start--;
        }

        for (var at = start; at < lines.Count; at++)
        {
            draft.Dropped(lines[at].Text);
            if (CopyrightYear(lines[at].Text) is > 0 and < 9999 and var year)
            {
                draft.NotAfter = new DateTimeOffset(year + 1, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(-TimeSpan.TicksPerMicrosecond);
            }

            if (lines[at].Text == "About the Creator")
            {
                draft.CreatorBiography = string.Join('\n', lines.Skip(at + 1).TakeWhile(line => !IsMarker(line.Text)).Take(MaxBiographyLines).Select(line => line.Text));
            }
        }

        return start;
    }

    private static int Opening(IReadOnlyList<TextLine> lines, int last)
    {
        foreach (var opening in Openings)
        {
            var below = 0;
            for (var at = last; at >= 0; at--)
            {
                if (below >= 2 && Opens(lines[at].Text, opening))
                {
                    return at;
                }

                below += IsMarker(lines[at].Text) ? 1 : 0;
            }
        }

        return -1;
    }

    private static bool Opens(string line, string opening) =>
        line == opening || (opening == "Comments" && CommentCount().IsMatch(line));

    // No opening: what is known as tail, from the end upward. A heading above an empty end is none.
    private static int Closing(IReadOnlyList<TextLine> lines)
    {
        var end = lines.Count;
        while (end > 0 && IsMarker(lines[end - 1].Text) && (end < lines.Count || !Openings.Contains(lines[end - 1].Text)))
        {
            end--;
        }

        return end;
    }

    private static bool IsMarker(string line) => Markers.Contains(line) || CopyrightYear(line) > 0 || CommentCount().IsMatch(line);

    // The year of a line that says no more than whose the page is; 0 for prose that begins with ©.
    private static int CopyrightYear(string line)
    {
        if (line.Length > 200 || Copyright().Match(line) is not { Success: true } match)
        {
            return 0;
        }

        var rest = match.Groups["rest"].Value.TrimStart(' ', ',');
        return rest.Length == 0 || rest.Contains("rights reserved", StringComparison.OrdinalIgnoreCase) || (char.IsUpper(rest[0]) && rest.AsSpan().Count(' ') < 5)
            ? int.Parse(match.Groups["year"].Value, CultureInfo.InvariantCulture)
            : 0;
    }

    [GeneratedRegex(@"^(©|Copyright( ©)?|\([cC]\)) ?([0-9]{4} ?[-–] ?)?(?<year>[0-9]{4})(?<rest>[ ,.].*)?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Copyright();

    [GeneratedRegex(@"^Comments \([0-9]{1,6}\)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex CommentCount();
}

/// <summary>A line of text that is not blank.</summary>
/// <param name="Text">The line without white space around it.</param>
/// <param name="AfterBlank">A blank line stands above it, or nothing.</param>
internal readonly record struct TextLine(string Text, bool AfterBlank);
