using System.Text;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Stories.Text;

/// <summary>Fills what a story's text determines: plain text, offsets, media, word count and reading time.</summary>
internal static class StoryText
{
    private const double WordsPerMinute = 238;
    private const int FirstImageSeconds = 12;
    private const int LeastImageSeconds = 3;

    /// <summary>
    /// Computes the output-only text fields of <paramref name="story"/> in place: <c>plain_text</c>, the
    /// <c>start</c> and <c>end</c> of sections and blocks in Unicode code points, <c>media</c>,
    /// <c>word_count</c> and <c>reading_minutes</c>. Whatever stood there is replaced.
    /// </summary>
    public static void Compute(Story story)
    {
        var text = new TextWithOffsets();
        var words = WordCounter.Count(story.Title);
        story.Media.Clear();
        if (story.Cover is not null)
        {
            story.Media.Add(story.Cover.Clone());
        }

        foreach (var section in story.Sections)
        {
            (section.Start, section.End) = (-1, -1);
            Extend(section, text.Append(section.Heading));
            words += WordCounter.Count(section.Heading);
            foreach (var block in section.Blocks)
            {
                if (block.ContentCase == Block.ContentOneofCase.Media)
                {
                    story.Media.Add(block.Media.Clone());
                }

                var content = PlainTextOf(block);
                words += WordCounter.Count(content);
                var range = text.Append(content);
                (block.Start, block.End) = range ?? (0, 0);
                Extend(section, range);
            }

            if (section.Start < 0)
            {
                (section.Start, section.End) = (text.Length, text.Length);
            }
        }

        story.PlainText = text.ToString();
        story.WordCount = words;
        story.ReadingMinutes = ReadingMinutes(words, story.Media.Count);
    }

    private static void Extend(Section section, (int Start, int End)? range)
    {
        if (range is not { } added)
        {
            return;
        }

        section.Start = section.Start < 0 ? added.Start : section.Start;
        section.End = added.End;
    }

    private static string PlainTextOf(Block block) => block.ContentCase switch
    {
        Block.ContentOneofCase.Text => block.Text,
        Block.ContentOneofCase.Quote => block.Quote,
        Block.ContentOneofCase.Code => block.Code,
        Block.ContentOneofCase.List => string.Join('\n', block.List.Items),
        _ => "",
    };

    private static int ReadingMinutes(int words, int images)
    {
        var seconds = words * 60 / WordsPerMinute;
        for (var image = 0; image < images; image++)
        {
            seconds += Math.Max(LeastImageSeconds, FirstImageSeconds - image);
        }

        return (int)Math.Max(1, Math.Round(seconds / 60, MidpointRounding.AwayFromZero));
    }

    // Text that knows its length in code points; pieces are separated by an empty line.
    private sealed class TextWithOffsets
    {
        private const string Separator = "\n\n";
        private readonly StringBuilder _text = new();

        public int Length { get; private set; }

        // Null for an empty piece: it takes no place, and no separator either.
        public (int Start, int End)? Append(string piece)
        {
            if (piece.Length == 0)
            {
                return null;
            }

            if (Length > 0)
            {
                _text.Append(Separator);
                Length += Separator.Length;
            }

            var start = Length;
            _text.Append(piece);
            Length += CodePoints(piece);
            return (start, Length);
        }

        public override string ToString() => _text.ToString();

        // A lone surrogate counts as one, as it does once it is encoded as U+FFFD.
        private static int CodePoints(string piece)
        {
            var count = piece.Length;
            for (var index = 1; index < piece.Length; index++)
            {
                if (char.IsSurrogatePair(piece[index - 1], piece[index]))
                {
                    count--;
                }
            }

            return count;
        }
    }
}
