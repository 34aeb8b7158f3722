using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Content.Comments;

internal sealed partial class CommentRpc
{
    public override async Task<ListModerationQueueResponse> ListModerationQueue(ListModerationQueueRequest request, ServerCallContext context)
    {
        RequireModerator(context);
        var filter = $"queue|{request.Community}|{request.Story}|{request.Author}|{(int)request.State}";
        var size = PageToken.Size(request.PageSize);
        var after = PageToken.Decode(request.PageToken, filter);
        var rows = await store.ReadAsync(content => CommentModerating.QueueAsync(content, request, after, size + 1), context.CancellationToken);
        var response = new ListModerationQueueResponse { Comments = { rows.Take(size).Select(row => row.ForModerators()) } };
        if (rows.Count > size)
        {
            response.NextPageToken = PageToken.Encode(CommentName.Parse(rows[size - 1].Name).Id, filter);
        }

        return response;
    }

    public override Task<ModerateCommentsResponse> ModerateComments(ModerateCommentsRequest request, ServerCallContext context)
    {
        var moderator = RequireModerator(context);
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
        {
            var response = new ModerateCommentsResponse();
            foreach (var name in request.Names)
            {
                response.Results.Add(await CommentModerating.ModerateAsync(content, name, request.Action, CommentText.Normalise(request.Reason), moderator.Name));
            }

            return response;
        });
    }

    public override async Task<ListCommentReportsResponse> ListCommentReports(ListCommentReportsRequest request, ServerCallContext context)
    {
        var moderator = RequireModerator(context);
        var filter = $"reports|{request.Parent}";
        var size = PageToken.Size(request.PageSize);
        var after = PageToken.Decode(request.PageToken, filter);
        var reports = await store.ReadAsync(
            async content => await CommentModerating.ReportsAsync(content, await CommentEditing.GetAsync(content, request.Parent, moderator), after, size + 1),
            context.CancellationToken);
        var response = new ListCommentReportsResponse { Reports = { reports.Take(size) } };
        if (reports.Count > size)
        {
            response.NextPageToken = PageToken.Encode(reports[size - 1].Reader, filter);
        }

        return response;
    }

    public override async Task<ListModerationActionsResponse> ListModerationActions(ListModerationActionsRequest request, ServerCallContext context)
    {
        RequireModerator(context);
        var filter = $"actions|{request.Comment}|{request.Moderator}";
        var size = PageToken.Size(request.PageSize);
        var before = PageToken.Decode(request.PageToken, filter) is { Length: > 0 } token ? token : "~";
        var actions = await store.ReadAsync(content => CommentModerating.ListAsync(content, request, before, size + 1), context.CancellationToken);
        var response = new ListModerationActionsResponse { Actions = { actions.Take(size).Select(entry => entry.Action) } };
        if (actions.Count > size)
        {
            response.NextPageToken = PageToken.Encode(actions[size - 1].Id, filter);
        }

        return response;
    }

    public override Task<CommenterBan> BanCommenter(BanCommenterRequest request, ServerCallContext context)
    {
        var moderator = RequireModerator(context);
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
        {
            var ban = await CommenterBans.SetAsync(content, new CommenterBan
            {
                Reader = request.Reader,
                Community = request.Community,
                Reason = CommentText.Normalise(request.Reason),
                ExpireTime = request.ExpireTime,
                CreateTime = content.Now,
                Moderator = moderator.Name,
            });
            await KeepAsync(content, ModerationActionKind.Ban, ban.Reader, ban.Community, ban.Reason, moderator);
            return ban;
        });
    }

    public override Task<Empty> UnbanCommenter(UnbanCommenterRequest request, ServerCallContext context)
    {
        var moderator = RequireModerator(context);
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
        {
            if (!await CommenterBans.LiftAsync(content, request.Reader, request.Community))
            {
                throw RpcError.NotFound(request.Reader);
            }

            await KeepAsync(content, ModerationActionKind.Unban, request.Reader, request.Community, CommentText.Normalise(request.Reason), moderator);
            return new Empty();
        });
    }

    public override async Task<ListBansResponse> ListBans(ListBansRequest request, ServerCallContext context)
    {
        RequireModerator(context);
        var filter = $"bans|{request.Community}|{request.Reader}";
        var size = PageToken.Size(request.PageSize);
        // Reader and community, which have no blanks.
        var after = PageToken.Decode(request.PageToken, filter) is { Length: > 0 } token ? (token.Split(' ')[0], token.Split(' ')[1]) : ("", "");
        var bans = await store.ReadAsync(content => CommenterBans.ListAsync(content, request, after, size + 1), context.CancellationToken);
        var response = new ListBansResponse { Bans = { bans.Take(size) } };
        if (bans.Count > size)
        {
            response.NextPageToken = PageToken.Encode($"{bans[size - 1].Reader} {bans[size - 1].Community}", filter);
        }

        return response;
    }

    // The trail names who did it, so not even Development moderates without a name.
    private static Caller RequireModerator(ServerCallContext context)
    {
        context.RequireCaller();
        return context.RequireRole(Caller.ModeratorRole);
    }

    private static Task KeepAsync(ContentTransaction content, ModerationActionKind kind, string reader, string community, string reason, Caller moderator) =>
        CommentModerating.KeepAsync(content, new ModerationAction
        {
            Kind = kind,
            Moderator = moderator.Name,
            CreateTime = content.Now,
            Reason = reason,
            Reader = reader,
            Community = community,
        });
}
