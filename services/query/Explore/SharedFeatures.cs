using Broadsheet.Query.Search;
using Lucene.Net.Index;

namespace Broadsheet.Query.Explore;

/// <summary>What stories share of the features of one, and what that adds.</summary>
internal sealed class SharedFeatures(SearchTerms terms, RelatedFeature[] features)
{
    // About the words of a story. Not measured: what two stories have in common must not change with what others write.
    private static readonly float[] Lengths = Bm25.LengthTable(800);

    /// <summary>The stories of a segment that have a feature; null if none has.</summary>
    public TermPostings? Open(AtomicReaderContext leaf, int feature) =>
        terms.Documents(leaf.Ord, features[feature].Term, 1, frequencies: features[feature].Kind == FeatureKind.Term);

    /// <summary>What the story that was reached shares by it. A word counts the more, the more often it is used in how short a text.</summary>
    public double Score(int feature, TermPostings reached, byte textNorm) => features[feature].Kind == FeatureKind.Term
        ? features[feature].Weight * (Bm25.Weight(reached.Frequency, Lengths[textNorm]) / Bm25.Most)
        : features[feature].Weight;

    /// <summary>What one story shares, in the order of the features.</summary>
    public List<(RelatedFeature Feature, double Score)> Of(int document)
    {
        var leaves = terms.Reader.Leaves;
        var leaf = leaves[ReaderUtil.SubIndex(document, leaves)];
        var columns = StoryColumns.Of(leaf.AtomicReader);
        var own = document - leaf.DocBase;
        var textNorm = columns.TextNorm[columns.StoryOf(own)];
        var shared = new List<(RelatedFeature, double)>();
        for (var feature = 0; feature < features.Length; feature++)
        {
            if (Open(leaf, feature) is { } postings && postings.Advance(own) == own)
            {
                shared.Add((features[feature], Score(feature, postings, textNorm)));
            }
        }

        return shared;
    }
}
