using System.Globalization;
using System.Text;
using Broadsheet.Content.V1;
using DiffPlex;
using DiffPlex.Model;

namespace Broadsheet.Content.Stories.Comparing;

/// <summary>
/// Compares texts by line and by word. Its work and what it says are bounded: a comparison of everything with
/// everything costs the square of the length, and both texts come from outside.
/// </summary>
internal sealed class TextComparison
{
    // Steps of the comparison that one answer may take: about a quarter of a second.
    private const long MaxSteps = 60_000_000;

    // Characters of text that one answer may hold.
    private const long MaxCharacters = 8 * 1024 * 1024;

    private long _steps = MaxSteps;
    private long _characters = MaxCharacters;

    /// <summary>True once something was left out.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Where two bodies differ, in order.</summary>
    public List<LineHunk> Lines(List<string> from, List<string> to)
    {
        var hunks = new List<LineHunk>();
        foreach (var block in Compare(from, to))
        {
            var removed = from.GetRange(block.DeleteStartA, block.DeleteCountA);
            var added = to.GetRange(block.InsertStartB, block.InsertCountB);
            var hunk = new LineHunk
            {
                FromLine = block.DeleteStartA + (removed.Count > 0 ? 1 : 0),
                ToLine = block.InsertStartB + (added.Count > 0 ? 1 : 0),
            };
            if (Takes(removed.Sum(line => (long)line.Length) + added.Sum(line => (long)line.Length)))
            {
                hunk.Removed.Add(removed);
                hunk.Added.Add(added);
                if (removed.Count > 0 && added.Count > 0)
                {
                    hunk.Words.Add(Words(string.Join('\n', removed), string.Join('\n', added)));
                }
            }

            hunks.Add(hunk);
        }

        return hunks;
    }

    /// <summary>Two texts word by word; nothing if that is too much.</summary>
    public List<WordDiff> Words(string from, string to)
    {
        var (old, young) = (Pieces(from), Pieces(to));
        if (!Affords(old, young) || !Takes(Math.Max(from.Length, to.Length)))
        {
            return [];
        }

        var words = new List<WordDiff>();
        var position = 0;
        foreach (var block in Blocks(old, young))
        {
            Add(WordChange.Equal, old, position, block.DeleteStartA);
            Add(WordChange.Deleted, old, block.DeleteStartA, block.DeleteStartA + block.DeleteCountA);
            Add(WordChange.Inserted, young, block.InsertStartB, block.InsertStartB + block.InsertCountB);
            position = block.DeleteStartA + block.DeleteCountA;
        }

        Add(WordChange.Equal, old, position, old.Count);
        return words;

        void Add(WordChange change, List<string> pieces, int start, int end)
        {
            if (end > start)
            {
                words.Add(new WordDiff { Change = change, Text = string.Concat(pieces.GetRange(start, end - start)) });
            }
        }
    }

    private IReadOnlyList<DiffBlock> Compare(List<string> from, List<string> to) =>
        Affords(from, to) ? Blocks(from, to) : [new DiffBlock(0, from.Count, 0, to.Count)];

    // Only what differs between the common beginning and end is work.
    private bool Affords(List<string> from, List<string> to)
    {
        var shorter = Math.Min(from.Count, to.Count);
        var start = 0;
        while (start < shorter && from[start] == to[start])
        {
            start++;
        }

        var end = 0;
        while (end < shorter - start && from[^(end + 1)] == to[^(end + 1)])
        {
            end++;
        }

        var length = (long)from.Count + to.Count - (2 * (start + end));
        var affords = length * length <= _steps;
        _steps -= affords ? length * length : 0;
        IsTruncated |= !affords;
        return affords;
    }

    private bool Takes(long characters)
    {
        var takes = characters <= _characters;
        _characters -= takes ? characters : 0;
        IsTruncated |= !takes;
        return takes;
    }

    private static IReadOnlyList<DiffBlock> Blocks(List<string> from, List<string> to) =>
        [.. Differ.Instance.CreateDiffs(From, To, ignoreWhiteSpace: false, ignoreCase: false, new Chunks(from, to)).DiffBlocks];

    private const string From = "from";
    private const string To = "to";

    /// <summary>The texts are cut already: the library is handed the pieces under their side's name.</summary>
    private sealed class Chunks(List<string> from, List<string> to) : IChunker
    {
        public IReadOnlyList<string> Chunk(string text) => text == From ? from : to;
    }

    /// <summary>Words (runs of letters, digits and their marks; an ideograph is one) and what stands between them.</summary>
    private static List<string> Pieces(string text)
    {
        var pieces = new List<string>();
        var start = 0;
        var kind = ' ';
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var next = KindOf(rune);
            // Marks go on with what they stand on; everything but words and spaces is a piece of its own.
            if (position > start && next != 'm' && (next != kind || next is not ('w' or ' ')))
            {
                pieces.Add(text[start..position]);
                start = position;
            }

            kind = next == 'm' ? kind : next;
            position += rune.Utf16SequenceLength;
        }

        if (position > start)
        {
            pieces.Add(text[start..position]);
        }

        return pieces;
    }

    private static char KindOf(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 'm',
        UnicodeCategory.SpaceSeparator => ' ',
        UnicodeCategory.OtherLetter when rune.Value is >= 0x3040 and < 0xAC00 or >= 0xF900 and <= 0xFAFF or >= 0x20000 => 'i',
        _ when Rune.IsLetterOrDigit(rune) => 'w',
        _ => 'o',
    };
}
