using System.Globalization;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;
using Grpc.Core;

namespace Broadsheet.Content.Stories;

internal sealed partial class StoryRpc
{
    public override async Task<ListRevisionsResponse> ListRevisions(ListRevisionsRequest request, ServerCallContext context)
    {
        var filter = $"revisions|{request.Parent}";
        var size = PageToken.Size(request.PageSize);
        var token = PageToken.Decode(request.PageToken, filter);
        var before = token.Length == 0 ? int.MaxValue : int.Parse(token, CultureInfo.InvariantCulture);
        var revisions = await store.ReadAsync(async content =>
        {
            var only = await VisibleAsync(content, request.Parent, context.Caller());
            return await content.AllAsync(
                $"""
                select revision, create_time, author from revisions
                where story = @story and revision < @before {(only is null ? "" : "and revision = @only")} order by revision desc limit @limit
                """,
                row => new Revision
                {
                    Name = RevisionName(request.Parent, row.GetInt32(0)),
                    CreateTime = ContentTransaction.FromMicroseconds(row.GetInt64(1)),
                    Author = row.GetString(2),
                },
                ("@story", request.Parent), ("@before", before), ("@only", only ?? 0), ("@limit", size + 1));
        }, context.CancellationToken);
        var response = new ListRevisionsResponse { Revisions = { revisions.Take(size) } };
        if (revisions.Count > size)
        {
            response.NextPageToken = PageToken.Encode(revisions[size - 1].Name.Split('/')[^1], filter);
        }

        return response;
    }

    public override async Task<Revision> GetRevision(GetRevisionRequest request, ServerCallContext context)
    {
        if (request.Name.Split('/') is not ["stories", { Length: > 0 } id, "revisions", var number]
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
        {
            throw RpcError.InvalidField("name", "must be a name of the form stories/{id}/revisions/{number}");
        }

        var story = $"stories/{id}";
        var found = await store.ReadAsync(
            async content => await VisibleAsync(content, story, context.Caller()) is { } only && only != revision
            ? null
            : await content.FirstAsync(
                "select create_time, author, message from revisions where story = @story and revision = @revision",
                row => new Revision
                {
                    Name = RevisionName(story, revision),
                    CreateTime = ContentTransaction.FromMicroseconds(row.GetInt64(0)),
                    Author = row.GetString(1),
                    Story = row.Message(2, Story.Parser),
                },
                ("@story", story), ("@revision", revision)),
            context.CancellationToken);
        if (found is null)
        {
            throw RpcError.NotFound(request.Name);
        }

        found.Story.Name = story;
        return found;
    }

    /// <summary>The one revision that this caller may see, or null for all of them.</summary>
    private static async Task<int?> VisibleAsync(ContentTransaction content, string story, Caller caller)
    {
        var published = await content.FirstAsync("select published_revision from stories where name = @name", row => (int?)row.GetInt32(0), ("@name", story));
        return published is null || (published == 0 && !caller.IsEditor) ? throw RpcError.NotFound(story) : caller.IsEditor ? null : published;
    }

    private static string RevisionName(string story, int revision) => string.Create(CultureInfo.InvariantCulture, $"{story}/revisions/{revision}");
}
