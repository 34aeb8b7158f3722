using Broadsheet.Query.Indexing;

namespace Broadsheet.Query.Explore;

/// <summary>Tells whether a text says almost the same as another one, by the runs of words that both have.</summary>
internal sealed class NearDuplicates(string text)
{
    private const int RunLength = 5;

    private readonly Lazy<HashSet<ulong>> _runs = new(() => RunsOf(text));

    /// <summary>True if more than two thirds of all runs of five words of the two are in both.</summary>
    public bool Has(string other)
    {
        var (own, others) = (_runs.Value, RunsOf(other));
        var both = others.Count(own.Contains);
        return both * 3L > (own.Count + others.Count - both) * 2L;
    }

    private static HashSet<ulong> RunsOf(string text)
    {
        var words = TextAnalyzer.Exact.Words(StoryProfile.BeginningOf(text)).ConvertAll(HashOf);
        var runs = new HashSet<ulong>();
        for (var first = 0; first == 0 || first + RunLength <= words.Count; first++)
        {
            var run = 0UL;
            for (var i = first; i < first + RunLength && i < words.Count; i++)
            {
                run = (run * 0x9E3779B97F4A7C15) + words[i];
            }

            runs.Add(run);
        }

        return runs;
    }

    // FNV-1a: the same in every process.
    private static ulong HashOf(string word)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var character in word)
        {
            hash = (hash ^ character) * 0x100000001B3;
        }

        return hash;
    }
}
