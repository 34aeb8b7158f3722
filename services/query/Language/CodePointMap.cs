namespace Broadsheet.Query.Language;

/// <summary>
/// Converts between UTF-16 indexes of one text, which .NET works with, and Unicode code point offsets, which the
/// contracts count. A lone surrogate counts as one code point, as the replacement character does that protobuf puts
/// in its place. Building is linear; a conversion is O(log n) of the number of surrogate pairs, O(1) without any.
/// </summary>
internal sealed class CodePointMap
{
    // UTF-16 index of the low half of each pair, ascending: as many code units as the text is longer than its code points.
    private readonly int[] _lowSurrogates;
    private readonly int _length;

    public CodePointMap(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _length = text.Length;
        List<int>? lows = null;
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && char.IsLowSurrogate(text[i + 1]))
            {
                (lows ??= []).Add(++i);
            }
        }

        _lowSurrogates = lows is null ? [] : [.. lows];
    }

    /// <summary>Number of code points of the whole text.</summary>
    public int CodePointCount => _length - _lowSurrogates.Length;

    /// <summary>Code point offset of a UTF-16 index; an index inside a pair counts as the one after the pair.</summary>
    public int ToCodePoint(int utf16Index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(utf16Index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(utf16Index, _length);
        if (_lowSurrogates.Length == 0)
        {
            return utf16Index;
        }

        // Pairs whose low half lies before the index have given one code unit too many each.
        var found = Array.BinarySearch(_lowSurrogates, utf16Index);
        return found >= 0 ? utf16Index - found : utf16Index - ~found;
    }

    /// <summary>UTF-16 index of a code point offset.</summary>
    public int ToUtf16(int codePoint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(codePoint);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(codePoint, CodePointCount);

        // The k-th low half (from 0) stands at code point _lowSurrogates[k] - k; every one at or before the offset adds a unit.
        int low = 0, high = _lowSurrogates.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_lowSurrogates[middle] - middle <= codePoint)
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
}
