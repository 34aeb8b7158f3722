using System.Text;

namespace Broadsheet.Content.Stories.Text;

/// <summary>
/// A bounded sketch of a text: the smallest hashes of its pairs of neighbouring words. Two sketches estimate how much
/// of their texts is the same (bottom-k MinHash); up to <see cref="Size"/> different pairs they say it exactly.
/// </summary>
internal sealed class TextSketch
{
    private const int Size = 256;
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    private readonly ulong[] _hashes;

    private TextSketch(ulong[] hashes) => _hashes = hashes;

    public static TextSketch Of(string text)
    {
        // The largest of the smallest is the one to go when a smaller one comes.
        var smallest = new SortedSet<ulong>();
        var before = Offset;
        var word = Offset;
        var inside = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                word = Add(word, (uint)Rune.ToLowerInvariant(rune).Value);
                inside = true;
            }
            else if (inside)
            {
                EndWord();
            }
        }

        if (inside)
        {
            EndWord();
        }

        return new TextSketch([.. smallest]);

        void EndWord()
        {
            var pair = Mix(Add(Add(Offset, before), word));
            if (smallest.Count < Size || pair < smallest.Max)
            {
                smallest.Add(pair);
                if (smallest.Count > Size)
                {
                    smallest.Remove(smallest.Max);
                }
            }

            before = word;
            word = Offset;
            inside = false;
        }
    }

    /// <summary>Dice's coefficient of the two texts' word pairs, 0 to 1; 0 if either has no word.</summary>
    public double SimilarityTo(TextSketch other)
    {
        // The smallest hashes of both together are a fair sample of all; the share of them that both have is Jaccard's index.
        var (i, j, both, seen) = (0, 0, 0, 0);
        while (seen < Size && (i < _hashes.Length || j < other._hashes.Length))
        {
            seen++;
            if (j == other._hashes.Length || (i < _hashes.Length && _hashes[i] < other._hashes[j]))
            {
                i++;
            }
            else if (i == _hashes.Length || other._hashes[j] < _hashes[i])
            {
                j++;
            }
            else
            {
                both++;
                i++;
                j++;
            }
        }

        var jaccard = seen == 0 ? 0 : (double)both / seen;
        return 2 * jaccard / (1 + jaccard);
    }

    /// <summary>A hash (FNV-1a, 64 bits) that is the same in every process.</summary>
    public static ulong Hash(string text)
    {
        var hash = Offset;
        foreach (var character in text)
        {
            hash = Add(hash, character);
        }

        return hash;
    }

    private static ulong Add(ulong hash, ulong value) => (hash ^ value) * Prime;

    // FNV's high bits depend little on its last input; "smallest" must not.
    private static ulong Mix(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= 0xFF51AFD7ED558CCD;
        hash ^= hash >> 33;
        hash *= 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }
}
