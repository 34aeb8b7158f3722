using Broadsheet.Hosting.Paging;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Lucene.Net.Index;

namespace Broadsheet.Query.Search;

/// <summary>Finds stories in the index.</summary>
internal static class StorySearch
{
    private const int UsualPage = 10;
    private const int MaxPage = 100;

    // Where fewer stories are found, words may be misspelt or unfinished.
    private const int Few = 3;

    /// <summary>One page of the stories that the request finds.</summary>
    public static SearchResponse Search(IndexReading reading, SearchRequest request)
    {
        var size = PageToken.Size(request.PageSize, UsualPage, MaxPage);
        var text = SearchText.Parse(request.Query);
        var after = SearchPosition.Decode(request);
        using var search = new IndexSearch(reading.Searcher.IndexReader, request, text, size + 1, after?.Key);
        var words = WordAlternatives.Of(text, search.Terms, after?.Alternatives);
        if (after is not null)
        {
            words = after is { Tolerant: true, Alternatives: null } ? WordAlternatives.Tolerant(words, text, search.Terms) : words;
            var plan = new SearchPlan(text, words, search.Terms, after.Statistics?.Invoke(words.Count, text.Phrases.Count));
            return Response(reading, request, size, plan, search.Run(plan), after.Tolerant);
        }

        var strict = new SearchPlan(text, words, search.Terms, null);
        var found = search.Run(strict);
        if (found.Total >= Few || text.IsEmpty)
        {
            return Response(reading, request, size, strict, found, tolerant: false);
        }

        var others = WordAlternatives.Tolerant(words, text, search.Terms);
        var response = ReferenceEquals(others, words)
            ? Response(reading, request, size, strict, found, tolerant: false)
            : new SearchPlan(text, others, search.Terms, null) is var tolerant
                ? Response(reading, request, size, tolerant, search.Run(tolerant), tolerant: true)
                : null!;
        response.DidYouMean = WordAlternatives.Corrected(request.Query, others);
        response.Expansions.Add(WordAlternatives.Expansions(others));
        return response;
    }

    private static SearchResponse Response(IndexReading reading, SearchRequest request, int size, SearchPlan plan, FoundStories found, bool tolerant)
    {
        var page = found.Top.AsSpan(0, Math.Min(size, found.Top.Length));
        var response = new SearchResponse { TotalSize = found.Total };
        response.Facets.Add(found.Facets.Counts(found.Filter));
        var highlighter = plan.IsEmpty ? null : new StoryHighlighter(plan, page);
        var explainer = plan.IsEmpty ? null : new ScoreExplainer(plan);
        foreach (var (document, key) in page)
        {
            var result = StoryCard.Read(reading.Searcher, document, highlighter);
            if (explainer is not null && (found.Order != SearchOrder.Relevance || request.Explain))
            {
                var (score, parts) = explainer.Explain(document);
                result.Score = score;
                result.ScoreParts.Add(request.Explain ? parts : []);
            }

            result.Score = plan.IsEmpty ? 0 : found.Order == SearchOrder.Relevance ? key.Score : result.Score;
            response.Results.Add(result);
        }

        if (found.Top.Length > size)
        {
            response.NextPageToken = SearchPosition.Encode(found.Top[size - 1].Key, tolerant, plan, request);
        }

        return response;
    }
}

/// <summary>What a search found.</summary>
/// <param name="Total">How many stories.</param>
/// <param name="Top">The best after the page before, best first.</param>
/// <param name="Order">What best means.</param>
/// <param name="Facets">Counts by field.</param>
/// <param name="Filter">What was filtered by.</param>
internal sealed record FoundStories(int Total, (int Document, StoryKey Key)[] Top, SearchOrder Order, FacetCounter Facets, StoryFilter Filter);

/// <summary>Runs a plan over all segments of the index at one moment.</summary>
internal sealed class IndexSearch : IDisposable
{
    private readonly IndexReader _reader;
    private readonly SearchRequest _request;
    private readonly SearchText _text;
    private readonly int _count;
    private readonly StoryKey? _after;

    public IndexSearch(IndexReader reader, SearchRequest request, SearchText text, int count, StoryKey? after)
    {
        (_reader, _request, _text, _count, _after) = (reader, request, text, count, after);
        // Values are numbered while columns are made, so that comes before anything is looked up by number.
        StoryColumns.Prepare(reader);
        Terms = new SearchTerms(reader);
    }

    /// <summary>Where terms are looked up.</summary>
    public SearchTerms Terms { get; }

    public void Dispose() => Terms.Dispose();

    /// <summary>The order that a request gets: without words nothing is more relevant, so the newest comes first.</summary>
    public static SearchOrder OrderOf(SearchRequest request, SearchText text) => request.Order is SearchOrder.Unspecified or SearchOrder.Relevance
        ? text.IsEmpty ? SearchOrder.Newest : SearchOrder.Relevance
        : request.Order;

    /// <summary>Finds the stories.</summary>
    public FoundStories Run(SearchPlan plan)
    {
        var order = OrderOf(_request, _text);
        var filter = new StoryFilter(_request);
        var facets = new FacetCounter(_request);
        var top = new TopStories(_count, _after);
        var entities = _request.Entities.Count == 0 ? null : WordAlternatives.Names(_request.Entities, Terms);
        var total = 0;
        foreach (var leaf in _reader.Leaves)
        {
            var segment = new SegmentSearch(plan, order, filter, entities, facets, top, leaf);
            segment.Run();
            total += segment.Found;
        }

        return new FoundStories(total, top.Take(), order, facets, filter);
    }
}
