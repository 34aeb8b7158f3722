namespace Broadsheet.Query.Explore;

/// <summary>
/// Stories in an order that the index does not know, as the pages of a feed carry it on: by numbers made from their names,
/// with what of them was shown. So all pages have the order that the first one had, whatever is worked out in between.
/// </summary>
internal sealed class RankedNames
{
    /// <summary>
    /// Bytes of a number. That one of a million stories has the number of one of a hundred others happens once in three
    /// million times; it would then be taken for that one.
    /// </summary>
    public const int NumberBytes = 6;

    /// <summary>How many there are at most: a page token has room for no more.</summary>
    public const int Most = 100;

    /// <summary>None.</summary>
    public static readonly RankedNames None = new([]);

    private readonly long[] _numbers;
    private readonly bool[] _shown;

    /// <summary>Stories in their order, by the numbers of their names; none shown yet.</summary>
    public RankedNames(IReadOnlyList<long> numbers)
    {
        _numbers = [.. numbers];
        _shown = new bool[numbers.Count];
    }

    private RankedNames(long[] numbers, bool[] shown) => (_numbers, _shown) = (numbers, shown);

    /// <summary>How many there are, shown or not.</summary>
    public int Count => _numbers.Length;

    /// <summary>True if one was not shown yet. It may be gone.</summary>
    public bool HasUnshown => Array.IndexOf(_shown, false) >= 0;

    /// <summary>The number of the story with this <see cref="Indexing.IndexField.Order"/>.</summary>
    public static long NumberOf(long order) => order >>> (64 - (8 * NumberBytes));

    /// <summary>True if the story at this place was shown.</summary>
    public bool IsShown(int place) => _shown[place];

    /// <summary>The same after stories were shown.</summary>
    public RankedNames With(IEnumerable<int> shown)
    {
        var all = (bool[])_shown.Clone();
        foreach (var place in shown)
        {
            all[place] = true;
        }

        return new RankedNames(_numbers, all);
    }

    /// <summary>Place by number; of two with one number the first counts.</summary>
    public Dictionary<long, int> Places()
    {
        var places = new Dictionary<long, int>(_numbers.Length);
        for (var i = 0; i < _numbers.Length; i++)
        {
            places.TryAdd(_numbers[i], i);
        }

        return places;
    }

    /// <summary>Writes all into a token.</summary>
    public void WriteTo(BinaryWriter writer)
    {
        writer.Write((byte)_numbers.Length);
        foreach (var number in _numbers)
        {
            writer.Write((uint)number);
            writer.Write((ushort)(number >> 32));
        }

        for (var first = 0; first < _shown.Length; first += 8)
        {
            var bits = 0;
            for (var i = first; i < _shown.Length && i < first + 8; i++)
            {
                bits |= _shown[i] ? 1 << (i - first) : 0;
            }

            writer.Write((byte)bits);
        }
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    public static RankedNames ReadFrom(BinaryReader reader)
    {
        var numbers = new long[reader.ReadByte()];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = reader.ReadUInt32() | ((long)reader.ReadUInt16() << 32);
        }

        var shown = new bool[numbers.Length];
        var bits = 0;
        for (var i = 0; i < shown.Length; i++)
        {
            bits = i % 8 == 0 ? reader.ReadByte() : bits >> 1;
            shown[i] = (bits & 1) != 0;
        }

        return new RankedNames(numbers, shown);
    }
}
