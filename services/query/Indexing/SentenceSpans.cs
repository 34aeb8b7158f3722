namespace Broadsheet.Query.Indexing;

/// <summary>Cuts a block into sentences.</summary>
internal static class SentenceSpans
{
    /// <summary>UTF-16 spans of the sentences, without the space around them.</summary>
    public static List<(int Start, int End)> Of(ReadOnlySpan<char> block)
    {
        var spans = new List<(int, int)>();
        var start = 0;
        for (var i = 0; i < block.Length; i++)
        {
            var ends = block[i] == '\n'
                || (block[i] is '.' or '!' or '?' && i + 2 < block.Length && block[i + 1] == ' ' && !char.IsLower(block[i + 2]));
            if (ends)
            {
                Add(block, start, i + 1);
                start = i + 1;
            }
        }

        Add(block, start, block.Length);
        return spans;

        void Add(ReadOnlySpan<char> text, int from, int to)
        {
            while (from < to && char.IsWhiteSpace(text[from]))
            {
                from++;
            }

            while (to > from && char.IsWhiteSpace(text[to - 1]))
            {
                to--;
            }

            if (to > from)
            {
                spans.Add((from, to));
            }
        }
    }
}
