using System.Globalization;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Google.Protobuf;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Broadsheet.Query.Search;

/// <summary>Finds stories in the index.</summary>
internal sealed class StorySearch(IndexKeeper keeper)
{
    private const int UsualPage = 10;
    private const int MaxPage = 100;

    private static readonly Sort ByScore = new(SortField.FIELD_SCORE, new SortField(IndexField.Name, SortFieldType.STRING));
    private static readonly Sort Newest = new(
        new SortField(IndexField.PublishTime, SortFieldType.INT64, reverse: true), new SortField(IndexField.Name, SortFieldType.STRING));

    /// <summary>One page of the stories that the request finds.</summary>
    public SearchResponse Search(SearchRequest request)
    {
        var size = PageToken.Size(request.PageSize, UsualPage, MaxPage);
        var text = SearchText.Parse(request.Query);
        var filter = FilterOf(request);
        var after = After(PageToken.Decode(request.PageToken, filter), text.IsEmpty);
        using var reading = keeper.Read();
        // One more than asked for tells whether there is a next page.
        var collector = TopFieldCollector.Create(
            text.IsEmpty ? Newest : ByScore, size + 1, after, fillFields: true, trackDocScores: false, trackMaxScore: false, docsScoredInOrder: false);
        reading.Searcher.Search(StoryQuery.Of(text, request), collector);
        var top = collector.GetTopDocs();

        var response = new SearchResponse { TotalSize = top.TotalHits };
        var highlighter = text.IsEmpty ? null : new StoryHighlighter(reading.Searcher.IndexReader, text);
        foreach (var hit in top.ScoreDocs.Take(size))
        {
            response.Results.Add(Result(reading.Searcher, (FieldDoc)hit, highlighter));
        }

        if (top.ScoreDocs.Length > size)
        {
            response.NextPageToken = PageToken.Encode(KeyOf((FieldDoc)top.ScoreDocs[size - 1]), filter);
        }

        return response;
    }

    private static SearchResult Result(IndexSearcher searcher, FieldDoc hit, StoryHighlighter? highlighter)
    {
        var story = Stored(searcher, hit.Doc);
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
            result.Score = Convert.ToSingle(hit.Fields[0], CultureInfo.InvariantCulture);
            result.Highlights.Add(highlighter.Highlights(hit.Doc, story));
        }

        return result;
    }

    internal static StoredStory Stored(IndexSearcher searcher, int document)
    {
        var bytes = searcher.Doc(document).GetBinaryValue(IndexField.Stored);
        return StoredStory.Read(bytes.Bytes, bytes.Offset, bytes.Length);
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

    // Document numbers change with every refresh, so a page ends at what a story is sorted by.
    private static string KeyOf(FieldDoc hit)
    {
        var number = hit.Fields[0] is J2N.Numerics.Single score
            ? BitConverter.SingleToInt32Bits(score.ToSingle())
            : ((J2N.Numerics.Number)hit.Fields[0]).ToInt64();
        return string.Create(CultureInfo.InvariantCulture, $"{number} {((BytesRef)hit.Fields[1]).Utf8ToString()}");
    }

    private static FieldDoc? After(string key, bool newest)
    {
        if (key.Length == 0)
        {
            return null;
        }

        var space = key.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || !long.TryParse(key.AsSpan(0, space), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw RpcError.InvalidField(ErrorReason.PageTokenInvalid, "page_token", "is not one that this method gave for this filter");
        }

        object first = newest ? J2N.Numerics.Int64.GetInstance(number) : J2N.Numerics.Single.GetInstance(BitConverter.Int32BitsToSingle((int)number));
        // The highest document number: of two that sort the same, which can't be, none would be shown again.
        return new FieldDoc(int.MaxValue, float.NaN, [first, new BytesRef(key[(space + 1)..])]);
    }
}
