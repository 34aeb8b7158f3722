using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// BM25 with the statistics of the documents that have the field. The library's own counts all documents of the index,
/// and here most of them are of another kind.
/// </summary>
internal sealed class FieldBm25(float k1, float b) : BM25Similarity(k1, b)
{
    public override Explanation IdfExplain(CollectionStatistics collectionStats, TermStatistics termStats)
    {
        var documents = Documents(collectionStats);
        return new Explanation(Idf(termStats.DocFreq, documents), $"idf(docFreq={termStats.DocFreq}, docCount={documents})");
    }

    public override Explanation IdfExplain(CollectionStatistics collectionStats, TermStatistics[] termStats)
    {
        var documents = Documents(collectionStats);
        var sum = new Explanation { Description = "idf(), sum of:" };
        foreach (var statistics in termStats)
        {
            var idf = new Explanation(Idf(statistics.DocFreq, documents), $"idf(docFreq={statistics.DocFreq}, docCount={documents})");
            sum.AddDetail(idf);
            sum.Value += idf.Value;
        }

        return sum;
    }

    protected override float AvgFieldLength(CollectionStatistics collectionStats) =>
        collectionStats.SumTotalTermFreq <= 0 ? 1f : collectionStats.SumTotalTermFreq / (float)Documents(collectionStats);

    private static long Documents(CollectionStatistics statistics) => statistics.DocCount > 0 ? statistics.DocCount : statistics.MaxDoc;
}

/// <summary>
/// How relevance is measured in each field: sentences are short, so their length says less and repeats count less.
/// </summary>
internal sealed class StorySimilarity : PerFieldSimilarityWrapper
{
    /// <summary>The one that is used for writing and searching.</summary>
    public static readonly StorySimilarity Instance = new();

    private static readonly FieldBm25 Texts = new(1.2f, 0.75f);
    private static readonly FieldBm25 Sentences = new(0.9f, 0.4f);

    public override Similarity Get(string name) => name is IndexField.Sentence or IndexField.SentenceContext ? Sentences : Texts;
}
