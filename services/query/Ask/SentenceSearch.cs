using Broadsheet.Query.Indexing;
using Broadsheet.Query.Search;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Broadsheet.Query.Ask;

/// <summary>Finds the sentences that may answer a question.</summary>
internal static class SentenceSearch
{
    // What stands around a sentence says what it is about ("It was formed in 1955."), but less than the sentence.
    private const float ContextWeight = 0.35f;
    private const float ProximityWeight = 0.4f;
    private const int ProximitySlop = 4;
    private const int MaxPairs = 16;

    // Every word costs the reading of all sentences that have it. Of a long question the rarest tell enough.
    private const int MaxWords = 24;

    /// <summary>The sentences that fit the words best, best first.</summary>
    public static List<FoundSentence> Find(IndexReading reading, SearchText text, Filter? filter, int count)
    {
        if (text.IsEmpty)
        {
            return [];
        }

        var top = reading.Searcher.Search(QueryOf(reading.Searcher.IndexReader, text, filter), count).ScoreDocs;
        var stories = new Dictionary<int, StorySenses>();
        var found = new List<FoundSentence>(top.Length);
        foreach (var hit in top)
        {
            var leaves = reading.Searcher.IndexReader.Leaves;
            var leaf = leaves[ReaderUtil.SubIndex(hit.Doc, leaves)];
            var document = hit.Doc - leaf.DocBase;
            var storyDocument = hit.Doc + (int)leaf.AtomicReader.GetNumericDocValues(IndexField.ToStory).Get(document);
            if (!stories.TryGetValue(storyDocument, out var stored))
            {
                stories[storyDocument] = stored = new StorySenses(StoredStory.Read(reading.Searcher, storyDocument));
            }

            found.Add(new FoundSentence(stored, (int)leaf.AtomicReader.GetNumericDocValues(IndexField.Ordinal).Get(document), hit.Score));
        }

        return found;
    }

    private static Lucene.Net.Search.Query QueryOf(IndexReader reader, SearchText text, Filter? filter)
    {
        var query = new BooleanQuery(disableCoord: true);
        var stems = text.Words.Select(word => word.Stem).ToList();
        if (stems.Count > MaxWords)
        {
            var rarest = stems.OrderBy(stem => reader.DocFreq(new Term(IndexField.Sentence, stem))).Take(MaxWords).ToHashSet(StringComparer.Ordinal);
            stems.RemoveAll(stem => !rarest.Contains(stem));
        }

        foreach (var stem in stems)
        {
            Add(IndexField.Sentence, stem, 1);
            Add(IndexField.SentenceContext, stem, ContextWeight);
        }

        for (var i = 0; i + 1 < stems.Count && i < MaxPairs; i++)
        {
            query.Add(
                new PhraseQuery { new Term(IndexField.Sentence, stems[i]), new Term(IndexField.Sentence, stems[i + 1]) }.Near(ProximitySlop, ProximityWeight),
                Occur.SHOULD);
        }

        return filter is null ? query : new FilteredQuery(query, filter, FilteredQuery.QUERY_FIRST_FILTER_STRATEGY);

        void Add(string field, string stem, float weight) => query.Add(new TermQuery(new Term(field, stem)) { Boost = weight }, Occur.SHOULD);
    }
}
