using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Search;
using Broadsheet.Query.V1;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Broadsheet.Query.Timeline;

/// <summary>The filters of a timeline that decide which sentences are read.</summary>
internal static class TimelineQuery
{
    /// <summary>The events that pass all filters.</summary>
    public static Lucene.Net.Search.Query Of(IndexReading reading, ListDatedEventsRequest request)
    {
        var query = OfStories(request);
        Is(query, IndexField.Block, request.Story);
        if (request.Entity.Length > 0)
        {
            query.Add(SoughtEntity.Of(EntityCatalog.Of(reading), request.Entity).In(IndexField.EventEntity, IndexField.EventText), Occur.MUST);
        }

        return query;
    }

    /// <summary>The events of all stories that can tell otherwise: every filter but those of a single story and entity.</summary>
    public static BooleanQuery OfStories(ListDatedEventsRequest request)
    {
        var query = new BooleanQuery(disableCoord: true) { { new TermQuery(new Term(IndexField.Kind, IndexField.Kinds.Event)), Occur.MUST } };
        Is(query, IndexField.Community, request.Community);
        Is(query, IndexField.Creator, request.Creator);
        Is(query, IndexField.Topic, StoryFilter.TopicOf(request.Topic));
        Is(query, IndexField.Language, request.Language.ToLowerInvariant());
        return query;
    }

    private static void Is(BooleanQuery query, string field, string value)
    {
        if (value.Length > 0)
        {
            query.Add(new TermQuery(new Term(field, value)), Occur.MUST);
        }
    }
}
