using System.Globalization;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Google.Protobuf;
using Lucene.Net.Index;
using Lucene.Net.Queries;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Broadsheet.Query.Timeline;

/// <summary>Lists dated events from the index, earliest first.</summary>
internal static class DatedEventSearch
{
    private static readonly Sort Earliest = new(
        new SortField(IndexField.EventBegin, SortFieldType.INT64),
        new SortField(IndexField.EventStory, SortFieldType.STRING),
        new SortField(IndexField.Ordinal, SortFieldType.INT64));

    /// <summary>One page of the events that pass the request's filters.</summary>
    public static ListDatedEventsResponse List(IndexReading reading, ListDatedEventsRequest request)
    {
        var size = PageToken.Size(request.PageSize);
        var filter = FilterOf(request);
        var after = After(PageToken.Decode(request.PageToken, filter));
        var collector = TopFieldCollector.Create(
            Earliest, size + 1, after, fillFields: true, trackDocScores: false, trackMaxScore: false, docsScoredInOrder: true);
        reading.Searcher.Search(QueryOf(request), collector);
        var top = collector.GetTopDocs().ScoreDocs;

        var response = new ListDatedEventsResponse();
        foreach (var hit in top.Take(size))
        {
            response.Events.Add(DatedEvent.Parser.ParseFrom(StoredBytes.Read(reading.Searcher, hit.Doc)));
        }

        if (top.Length > size)
        {
            response.NextPageToken = PageToken.Encode(KeyOf((FieldDoc)top[size - 1]), filter);
        }

        return response;
    }

    private static Lucene.Net.Search.Query QueryOf(ListDatedEventsRequest request)
    {
        var query = new BooleanQuery(disableCoord: true) { { new TermQuery(new Term(IndexField.Kind, IndexField.Kinds.Event)), Occur.MUST } };
        Is(IndexField.Block, request.Story);
        Is(IndexField.Community, request.Community);
        Is(IndexField.EventPrecision, request.Precision == DatePrecision.Unspecified ? "" : request.Precision.ToString());
        if (request.Entity.Length > 0)
        {
            // The name as it stands in the sentence, so that one which was not recognised as a name is found too.
            var name = new PhraseQuery();
            foreach (var word in TextAnalyzer.Exact.Words(request.Entity))
            {
                name.Add(new Term(IndexField.EventText, word));
            }

            query.Add(name, Occur.MUST);
        }

        var dates = new BooleanFilter();
        if (request.From is { } from)
        {
            dates.Add(FieldCacheRangeFilter.NewInt64Range(IndexField.EventEnd, DateKey.Begin(from), null, includeLower: true, includeUpper: true), Occur.MUST);
        }

        if (request.To is { } to)
        {
            dates.Add(FieldCacheRangeFilter.NewInt64Range(IndexField.EventBegin, null, DateKey.End(to), includeLower: true, includeUpper: true), Occur.MUST);
        }

        return dates.Clauses.Count > 0 ? new FilteredQuery(query, dates) : query;

        void Is(string field, string value)
        {
            if (value.Length > 0)
            {
                query.Add(new TermQuery(new Term(field, value)), Occur.MUST);
            }
        }
    }

    private static string FilterOf(ListDatedEventsRequest request)
    {
        var filter = request.Clone();
        filter.PageSize = 0;
        filter.PageToken = "";
        filter.AtLeastAsFresh = null;
        return "ListDatedEvents " + Convert.ToBase64String(filter.ToByteArray());
    }

    private static string KeyOf(FieldDoc hit) => string.Create(
        CultureInfo.InvariantCulture, $"{hit.Fields[0]} {hit.Fields[2]} {((BytesRef)hit.Fields[1]).Utf8ToString()}");

    private static FieldDoc? After(string key)
    {
        if (key.Length == 0)
        {
            return null;
        }

        return key.Split(' ', 3) is [var begin, var ordinal, var story]
            && long.TryParse(begin, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var date)
            && long.TryParse(ordinal, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new FieldDoc(int.MaxValue, float.NaN, [J2N.Numerics.Int64.GetInstance(date), new BytesRef(story), J2N.Numerics.Int64.GetInstance(number)])
            : throw RpcError.InvalidField(ErrorReason.PageTokenInvalid, "page_token", "is not one that this method gave for this filter");
    }
}
