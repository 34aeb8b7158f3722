using System.Globalization;
using System.Text.RegularExpressions;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Importing;

/// <summary>
/// The text of a saved story page: masthead, headline, dek, a byline whose parts are glued together, the headline again,
/// picture credits between paragraphs, and the page's tail. A plain text without any of it is a title and paragraphs.
/// </summary>
internal static partial class TextDump
{
    private const int HeadLines = 12;
    private const int MaxHeading = 120;
    private const int MaxHeadingWords = 18;

    public static void Read(string text, StoryDraft draft)
    {
        var lines = Lines(text);
        if (lines.Count == 0)
        {
            throw DocumentException.Unreadable("has no text");
        }

        var end = CutTail(lines, draft);
        var start = ReadHead(lines, end, draft);
        ReadBody(lines, start, end, draft);
    }

    private static List<Line> Lines(string text)
    {
        var lines = new List<Line>();
        var blank = true;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).Trim();
            if (line.IsEmpty)
            {
                blank = true;
                continue;
            }

            lines.Add(new Line(line.ToString(), blank));
            blank = false;
        }

        return lines;
    }

    /// <summary>Where the body ends: before the page's tail, which begins at the last "About the Creator" that more of the tail follows.</summary>
    private static int CutTail(List<Line> lines, StoryDraft draft)
    {
        foreach (var line in lines)
        {
            if (Copyright().Match(line.Text) is { Success: true } copyright
                && int.Parse(copyright.Groups["year"].Value, CultureInfo.InvariantCulture) is > 0 and < 9999 and var year)
            {
                draft.NotAfter = new DateTimeOffset(year + 1, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(-10);
            }
        }

        var end = lines.Count;
        var lastMarker = lines.FindLastIndex(line => TailMarkers.Contains(line.Text) || Copyright().IsMatch(line.Text));
        if (lastMarker < 0)
        {
            return end;
        }

        foreach (var opening in (ReadOnlySpan<string>)["About the Creator", "Reader insights"])
        {
            var at = lines.FindLastIndex(lastMarker, line => line.Text == opening);
            if (at >= 0 && at < lastMarker && MarksAfter(at) >= 2)
            {
                ReadBiography(at);
                return Drop(at);
            }
        }

        // No opening: what is known as tail, from the end backward.
        while (end > 0 && (TailMarkers.Contains(lines[end - 1].Text) || Copyright().IsMatch(lines[end - 1].Text) || lines[end - 1].Text.StartsWith('•')))
        {
            end--;
        }

        return Drop(end);

        int MarksAfter(int at) => lines.Skip(at + 1).Count(line => TailMarkers.Contains(line.Text) || Copyright().IsMatch(line.Text));

        void ReadBiography(int at)
        {
            if (lines[at].Text == "About the Creator")
            {
                var biography = lines.Skip(at + 1).TakeWhile(line => !TailMarkers.Contains(line.Text)).Select(line => line.Text);
                draft.CreatorBiography = string.Join('\n', biography);
            }
        }

        int Drop(int at)
        {
            foreach (var line in lines.Skip(at))
            {
                draft.Dropped(line.Text);
            }

            return at;
        }
    }

    /// <summary>Reads masthead, headline, dek, byline, the headline's repeats and the cover's credit; returns where the body begins.</summary>
    private static int ReadHead(List<Line> lines, int end, StoryDraft draft)
    {
        var at = 0;
        if (end > 1 && Masthead().Match(lines[0].Text) is { Success: true } masthead)
        {
            draft.Community = masthead.Groups["name"].Value;
            draft.Dropped(lines[0].Text);
            at++;
        }

        if (at >= end)
        {
            throw DocumentException.Unreadable("has no title");
        }

        var first = at;
        draft.Title = lines[at++].Text;
        var byline = -1;
        for (var i = at; i < Math.Min(end, first + HeadLines) && byline < 0; i++)
        {
            byline = IsByline(lines, i) ? i : -1;
        }

        var repeat = byline >= 0 ? byline : LastRepeat(lines, at, Math.Min(end, first + 4), draft.Title);
        if (repeat < 0)
        {
            return at;
        }

        // Between the headline and the byline (or the headline's repeat) stands the dek.
        for (; at < repeat; at++)
        {
            if (IsTitle(lines[at].Text, draft.Title))
            {
                draft.Dropped(lines[at].Text);
            }
            else if (draft.Dek.Length == 0)
            {
                draft.Dek = lines[at].Text;
            }
            else if (CreditLine.Parse(lines[at].Text) is { } credit && draft.Cover is null)
            {
                draft.Cover = new Media { Credit = credit };
            }
            else
            {
                draft.Dropped(lines[at].Text);
            }
        }

        at = byline >= 0 ? ReadByline(lines, byline, end, draft) : at;
        for (; at < end; at++)
        {
            if (IsTitle(lines[at].Text, draft.Title))
            {
                draft.Dropped(lines[at].Text);
            }
            else if (draft.Cover is null && CreditLine.Parse(lines[at].Text) is { } credit)
            {
                draft.Cover = new Media { Credit = credit };
            }
            else
            {
                break;
            }
        }

        return at;
    }

    private static bool IsByline(List<Line> lines, int at) =>
        Byline().IsMatch(lines[at].Text)
        || (PlainByline().IsMatch(lines[at].Text) && at + 1 < lines.Count && Dateline().IsMatch(lines[at + 1].Text));

    private static int ReadByline(List<Line> lines, int at, int end, StoryDraft draft)
    {
        var match = Byline().Match(lines[at].Text);
        var next = at + 1;
        if (match.Success)
        {
            draft.Creator = match.Groups["name"].Value.Trim();
            ReadDateline(match.Groups["when"].Value, draft);
        }
        else
        {
            draft.Creator = PlainByline().Match(lines[at].Text).Groups["name"].Value.Trim();
            ReadDateline(Dateline().Match(lines[next].Text).Groups["when"].Value, draft);
            next++;
        }

        if (next < end && draft.StatedReadingMinutes == 0 && ReadingTime().Match(lines[next].Text) is { Success: true } minutes && minutes.Length == lines[next].Text.Length)
        {
            draft.StatedReadingMinutes = int.Parse(minutes.Groups["minutes"].Value, CultureInfo.InvariantCulture);
            next++;
        }

        return next;
    }

    private static void ReadDateline(string when, StoryDraft draft)
    {
        if (ReadingTime().Match(when) is { Success: true } reading)
        {
            draft.StatedReadingMinutes = int.Parse(reading.Groups["minutes"].Value, CultureInfo.InvariantCulture);
            when = when[..reading.Index];
        }

        // "Published a year ago Updated 3 days ago": what counts is when it was published.
        var updated = when.IndexOf("Updated", StringComparison.Ordinal);
        var published = (updated > 0 ? when[..updated] : when).Trim(' ', '·', '•', '|', '-', '–', ',');
        if (!draft.TryPublished(published))
        {
            draft.Say("PUBLISH_TIME_UNREAD", "The words that should say when the story was published were not understood.", published);
        }
    }

    private static int LastRepeat(List<Line> lines, int from, int to, string title)
    {
        for (var i = to - 1; i >= from; i--)
        {
            if (IsTitle(lines[i].Text, title))
            {
                return i;
            }
        }

        return -1;
    }

    private static void ReadBody(List<Line> lines, int start, int end, StoryDraft draft)
    {
        var items = new List<string>();
        var paragraph = "";
        for (var i = start; i < end; i++)
        {
            var text = lines[i].Text;
            if (paragraph.Length > 0 && !lines[i].AfterBlank && Continues(lines[i - 1].Text))
            {
                // A hard-wrapped paragraph: the line before ended in the middle of a sentence.
                paragraph = $"{paragraph} {text}";
                continue;
            }

            FlushParagraph();
            if (Bullet().Match(text) is { Success: true } bullet)
            {
                items.Add(bullet.Groups["item"].Value);
                continue;
            }

            FlushList();
            if (CreditLine.Parse(text) is { } credit)
            {
                draft.AddMedia(new Media { Credit = credit });
            }
            else if (IsHeading(lines, i, end))
            {
                draft.StartSection(text);
            }
            else
            {
                paragraph = text;
            }
        }

        FlushParagraph();
        FlushList();

        void FlushParagraph()
        {
            if (paragraph.Length > 0)
            {
                draft.AddText(paragraph);
                paragraph = "";
            }
        }

        void FlushList()
        {
            draft.AddList(ordered: false, items);
            items = [];
        }
    }

    private static bool Continues(string line) =>
        line.Length is >= 40 and <= 120 && line[^1] is not ('.' or '!' or '?' or ':' or '"' or '”' or '…');

    /// <summary>A heading is short, stands alone, does not end as a sentence does, and has text below it.</summary>
    private static bool IsHeading(List<Line> lines, int at, int end)
    {
        var text = lines[at].Text;
        var next = at + 1;
        if (text.Length > MaxHeading
            || next >= end
            || !lines[at].AfterBlank
            || !lines[next].AfterBlank
            || text[^1] is '.' or ',' or ';' or ':' or '…' or '"' or '”' or '\'' or '’' or ')' && !EndsWithParenthesis(text)
            || !(char.IsUpper(text[0]) || char.IsDigit(text[0]) || text[0] is '"' or '“' or '‘' || char.GetUnicodeCategory(text[0]) is UnicodeCategory.OtherLetter)
            || text.AsSpan().Count(' ') >= MaxHeadingWords)
        {
            return false;
        }

        // A sentence with a full stop inside and text after it is a paragraph, however short ("It was. Truly!").
        return !SentenceBreak().IsMatch(text);
    }

    private static bool EndsWithParenthesis(string text) => text[^1] == ')' && text.Contains('(', StringComparison.Ordinal) && !text.Contains('.', StringComparison.Ordinal);

    private static bool IsTitle(string line, string title) =>
        line.Length == title.Length ? string.Equals(line, title, StringComparison.OrdinalIgnoreCase)
            : string.Equals(StoryDraft.OneLine(line), StoryDraft.OneLine(title), StringComparison.OrdinalIgnoreCase);

    private static readonly HashSet<string> TailMarkers = new(StringComparer.Ordinal)
    {
        "About the Creator", "Reader insights", "Be the first to share your insights about this piece.", "How does it work?", "Add your insights",
        "There are no comments for this story", "Be the first to respond and start the conversation.", "Sign in to comment", "Comments", "Top insights",
        "Find us on social media", "Miscellaneous links", "• Explore", "• Contact", "• Privacy Policy", "• Terms of Use", "• Support",
    };

    private readonly record struct Line(string Text, bool AfterBlank);

    [GeneratedRegex(@"^(?<name>\S.{0,98}) logo$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Masthead();

    // The name runs up to the first "Published": nothing separates the two.
    [GeneratedRegex(@"^By (?<name>.{1,100}?) ?(Published|Posted|Updated) (?<when>.{1,100})$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Byline();

    [GeneratedRegex(@"^By (?<name>\p{Lu}.{0,99})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PlainByline();

    [GeneratedRegex(@"^(Published|Posted|Updated) (?<when>.{1,100})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Dateline();

    [GeneratedRegex(@"(?<minutes>\d{1,3}) ?min(ute)?s? read$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ReadingTime();

    [GeneratedRegex(@"^(©|Copyright ©?|\(c\)) ?(?<year>\d{4})\b.{0,200}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Copyright();

    [GeneratedRegex(@"^[•‣▪◦] ?(?<item>\S.*)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Bullet();

    [GeneratedRegex(@"[a-z)”""][.!?] \p{Lu}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SentenceBreak();
}
