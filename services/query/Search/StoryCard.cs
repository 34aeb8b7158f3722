using System.Buffers.Binary;
using System.Text;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Google.Protobuf.WellKnownTypes;
using Lucene.Net.Search;

namespace Broadsheet.Query.Search;

/// <summary>
/// Reads what a result shows from what the index keeps of a story (<see cref="StoredStory.ToBytes"/>), without making the
/// whole story of it: most of its text is not shown.
/// </summary>
internal ref struct StoryCard
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;

    private StoryCard(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>A result without score, with the sentences that the highlighter marks.</summary>
    public static SearchResult Read(IndexSearcher searcher, int document, StoryHighlighter? highlighter)
    {
        var card = new StoryCard(StoredBytes.Read(searcher, document));
        var result = new SearchResult
        {
            Story = card.String(),
            Revision = card.Int(),
            Title = card.String(),
            Dek = card.String(),
            Community = card.String(),
            Creator = card.String(),
        };
        if (card._bytes[card._position++] != 0)
        {
            result.PublishTime = new Timestamp { Seconds = card.Long(), Nanos = card.Int() };
        }

        if (highlighter?.Matches(document) is { Count: > 0 } matches)
        {
            card.AddHighlights(result, highlighter, matches);
        }

        return result;
    }

    private void AddHighlights(SearchResult result, StoryHighlighter highlighter, List<TextMatch> matches)
    {
        var text = new StoredText(Bytes());
        var sections = new string[Int()];
        for (var section = 0; section < sections.Length; section++)
        {
            sections[section] = String();
            Bytes();
        }

        var length = text.Length;
        matches.RemoveAll(match => match.End > length);
        var sentences = Int();
        var (position, next) = (0, 0);
        var found = new List<(StoredSentence Sentence, int First, int Count, double Score)>();
        for (var i = 0; i < sentences && next < matches.Count; i++)
        {
            var start = position + Int();
            position = start + Int();
            var sentence = new StoredSentence(start, position, Int(), _bytes[_position++] != 0);
            var (from, to) = (text.ToUtf16(start), text.ToUtf16(position));
            while (next < matches.Count && matches[next].Start < from)
            {
                next++;
            }

            var first = next;
            while (next < matches.Count && matches[next].Start < to)
            {
                next++;
            }

            if (next > first)
            {
                found.Add((sentence, first, next - first, highlighter.Score(matches, first, next)));
            }
        }

        foreach (var (sentence, first, count, _) in StoryHighlighter.Best(found))
        {
            var highlight = new Highlight
            {
                Section = sections[sentence.Section],
                Text = text.Cut(sentence.Start, sentence.End),
                Start = sentence.Start,
                End = sentence.End,
            };
            var reached = sentence.Start;
            for (var i = first; i < first + count; i++)
            {
                var (start, end) = (text.FromUtf16(matches[i].Start), text.FromUtf16(matches[i].End));
                // The longest of those that begin at one place comes first; what it covers is no match of its own.
                if (start >= reached && end <= sentence.End)
                {
                    highlight.Matches.Add(new HighlightMatch { Start = start, End = end });
                    reached = end;
                }
            }

            result.Highlights.Add(highlight);
        }
    }

    private int Int()
    {
        var (value, shift) = (0, 0);
        while (true)
        {
            var part = _bytes[_position++];
            value |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }

            shift += 7;
        }
    }

    private long Long()
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(_bytes[_position..]);
        _position += sizeof(long);
        return value;
    }

    private ReadOnlySpan<byte> Bytes()
    {
        var length = Int();
        _position += length;
        return _bytes.Slice(_position - length, length);
    }

    private string String() => Encoding.UTF8.GetString(Bytes());

    /// <summary>A text of which parts are cut by code points; nothing is decoded but the parts where all is ASCII.</summary>
    private readonly ref struct StoredText
    {
        private readonly ReadOnlySpan<byte> _ascii;
        private readonly CodePoints _other;
        private readonly bool _isAscii;

        public StoredText(ReadOnlySpan<byte> bytes)
        {
            _isAscii = Ascii.IsValid(bytes);
            _ascii = bytes;
            _other = _isAscii ? default : new CodePoints(Encoding.UTF8.GetString(bytes));
            Length = _isAscii ? bytes.Length : _other.Text.Length;
        }

        /// <summary>In UTF-16 units.</summary>
        public int Length { get; }

        public int ToUtf16(int codePoint) => _isAscii ? codePoint : _other.ToUtf16(codePoint);

        public int FromUtf16(int position) => _isAscii ? position : _other.FromUtf16(position);

        public string Cut(int start, int end) => _isAscii ? Encoding.ASCII.GetString(_ascii[start..end]) : _other.Cut(start, end);
    }
}
