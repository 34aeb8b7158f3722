using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Search;
using Broadsheet.Query.V1;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Broadsheet.Query.Explore;

/// <summary>
/// Finds what has most in common with a story: adds up, story by story, what each shares with it. The number of things
/// compared and of documents read for them have bounds, whatever the story and however many others there are.
/// </summary>
internal sealed class RelatedStories : IDisposable
{
    private const int UsualSize = 10;
    private const int MaxSize = 50;

    // Of the most related ones; a story that says the same is among them.
    private const int MostCompared = 10;

    // A story relates to another by a name or topic, or by this many words. Dates alone relate nothing.
    private const int WordsEnough = 2;

    private readonly IndexSearcher _searcher;
    private readonly SearchTerms _terms;
    private readonly (int Leaf, int Document) _source;
    private readonly StoredStory _story;
    private readonly RelatedFeature[] _features;
    private double _own;

    private RelatedStories(IndexReading reading, string name)
    {
        _searcher = reading.Searcher;
        StoryColumns.Prepare(_searcher.IndexReader);
        _source = Find(_searcher.IndexReader, name) ?? throw RpcError.NotFound(name);
        var leaf = _searcher.IndexReader.Leaves[_source.Leaf];
        _story = StoredStory.Read(_searcher, leaf.DocBase + _source.Document);
        _terms = new SearchTerms(_searcher.IndexReader);
        _features = new RelatedFeatures(_terms).Of(
            StoryProfile.Of(_story), StoryDates.Of(leaf.AtomicReader, _source.Document), TopicsOf(leaf, _source.Document));
    }

    /// <summary>The stories related to the one asked for, most related first.</summary>
    public static ListRelatedResponse List(IndexReading reading, ListRelatedRequest request)
    {
        using var related = new RelatedStories(reading, request.Story);
        var found = related.Best(PageToken.Size(request.PageSize, UsualSize, MaxSize));
        var report = new RelatedReport(reading.Searcher, new SharedFeatures(related._terms, related._features));
        var alike = new NearDuplicates(related._story.PlainText);
        var response = new ListRelatedResponse();
        for (var i = 0; i < found.Length; i++)
        {
            var (document, key) = found[i];
            var story = report.Of(document);
            story.NearDuplicate = i < MostCompared
                && BitConverter.Int64BitsToDouble(key.First) > related._own / 2
                && alike.Has(StoredStory.Read(reading.Searcher, document).PlainText);
            response.Stories.Add(story);
        }

        return response;
    }

    public void Dispose() => _terms.Dispose();

    private (int Document, StoryKey Key)[] Best(int count)
    {
        var top = new TopStories(count, null);
        var shared = new SharedFeatures(_terms, _features);
        foreach (var leaf in _searcher.IndexReader.Leaves)
        {
            Add(leaf, shared, top);
        }

        return top.Take();
    }

    private void Add(AtomicReaderContext leaf, SharedFeatures shared, TopStories top)
    {
        var columns = StoryColumns.Of(leaf.AtomicReader);
        var scores = new double[columns.Count];
        var evidence = new byte[columns.Count];
        for (var feature = 0; feature < _features.Length; feature++)
        {
            var adds = _features[feature].Kind switch { FeatureKind.Date => 0, FeatureKind.Term => 1, _ => WordsEnough };
            for (var postings = shared.Open(leaf, feature); postings is not null && postings.Next() != Postings.End;)
            {
                var story = columns.StoryOf(postings.Document);
                scores[story] += shared.Score(feature, postings, columns.TextNorm[story]);
                evidence[story] = (byte)Math.Min(evidence[story] + adds, WordsEnough);
            }
        }

        for (var story = 0; story < scores.Length; story++)
        {
            if (leaf.Ord == _source.Leaf && columns.Documents[story] == _source.Document)
            {
                _own = scores[story];
            }
            else if (evidence[story] >= WordsEnough)
            {
                top.Offer(leaf.DocBase + columns.Documents[story], new StoryKey(BitConverter.DoubleToInt64Bits(scores[story]), columns.Order[story]));
            }
        }
    }

    private static (int Leaf, int Document)? Find(IndexReader reader, string name)
    {
        var term = new Term(IndexField.Name, new BytesRef(name));
        foreach (var leaf in reader.Leaves)
        {
            var documents = leaf.AtomicReader.GetTermDocsEnum(term);
            while (documents is not null && documents.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
            {
                // What is gone has a document, too.
                if (Array.BinarySearch(StoryColumns.Of(leaf.AtomicReader).Documents, documents.DocID) >= 0)
                {
                    return (leaf.Ord, documents.DocID);
                }
            }
        }

        return null;
    }

    private static IEnumerable<string> TopicsOf(AtomicReaderContext leaf, int document)
    {
        var columns = StoryColumns.Of(leaf.AtomicReader);
        var story = columns.StoryOf(document);
        return columns.TopicNumbers[columns.TopicsFrom[story]..columns.TopicsFrom[story + 1]].Where(topic => topic >= 0).Select(StoryColumns.Topics.NameOf);
    }
}
