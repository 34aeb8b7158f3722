using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Importing;

/// <summary>
/// The text of a saved story page: masthead, headline, dek, a byline whose parts are glued together, the headline again,
/// picture credits between paragraphs, and the page's tail. A plain text without any of it is a title and paragraphs.
/// </summary>
internal static partial class TextDump
{
    // A head has few lines; a byline further down belongs to something else.
    private const int HeadLines = 6;
    private const int MaxRepeats = 3;
    private const int MaxHeading = 120;
    private const int MaxHeadingWords = 18;

    public static void Read(string text, StoryDraft draft)
    {
        var lines = Lines(text);
        if (lines.Count == 0)
        {
            throw DocumentException.Unreadable("has no text");
        }

        var end = PageTail.Cut(lines, draft);
        var start = ReadHead(lines, end, draft);
        if (draft.CreatorBiography.Split('\n', 2) is [var name, .. var rest] && name == draft.Creator)
        {
            draft.CreatorBiography = string.Concat(rest);
        }

        ReadBody(lines, start, end, draft);
    }

    private static List<TextLine> Lines(string text)
    {
        var lines = new List<TextLine>();
        var blank = true;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range);
            if (line.IsWhiteSpace())
            {
                blank = true;
                continue;
            }

            lines.Add(new TextLine(StoryDraft.OneLine(line.ToString()), blank));
            blank = false;
        }

        // A text without blank lines has a paragraph a line, unless its lines are wrapped.
        return lines.Count > 2 && lines.Skip(1).All(line => !line.AfterBlank) && !lines.Skip(1).Take(50).Any(line => Continues(line.Text))
            ? [.. lines.Select(line => line with { AfterBlank = true })]
            : lines;
    }

    /// <summary>Reads masthead, headline, dek, byline, the headline's repeats and the cover's credit; returns where the body begins.</summary>
    private static int ReadHead(List<TextLine> lines, int end, StoryDraft draft)
    {
        var at = 0;
        if (end > 1 && lines[0].Text.Length <= 105 && Masthead().Match(lines[0].Text) is { Success: true } masthead)
        {
            draft.Community = masthead.Groups["name"].Value;
            draft.Dropped(lines[0].Text);
            at++;
        }

        if (at >= end)
        {
            throw DocumentException.Unreadable("has no title");
        }

        var limit = Math.Min(end, at + HeadLines);
        draft.Title = lines[at++].Text;
        if (FindByline(lines, at, limit, end) is var (byline, line, next))
        {
            ReadDek(lines, at, line, draft);
            draft.Apply(byline);
            at = next;
        }
        else if (LastRepeat(lines, at, Math.Min(end, at + 3), draft.Title) is >= 0 and var repeat)
        {
            ReadDek(lines, at, repeat, draft);
            at = repeat;
        }

        for (var repeats = 0; at < end; at++)
        {
            if (repeats < MaxRepeats && IsTitle(lines[at].Text, draft.Title))
            {
                repeats++;
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

    /// <summary>Between the headline and the byline (or the headline's repeat) stands the dek.</summary>
    private static void ReadDek(List<TextLine> lines, int from, int to, StoryDraft draft)
    {
        for (var at = from; at < to; at++)
        {
            var text = lines[at].Text;
            if (IsTitle(text, draft.Title))
            {
                draft.Dropped(text);
            }
            else if (draft.Cover is null && CreditLine.Parse(text) is { } credit)
            {
                draft.Cover = new Media { Credit = credit };
            }
            else if (draft.Dek.Length == 0)
            {
                draft.Dek = text;
            }
            else
            {
                draft.Dropped(text);
            }
        }
    }

    /// <summary>The head's byline, its line and the line after it; its date may stand on the next line. Null if there is none.</summary>
    private static (Byline Byline, int At, int Next)? FindByline(List<TextLine> lines, int head, int limit, int end)
    {
        for (var at = head; at < limit; at++)
        {
            var below = at + 1 < end ? Byline.ParseDateline(lines[at + 1].Text) : null;
            if (Byline.Parse(lines[at].Text) is { } byline)
            {
                return byline is { When: "", Updated: "" } or { Minutes: 0 } && below is not null && (byline.When.Length == 0 || below.When.Length == 0)
                    ? (Merge(byline, below), at, at + 2)
                    : (byline, at, at + 1);
            }

            if (below is not null && Byline.ParseName(lines[at].Text) is { } name)
            {
                var more = below.Minutes == 0 && at + 2 < end ? Byline.ParseDateline(lines[at + 2].Text) : null;
                return more is { When: "", Updated: "" } ? (Merge(name, Merge(below, more)), at, at + 3) : (Merge(name, below), at, at + 2);
            }
        }

        // A name alone is believed right below the headline or the dek.
        for (var at = head; at < Math.Min(limit, head + 2); at++)
        {
            if (Byline.ParseName(lines[at].Text) is { } name)
            {
                return (name, at, at + 1);
            }
        }

        return null;
    }

    private static Byline Merge(Byline upper, Byline lower) => upper with
    {
        When = upper.When.Length > 0 ? upper.When : lower.When,
        Updated = upper.Updated.Length > 0 ? upper.Updated : lower.Updated,
        Minutes = upper.Minutes > 0 ? upper.Minutes : lower.Minutes,
    };

    private static int LastRepeat(List<TextLine> lines, int from, int to, string title)
    {
        var at = to - 1;
        while (at >= from && !IsTitle(lines[at].Text, title))
        {
            at--;
        }

        return at >= from ? at : -1;
    }

    private static void ReadBody(List<TextLine> lines, int start, int end, StoryDraft draft)
    {
        var items = new List<string>();
        var paragraph = new StringBuilder();
        for (var at = start; at < end; at++)
        {
            var text = lines[at].Text;
            if (paragraph.Length > 0 && !lines[at].AfterBlank && Continues(lines[at - 1].Text))
            {
                // A hard-wrapped paragraph: the line before ended in the middle of a sentence.
                paragraph.Append(' ').Append(text);
                StoryDraft.CheckLength(paragraph.Length);
                continue;
            }

            FlushParagraph();
            if (text.Length > 2 && text[0] is '•' or '‣' or '▪' or '◦')
            {
                items.Add(text[1..].TrimStart());
                continue;
            }

            FlushList();
            if (CreditLine.Parse(text) is { } credit)
            {
                draft.AddMedia(new Media { Credit = credit });
            }
            else if (IsHeading(lines, at, end))
            {
                draft.StartSection(text);
            }
            else
            {
                paragraph.Append(text);
            }
        }

        FlushParagraph();
        FlushList();

        void FlushParagraph()
        {
            if (paragraph.Length > 0)
            {
                draft.AddText(paragraph.ToString());
                paragraph.Clear();
            }
        }

        void FlushList()
        {
            draft.AddList(ordered: false, items);
            items.Clear();
        }
    }

    private static bool Continues(string line) =>
        line.Length is >= 40 and <= 120 && line[^1] is not ('.' or '!' or '?' or ':' or '"' or '”' or '…');

    /// <summary>A heading is short, stands alone, does not end as a statement does, and has text below it.</summary>
    private static bool IsHeading(List<TextLine> lines, int at, int end)
    {
        var text = lines[at].Text;
        if (text.Length > MaxHeading || at + 1 >= end || !lines[at].AfterBlank || !lines[at + 1].AfterBlank || text.AsSpan().Count(' ') >= MaxHeadingWords)
        {
            return false;
        }

        var first = text[0];
        if (!char.IsUpper(first) && !char.IsDigit(first) && first is not ('"' or '“' or '‘' or '\'' or '¿' or '¡' or '(') && char.GetUnicodeCategory(first) is not (UnicodeCategory.OtherLetter or UnicodeCategory.Surrogate))
        {
            return false;
        }

        // What a closing quotation mark or bracket encloses tells; exclamations are headings only where they are set like one.
        var last = text.AsSpan().TrimEnd("\"”’')»");
        return !last.IsEmpty
            && last[^1] is not (',' or ';' or ':' or '…' or '。')
            && (last[^1] != '.' || (IsTitleCase(text, least: 0) && Initialism().IsMatch(text)))
            && (last[^1] != '!' || IsTitleCase(text, least: 2))
            && !SentenceBreak().IsMatch(text);
    }

    // Words after the first that are long enough to get a capital in a headline: most have one.
    private static bool IsTitleCase(string text, int least)
    {
        var words = text.Split(' ').Skip(1).Where(word => word.Length > 3 && char.IsLetter(word[0])).ToArray();
        return words.Length >= least && words.Count(word => !char.IsLower(word[0])) * 10 >= words.Length * 7;
    }

    private static bool IsTitle(string line, string title) => string.Equals(line, title, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(?<name>\S.{0,98}) [Ll]ogo$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Masthead();

    [GeneratedRegex(@"(^| )(\p{Lu}\.){2,}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Initialism();

    // A sentence that ends inside makes a paragraph, however short ("It was. Truly!"); "St. Mary" and "U.S. Navy" don't.
    [GeneratedRegex(@"([\p{Ll}\p{Nd}]{3}|\p{L}[)”""’])[.!?…][)”""’]? [\p{Lu}“""]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SentenceBreak();
}
