using System.Globalization;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories.Comparing;
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
        var (story, revision) = Parse(request.Name);
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

    public override Task<RevisionDiff> DiffRevisions(DiffRevisionsRequest request, ServerCallContext context) => store.ReadAsync(
        async content =>
        {
            var row = await StoryRow.GetAsync(content, request.Name);
            if (!row.IsOpenTo(context.Caller()))
            {
                throw RpcError.NotFound(request.Name);
            }

            var to = request.To == 0 ? row.Working.Revision : request.To;
            var from = request.From != 0 ? request.From
                : row.PublishedRevision != 0 && row.PublishedRevision != to ? row.PublishedRevision
                : to - 1;
            return RevisionComparison.Of(
                row.Name,
                // Before the first revision there was nothing.
                from == 0 ? new Story() : await TextAsync(from, "from"),
                await TextAsync(to, "to"));

            async Task<Story> TextAsync(int revision, string field) =>
                await StoryRow.FindRevisionAsync(content, row.Name, revision) ?? throw RpcError.InvalidField(field, "is not a revision of the story");
        },
        context.CancellationToken);

    public override Task<Story> RestoreRevision(RestoreRevisionRequest request, ServerCallContext context)
    {
        var caller = context.RequireRole(Caller.WriterRole);
        var (story, revision) = Parse(request.Name);
        return ChangeAsync(context, request, request.RequestId, async content =>
        {
            var row = await StoryAccess.ForChangeAsync(content, caller, story, request.Etag);
            var text = await StoryRow.FindRevisionAsync(content, story, revision) ?? throw RpcError.NotFound(request.Name);
            return await StoryEditing.RestoreAsync(content, row.RequireEditable(caller), text, caller.Name);
        });
    }

    /// <summary>The one revision that this caller may see, or null for all of them.</summary>
    private static async Task<int?> VisibleAsync(ContentTransaction content, string story, Caller caller)
    {
        var row = await StoryRow.GetAsync(content, story);
        return row.IsOpenTo(caller) ? null : row.Published is null ? throw RpcError.NotFound(story) : row.PublishedRevision;
    }

    private static (string Story, int Revision) Parse(string name) =>
        name.Split('/') is ["stories", { Length: > 0 } id, "revisions", var number]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? ($"stories/{id}", revision)
            : throw RpcError.InvalidField("name", "must be a name of the form stories/{id}/revisions/{number}");

    private static string RevisionName(string story, int revision) => string.Create(CultureInfo.InvariantCulture, $"{story}/revisions/{revision}");
}
