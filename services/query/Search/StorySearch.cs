using System.Globalization;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Google.Protobuf;
using Lucene.Net.Search;

namespace Broadsheet.Query.Search;

/// <summary>Finds stories in the index.</summary>
internal static class StorySearch
{
    private const int UsualPage = 10;
    private const int MaxPage = 100;

    /// <summary>One page of the stories that the request finds.</summary>
    public static SearchResponse Search(IndexReading reading, SearchRequest request)
    {
        var size = PageToken.Size(request.PageSize, UsualPage, MaxPage);
        var text = SearchText.Parse(request.Query);
        var filter = FilterOf(request);
        var after = KeyOf(PageToken.Decode(request.PageToken, filter));
        // One more than asked for tells whether there is a next page.
        var top = new TopStories(size + 1, newestFirst: text.IsEmpty, after);
        reading.Searcher.Search(StoryQuery.Of(text, request), top);
        var found = top.Take();
        var page = found.AsSpan(0, Math.Min(size, found.Length));

        var response = new SearchResponse { TotalSize = top.Total };
        var highlighter = text.IsEmpty ? null : new StoryHighlighter(reading.Searcher.IndexReader, text, page);
        foreach (var (document, key) in page)
        {
            response.Results.Add(Result(reading.Searcher, document, key, highlighter));
        }

        if (found.Length > size)
        {
            response.NextPageToken = PageToken.Encode(TextOf(found[size - 1].Key), filter);
        }

        return response;
    }

    private static SearchResult Result(IndexSearcher searcher, int document, StoryKey key, StoryHighlighter? highlighter)
    {
        var story = StoredStory.Read(searcher, document);
        var result = new SearchResult
        {
            Story = story.Name,
            Revision = story.Revision,
            Title = story.Title,
            Dek = story.Dek,
            Community = story.Community,
            Creator = story.Creator,
            PublishTime = story.PublishTime,
        };
        if (highlighter is not null)
        {
            result.Score = key.Score;
            result.Highlights.Add(highlighter.Highlights(document, story));
        }

        return result;
    }

    /// <summary>All that decides which stories are on which page, and nothing else.</summary>
    private static string FilterOf(SearchRequest request)
    {
        var filter = request.Clone();
        filter.PageSize = 0;
        filter.PageToken = "";
        filter.AtLeastAsFresh = null;
        return "Search " + Convert.ToBase64String(filter.ToByteArray());
    }

    private static string TextOf(StoryKey key) => string.Create(CultureInfo.InvariantCulture, $"{key.First} {key.Order}");

    private static StoryKey? KeyOf(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        return text.Split(' ') is [var first, var order]
            && long.TryParse(first, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(order, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var own)
            ? new StoryKey(number, own)
            : throw RpcError.InvalidField(ErrorReason.PageTokenInvalid, "page_token", "is not one that this method gave for this filter");
    }
}
