using System.Globalization;
using Broadsheet.Hosting.Paging;
using Broadsheet.Query.Indexing;
using Google.Protobuf;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Broadsheet.Query.Claims;

/// <summary>Pages over the rows of stories (claims, figures) in the order of a number, then of stories, then of reading.</summary>
internal sealed class RowSearch<T>(MessageParser<T> parser, string number, bool descending)
    where T : IMessage<T>
{
    private readonly Sort _order = new(
        new SortField(number, SortFieldType.INT64, descending),
        new SortField(ClaimField.Story, SortFieldType.STRING),
        new SortField(IndexField.Ordinal, SortFieldType.INT64));

    /// <summary>One page, the token of the next (empty at the end) and how many rows there are in all.</summary>
    public (List<T> Rows, string NextPageToken, int Total) Page(IndexSearcher searcher, Lucene.Net.Search.Query query, int size, string token, string filter)
    {
        var after = After(PageToken.Decode(token, filter));
        var collector = TopFieldCollector.Create(_order, size + 1, after, fillFields: true, trackDocScores: false, trackMaxScore: false, docsScoredInOrder: true);
        searcher.Search(query, collector);
        var top = collector.GetTopDocs();
        return (
            [.. top.ScoreDocs.Take(size).Select(hit => parser.ParseFrom(StoredBytes.Read(searcher, hit.Doc)))],
            top.ScoreDocs.Length > size ? PageToken.Encode(KeyOf((FieldDoc)top.ScoreDocs[size - 1]), filter) : "",
            top.TotalHits);
    }

    /// <summary>The rows of the first page, and how many there are in all.</summary>
    public (List<T> Rows, int Total) First(IndexSearcher searcher, Lucene.Net.Search.Query query, int size) =>
        Page(searcher, query, size, "", "") is var (rows, _, total) ? (rows, total) : default;

    private static string KeyOf(FieldDoc hit) => string.Create(
        CultureInfo.InvariantCulture, $"{hit.Fields[0]} {hit.Fields[2]} {((BytesRef)hit.Fields[1]).Utf8ToString()}");

    private static FieldDoc? After(string key)
    {
        if (key.Length == 0)
        {
            return null;
        }

        return key.Split(' ', 3) is [var first, var ordinal, var story]
            && long.TryParse(first, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(ordinal, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? new FieldDoc(int.MaxValue, float.NaN, [J2N.Numerics.Int64.GetInstance(number), new BytesRef(story), J2N.Numerics.Int64.GetInstance(place)])
            : throw PageToken.Invalid();
    }
}

/// <summary>Queries for rows.</summary>
internal static class RowQuery
{
    /// <summary>The rows of a kind.</summary>
    public static BooleanQuery Of(string kind) => new(disableCoord: true) { { new TermQuery(new Term(IndexField.Kind, kind)), Occur.MUST } };

    /// <summary>Only rows that have the value, unless it is empty.</summary>
    public static BooleanQuery Only(this BooleanQuery query, string field, string value)
    {
        if (value.Length > 0)
        {
            query.Add(new TermQuery(new Term(field, value)), Occur.MUST);
        }

        return query;
    }

    /// <summary>Only rows that have one of the values.</summary>
    public static BooleanQuery OnlyAny(this BooleanQuery query, string field, IEnumerable<string> values)
    {
        var any = new BooleanQuery(disableCoord: true);
        foreach (var value in values)
        {
            any.Add(new TermQuery(new Term(field, value)), Occur.SHOULD);
        }

        query.Add(any, Occur.MUST);
        return query;
    }

    /// <summary>Only rows that have each word, in some of the fields.</summary>
    public static BooleanQuery OnlyWords(this BooleanQuery query, string words, params ReadOnlySpan<string> fields)
    {
        foreach (var word in TextAnalyzer.Stemmed.Words(words).Distinct(StringComparer.Ordinal))
        {
            var any = new BooleanQuery(disableCoord: true);
            foreach (var field in fields)
            {
                any.Add(new TermQuery(new Term(field, word)), Occur.SHOULD);
            }

            query.Add(any, Occur.MUST);
        }

        return query;
    }
}
