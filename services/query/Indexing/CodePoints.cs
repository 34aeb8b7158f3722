namespace Broadsheet.Query.Indexing;

/// <summary>
/// Turns positions in a text between Unicode code points, which the contract counts, and UTF-16 units, which .NET
/// counts. A text without characters outside the basic plane costs nothing.
/// </summary>
internal readonly struct CodePoints
{
    // UTF-16 index of the second half of each surrogate pair, ascending; null if there is none.
    private readonly int[]? _pairs;

    public CodePoints(string text)
    {
        Text = text;
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return;
        }

        var pairs = new List<int>();
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
            {
                pairs.Add(i++);
            }
        }

        _pairs = [.. pairs];
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Length in code points.</summary>
    public int Length => Text.Length - (_pairs?.Length ?? 0);

    /// <summary>Code points before the UTF-16 position.</summary>
    public int FromUtf16(int position)
    {
        if (_pairs is null)
        {
            return position;
        }

        var before = Array.BinarySearch(_pairs, position);
        return position - (before < 0 ? ~before : before);
    }

    /// <summary>UTF-16 position of the code point.</summary>
    public int ToUtf16(int codePoint)
    {
        if (_pairs is null)
        {
            return codePoint;
        }

        // The number of pairs before grows with the position, so it is found by bisection.
        var (low, high) = (0, _pairs.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_pairs[middle] - middle <= codePoint)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return codePoint + low;
    }

    /// <summary>The text between two code points.</summary>
    public string Cut(int start, int end) => Text[ToUtf16(start)..ToUtf16(end)];
}
