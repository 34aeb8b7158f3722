using Lucene.Net.Util;

namespace Broadsheet.Query.Search;

/// <summary>
/// BM25 as the library has it for stories (<see cref="Indexing.StorySimilarity"/>), with its statistics given from
/// outside: with those of an earlier page a story that did not change has the very score that it had then.
/// </summary>
internal static class Bm25
{
    /// <summary>The most that frequency can multiply rarity with.</summary>
    public const float Most = K1 + 1;

    private const float K1 = 1.2f;
    private const float B = 0.75f;

    // The index keeps lengths in one byte: 1/√length, roughly.
    private static readonly float[] Lengths = [.. Enumerable.Range(0, 256).Select(norm => LengthOf((byte)norm))];

    /// <summary>Rarity of a word.</summary>
    /// <param name="documents">How many documents have the field.</param>
    /// <param name="having">How many of them have the word.</param>
    public static float Rarity(long documents, long having) => (float)Math.Log(1 + ((Math.Max(documents, having) - having + 0.5) / (having + 0.5)));

    /// <summary>For each encoded length the number that is added to the frequency.</summary>
    public static float[] LengthTable(float averageLength)
    {
        var table = new float[256];
        for (var norm = 0; norm < table.Length; norm++)
        {
            table[norm] = K1 * (1 - B + (B * Lengths[norm] / Math.Max(averageLength, 1e-6f)));
        }

        return table;
    }

    /// <summary>What rarity is multiplied with.</summary>
    public static float Weight(float frequency, float length) => frequency * Most / (frequency + length);

    private static float LengthOf(byte norm)
    {
        var value = SmallSingle.SByte315ToSingle((sbyte)norm);
        return value == 0 ? float.MaxValue : 1 / (value * value);
    }
}
