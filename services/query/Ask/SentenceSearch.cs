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

    /// <summary>The sentences that fit the words best, best first.</summary>
    public static List<FoundSentence> Find(IndexReading reading, SearchText text, Filter? filter, int count)
    {
        if (text.IsEmpty)
        {
            return [];
        }

        var top = reading.Searcher.Search(QueryOf(text, filter), count).ScoreDocs;
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

    private static Lucene.Net.Search.Query QueryOf(SearchText text, Filter? filter)
    {
        var query = new BooleanQuery(disableCoord: true);
        foreach (var word in text.Words)
        {
            Add(IndexField.Sentence, word.Stem, 1);
            Add(IndexField.SentenceContext, word.Stem, ContextWeight);
        }

        foreach (var stem in text.Phrases.SelectMany(phrase => phrase).SelectMany(TextAnalyzer.Stemmed.Words))
        {
            Add(IndexField.Sentence, stem, 1);
            Add(IndexField.SentenceContext, stem, ContextWeight);
        }

        for (var i = 0; i + 1 < text.Words.Count && i < MaxPairs; i++)
        {
            query.Add(
                new PhraseQuery { new Term(IndexField.Sentence, text.Words[i].Stem), new Term(IndexField.Sentence, text.Words[i + 1].Stem) }
                    .Near(ProximitySlop, ProximityWeight),
                Occur.SHOULD);
        }

        return filter is null ? query : new FilteredQuery(query, filter, FilteredQuery.QUERY_FIRST_FILTER_STRATEGY);

        void Add(string field, string stem, float weight) => query.Add(new TermQuery(new Term(field, stem)) { Boost = weight }, Occur.SHOULD);
    }
}
