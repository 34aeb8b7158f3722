using System.Text;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Stories.Text;

/// <summary>
/// What a story's text yields: the plain text with the offsets of sections and blocks, its outline and media, the
/// number of words and the reading time. Computed once for each revision.
/// </summary>
internal static class StoryText
{
    private const double WordsPerMinute = 238;
    private const int FirstImageSeconds = 12;
    private const int LeastImageSeconds = 3;
    private const string Separator = "\n\n";

    /// <summary>Fills the computed fields in place.</summary>
    public static void Compute(Story story)
    {
        var writer = new Writer();
        story.Media.Clear();
        story.Outline.Clear();
        if (story.Cover is not null)
        {
            story.Media.Add(story.Cover);
        }

        foreach (var section in story.Sections)
        {
            section.Start = -1;
            if (section.Heading.Length > 0)
            {
                section.Start = writer.Append(section.Heading).Start;
            }

            foreach (var block in section.Blocks)
            {
                if (block.ContentCase == Block.ContentOneofCase.Media)
                {
                    (block.Start, block.End) = (0, 0);
                    story.Media.Add(block.Media);
                    continue;
                }

                (block.Start, block.End) = writer.Append(TextOf(block));
                section.Start = section.Start < 0 ? block.Start : section.Start;
            }

            // A section of pictures only stands where the text goes on.
            section.Start = section.Start < 0 ? writer.Position : section.Start;
            section.End = Math.Max(section.Start, writer.Position);
            if (section.Heading.Length > 0)
            {
                story.Outline.Add(new OutlineItem
                {
                    Section = section.Id,
                    Heading = section.Heading,
                    Start = section.Start,
                    IsQuestion = IsQuestion(section.Heading),
                });
            }
        }

        story.PlainText = writer.ToString();
        story.WordCount = Words.Count(story.Title) + Words.Count(story.PlainText);
        story.ReadingMinutes = ReadingMinutes(story.WordCount, story.Media.Count);
    }

    /// <summary>Words ÷ 238 a minute, 12 s for the first image and one less for each further one but never under 3 s; at least one minute.</summary>
    public static int ReadingMinutes(int words, int images)
    {
        var seconds = words / WordsPerMinute * 60;
        for (var image = 0; image < images; image++)
        {
            seconds += Math.Max(FirstImageSeconds - image, LeastImageSeconds);
        }

        return Math.Max(1, (int)Math.Round(seconds / 60, MidpointRounding.AwayFromZero));
    }

    // Latin, Greek, Arabic, Armenian, full-width, Ethiopic and reversed; behind it may stand what closes a quotation.
    private static bool IsQuestion(string heading) =>
        heading.AsSpan().TrimEnd(" \t!.…\"'”’»)]").EndsWithAny("?\u037E؟՞？፧⸮‽⁇⁈⁉");

    private static bool EndsWithAny(this ReadOnlySpan<char> text, string characters) =>
        text.Length > 0 && characters.Contains(text[^1], StringComparison.Ordinal);

    private static string TextOf(Block block) => block.ContentCase switch
    {
        Block.ContentOneofCase.Text => block.Text,
        Block.ContentOneofCase.Quote => block.Quote,
        Block.ContentOneofCase.Code => block.Code,
        Block.ContentOneofCase.List => string.Join('\n', block.List.Items),
        _ => "",
    };

    /// <summary>Joins pieces by empty lines and counts their code points.</summary>
    private sealed class Writer
    {
        private readonly StringBuilder _text = new();

        /// <summary>Code points written so far.</summary>
        public int Position { get; private set; }

        public (int Start, int End) Append(string piece)
        {
            if (piece.Length == 0)
            {
                return (Position, Position);
            }

            if (_text.Length > 0)
            {
                _text.Append(Separator);
                Position += Separator.Length;
            }

            var start = Position;
            _text.Append(piece);
            Position += CodePoints(piece);
            return (start, Position);
        }

        public override string ToString() => _text.ToString();

        private static int CodePoints(string piece)
        {
            var count = piece.Length;
            for (var i = 1; i < piece.Length; i++)
            {
                if (char.IsSurrogatePair(piece[i - 1], piece[i]))
                {
                    count--;
                    i++;
                }
            }

            return count;
        }
    }
}
