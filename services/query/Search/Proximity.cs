using Lucene.Net.Search;

namespace Broadsheet.Query.Search;

/// <summary>Closeness of words.</summary>
internal static class Proximity
{
    /// <summary>The phrase with words that may stand so far apart, and with a weight.</summary>
    public static PhraseQuery Near(this PhraseQuery query, int slop, float weight)
    {
        query.Slop = slop;
        query.Boost = weight;
        return query;
    }
}
