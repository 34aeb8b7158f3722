using Broadsheet.Query.Indexing;
using Broadsheet.Query.Search;
using Broadsheet.Query.V1;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Broadsheet.Query.Ask;

/// <summary>
/// Lets the sentences of those stories through that pass the filters of a search. A sentence is looked at only once the
/// words have found it, and its story tells by the columns that search filters with.
/// </summary>
internal sealed class SentenceFilter : Filter
{
    private readonly StoryFilter _filter;
    private readonly HashSet<int>? _stories;

    private SentenceFilter(StoryFilter filter, HashSet<int>? stories) => (_filter, _stories) = (filter, stories);

    /// <summary>The filter of a request; null if it lets everything through.</summary>
    public static Filter? Of(IndexReading reading, AskRequest request)
    {
        // Values are numbered while columns are made, so that comes before anything is looked up by number.
        StoryColumns.Prepare(reading.Searcher.IndexReader);
        var search = new SearchRequest
        {
            Community = request.Community, Communities = { request.Communities },
            Creator = request.Creator, Creators = { request.Creators },
            Topic = request.Topic, Topics = { request.Topics },
            Language = request.Language, Languages = { request.Languages },
            PublishedFrom = request.PublishedFrom, PublishedBefore = request.PublishedBefore,
            Years = { request.Years },
        };
        var filter = new StoryFilter(search);
        var stories = Among(reading.Searcher, request);
        return filter.IsEmpty && stories is null ? null : new SentenceFilter(filter, stories);
    }

    public override DocIdSet GetDocIdSet(AtomicReaderContext context, IBits? acceptDocs) =>
        new Passing(this, context, acceptDocs, StoryColumns.Of(context.AtomicReader), context.AtomicReader.GetNumericDocValues(IndexField.ToStory));

    /// <summary>Documents of the one story asked for, or of those that mention one of the names; null if none is asked for.</summary>
    private static HashSet<int>? Among(IndexSearcher searcher, AskRequest request)
    {
        HashSet<int>? stories = null;
        if (request.Story.Length > 0)
        {
            stories = [];
            searcher.Search(new TermQuery(new Term(IndexField.Name, request.Story)), new Collecting(stories));
        }

        var names = request.Entities.Where(name => name.Length > 0).ToArray();
        if (names.Length == 0)
        {
            return stories;
        }

        using var terms = new SearchTerms(searcher.IndexReader);
        var mentioning = new HashSet<int>();
        foreach (var term in WordAlternatives.Names(names, terms))
        {
            foreach (var leaf in searcher.IndexReader.Leaves)
            {
                if (terms.Documents(leaf.Ord, term, 1, frequencies: false) is not { } postings)
                {
                    continue;
                }

                for (var document = postings.Next(); document != Postings.End; document = postings.Next())
                {
                    mentioning.Add(leaf.DocBase + document);
                }
            }
        }

        stories?.IntersectWith(mentioning);
        return stories ?? mentioning;
    }

    private sealed class Passing(SentenceFilter filter, AtomicReaderContext context, IBits? live, StoryColumns columns, NumericDocValues? toStory)
        : FieldCacheDocIdSet(context.AtomicReader.MaxDoc, live)
    {
        protected override bool MatchDoc(int doc)
        {
            var distance = toStory?.Get(doc) ?? 0;
            var story = doc + (int)distance;
            return distance > 0 && (filter._stories?.Contains(context.DocBase + story) ?? true) && filter._filter.Failed(columns, columns.StoryOf(story)) == 0;
        }
    }

    private sealed class Collecting(HashSet<int> documents) : ICollector
    {
        private int _base;

        public bool AcceptsDocsOutOfOrder => true;

        public void SetScorer(Scorer scorer)
        {
        }

        public void SetNextReader(AtomicReaderContext context) => _base = context.DocBase;

        public void Collect(int doc) => documents.Add(_base + doc);
    }
}
