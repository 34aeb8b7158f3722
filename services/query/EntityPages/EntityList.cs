using System.Globalization;
using Broadsheet.Hosting.Paging;
using Broadsheet.Query.Language;
using Broadsheet.Query.V1;
using Google.Protobuf;

namespace Broadsheet.Query.EntityPages;

/// <summary>Lists entities, those in most stories first.</summary>
internal static class EntityList
{
    /// <summary>One page of the entities that pass the request's filters.</summary>
    public static ListEntitiesResponse List(EntityCatalog catalog, ListEntitiesRequest request)
    {
        var size = PageToken.Size(request.PageSize);
        var filter = request.Clone();
        (filter.PageSize, filter.PageToken, filter.AtLeastAsFresh) = (0, "", null);
        var text = "ListEntities " + Convert.ToBase64String(filter.ToByteArray());
        var after = After(PageToken.Decode(request.PageToken, text));
        var words = WordsOf(request.Query);

        var response = new ListEntitiesResponse();
        var last = "";
        foreach (var (entity, stories) in catalog.List(request.Community))
        {
            if ((request.Type.Length > 0 && catalog.TypeOf(entity) != request.Type) || (words.Length > 0 && !catalog.Matches(entity, words)))
            {
                continue;
            }

            response.TotalSize++;
            var id = EntityTerm.IdOf(entity);
            if (after is var (count, afterId) && (stories > count || (stories == count && string.CompareOrdinal(id, afterId) <= 0)))
            {
                continue;
            }

            if (response.Entities.Count < size)
            {
                response.Entities.Add(catalog.Summary(entity, stories));
                last = string.Create(CultureInfo.InvariantCulture, $"{stories} {id}");
            }
            else if (response.NextPageToken.Length == 0)
            {
                response.NextPageToken = PageToken.Encode(last, text);
            }
        }

        return response;
    }

    // Well-known names lead to their usual ones only if written in full: "us" begins "Usain".
    private static string[] WordsOf(string query) => EntityKeys.Plain(query).Split('-', StringSplitOptions.RemoveEmptyEntries);

    private static (int Stories, string Id)? After(string key)
    {
        if (key.Length == 0)
        {
            return null;
        }

        return key.Split(' ') is [var count, var id] && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var stories)
            ? (stories, id)
            : throw PageToken.Invalid();
    }
}
