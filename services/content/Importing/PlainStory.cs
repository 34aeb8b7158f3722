using System.Text;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Importing;

/// <summary>
/// What every imported story is, whatever its document held: plain text without control characters, and no address but
/// http and https. Formats read as they do; this is where nothing gets past.
/// </summary>
internal static class PlainStory
{
    private const int MaxMediaText = 2_000;
    private const int MaxCreditName = 300;
    private const int MaxCredit = 1_000;

    /// <summary>Makes the story so, in place.</summary>
    public static void Enforce(Story story)
    {
        if (story.Cover is { } cover)
        {
            Enforce(cover);
        }

        foreach (var section in story.Sections)
        {
            section.Heading = StoryDraft.OneLine(section.Heading);
            for (var at = section.Blocks.Count - 1; at >= 0; at--)
            {
                if (!Enforce(section.Blocks[at]))
                {
                    section.Blocks.RemoveAt(at);
                }
            }
        }
    }

    /// <summary>The text without what can't be seen or must not be there; line ends and tabs stay, lone halves of characters become U+FFFD.</summary>
    public static string Text(string text)
    {
        var at = 0;
        while (at < text.Length && IsPlain(text[at]))
        {
            at++;
        }

        if (at == text.Length)
        {
            return text;
        }

        var plain = new StringBuilder(text, 0, at, text.Length);
        for (; at < text.Length; at++)
        {
            var character = text[at];
            if (IsPlain(character))
            {
                plain.Append(character);
            }
            else if (char.IsSurrogate(character))
            {
                if (at + 1 < text.Length && char.IsSurrogatePair(character, text[at + 1]))
                {
                    plain.Append(character).Append(text[++at]);
                }
                else
                {
                    plain.Append('\uFFFD');
                }
            }
            else if (character == '\r' && (at + 1 == text.Length || text[at + 1] != '\n'))
            {
                plain.Append('\n');
            }
        }

        return plain.ToString();
    }

    /// <summary>A paragraph: no empty line inside, which would make it two.</summary>
    public static string Paragraph(string text)
    {
        var plain = Text(text).Trim();
        while (plain.Contains("\n\n", StringComparison.Ordinal))
        {
            plain = plain.Replace("\n\n", "\n", StringComparison.Ordinal);
        }

        return plain;
    }

    // A surrogate is looked at together with its other half.
    private static bool IsPlain(char character) =>
        character is '\n' or '\t' || (!char.IsControl(character) && !char.IsSurrogate(character) && character is not ('\uFFFE' or '\uFFFF'));

    private static bool Enforce(Block block)
    {
        switch (block.ContentCase)
        {
            case Block.ContentOneofCase.Text:
                return (block.Text = Paragraph(block.Text)).Length > 0;
            case Block.ContentOneofCase.Quote:
                return (block.Quote = Paragraph(block.Quote)).Length > 0;
            case Block.ContentOneofCase.Code:
                return (block.Code = Text(block.Code)).Length > 0;
            case Block.ContentOneofCase.List:
                var items = block.List.Items.Select(StoryDraft.OneLine).Where(item => item.Length > 0).ToArray();
                block.List.Items.Clear();
                block.List.Items.Add(items);
                return items.Length > 0;
            default:
                Enforce(block.Media);
                return true;
        }
    }

    private static void Enforce(Media media)
    {
        media.Uri = StoryDraft.WebAddress(media.Uri);
        media.Alt = Limited(media.Alt, MaxMediaText);
        media.Caption = Limited(media.Caption, MaxMediaText);
        if (media.Credit is { } credit)
        {
            credit.Creator = Limited(credit.Creator, MaxCreditName);
            credit.Provider = Limited(credit.Provider, MaxCreditName);
            credit.Stated = Limited(credit.Stated, MaxCredit);
        }
    }

    // Half a caption may say what the whole one did not.
    private static string Limited(string text, int length) => StoryDraft.OneLine(text) is { } line && line.Length <= length ? line : "";
}
