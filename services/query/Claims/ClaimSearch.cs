using Broadsheet.Hosting.Paging;
using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Broadsheet.Query.V1;
using Google.Protobuf;
using Lucene.Net.Index;
using Lucene.Net.Queries;
using Lucene.Net.Search;

namespace Broadsheet.Query.Claims;

/// <summary>Lists claims from the index.</summary>
internal static class ClaimSearch
{
    private static readonly RowSearch<Claim> Newest = new(Claim.Parser, ClaimField.Published, descending: true);
    private static readonly RowSearch<Claim> Oldest = new(Claim.Parser, ClaimField.Published, descending: false);

    /// <summary>One page of the claims that pass the request's filters.</summary>
    public static ListClaimsResponse List(IndexReading reading, ListClaimsRequest request)
    {
        var filter = request.Clone();
        (filter.PageSize, filter.PageToken, filter.AtLeastAsFresh) = (0, "", null);
        // A token is good for the default by whatever name.
        filter.Order = request.Order == ClaimOrder.Unspecified ? ClaimOrder.NewestStory : request.Order;
        var order = request.Order == ClaimOrder.OldestStory ? Oldest : Newest;
        var (rows, token, _) = order.Page(
            reading.Searcher, QueryOf(reading, request), PageToken.Size(request.PageSize), request.PageToken, "ListClaims " + Convert.ToBase64String(filter.ToByteArray()));
        return new ListClaimsResponse { Claims = { rows }, NextPageToken = token };
    }

    /// <summary>The first claims by an entity, of the newest story first, and how many there are.</summary>
    public static (List<Claim> Claims, int Total) By(IndexReading reading, IReadOnlyList<string> entity, int size) =>
        Newest.First(reading.Searcher, RowQuery.Of(IndexField.Kinds.Claim).OnlyAny(ClaimField.Source, entity), size);

    /// <summary>The first claims of others that mention an entity, of the newest story first, and how many there are.</summary>
    public static (List<Claim> Claims, int Total) About(IndexReading reading, IReadOnlyList<string> entity, int size)
    {
        var query = RowQuery.Of(IndexField.Kinds.Claim).OnlyAny(ClaimField.About, entity);
        foreach (var id in entity)
        {
            query.Add(new TermQuery(new Term(ClaimField.Source, id)), Occur.MUST_NOT);
        }

        return Newest.First(reading.Searcher, query, size);
    }

    private static Lucene.Net.Search.Query QueryOf(IndexReading reading, ListClaimsRequest request)
    {
        var query = RowQuery.Of(IndexField.Kinds.Claim)
            .Only(IndexField.Block, request.Story)
            .Only(IndexField.Community, request.Community)
            .Only(IndexField.Creator, request.Creator)
            .Only(ClaimField.Stance, request.Stance)
            .Only(ClaimField.Stance, request.Filter == ClaimFilter.Denials ? Stances.Denies : "")
            .Only(ClaimField.Link, request.Filter == ClaimFilter.Denied ? ClaimField.Denied : "")
            .OnlyWords(request.Query, ClaimField.Words, ClaimField.SourceWords);
        if (request.Source.Length > 0)
        {
            query.Add(SoughtEntity.Of(EntityCatalog.Of(reading), request.Source).In(ClaimField.Source, ClaimField.SourceWords), Occur.MUST);
        }

        if (request.Entity.Length > 0)
        {
            query.Add(SoughtEntity.Of(EntityCatalog.Of(reading), request.Entity).In(ClaimField.About, ClaimField.Words), Occur.MUST);
        }

        if (request.PublishedFrom is null && request.PublishedBefore is null)
        {
            return query;
        }

        // A publish time that is not known is 0, and lies in no range.
        long? from = request.PublishedFrom is { } first ? StoryDocuments.Microseconds(first) : null;
        long? before = request.PublishedBefore is { } last ? StoryDocuments.Microseconds(last) : null;
        var range = new BooleanFilter
        {
            { FieldCacheRangeFilter.NewInt64Range(ClaimField.Published, from, before, includeLower: true, includeUpper: false), Occur.MUST },
            { FieldCacheRangeFilter.NewInt64Range(ClaimField.Published, 0, 0, includeLower: true, includeUpper: true), Occur.MUST_NOT },
        };
        return new FilteredQuery(query, range);
    }
}
