using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Content.Comments;

/// <summary>Serves comments.</summary>
internal sealed partial class CommentRpc(ContentStore store, CommentOptions options) : CommentService.CommentServiceBase
{
    public override Task<Comment> CreateComment(CreateCommentRequest request, ServerCallContext context)
    {
        var caller = context.RequireCaller();
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
            Show(await CommentEditing.CreateAsync(content, request, caller, options), caller));
    }

    public override async Task<Comment> GetComment(GetCommentRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return await store.ReadAsync(
            async content => (await CommentEditing.GetAsync(content, request.Name, caller)).Show(caller)!, context.CancellationToken);
    }

    public override Task<ListCommentsResponse> ListComments(ListCommentsRequest request, ServerCallContext context) =>
        store.ReadAsync(content => CommentListing.ListAsync(content, request, context.Caller()), context.CancellationToken);

    public override Task<Comment> UpdateComment(UpdateCommentRequest request, ServerCallContext context)
    {
        var caller = context.RequireCaller();
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
            Show(await CommentEditing.UpdateAsync(content, request, caller, options), caller));
    }

    public override Task<Comment> DeleteComment(DeleteCommentRequest request, ServerCallContext context)
    {
        var caller = context.RequireCaller();
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
            Show(await CommentEditing.DeleteAsync(content, request, caller), caller));
    }

    public override Task<Empty> ReportComment(ReportCommentRequest request, ServerCallContext context)
    {
        var caller = context.RequireCaller();
        return store.WriteOnceAsync(context, request, request.RequestId, content => CommentEditing.ReportAsync(content, request, caller, options));
    }

    public override async Task<CommentPolicy> GetCommentPolicy(GetCommentPolicyRequest request, ServerCallContext context) => await store.ReadAsync(
        async content =>
        {
            var resource = CommentPolicies.ResourceOf(request.Name);
            var (seen, allowed) = await PolicyAccessAsync(content, resource, context.Caller());
            return seen || allowed ? (await CommentPolicies.GetAsync(content, resource)).Policy : throw RpcError.NotFound(request.Name);
        },
        context.CancellationToken);

    public override Task<CommentPolicy> SetCommentPolicy(SetCommentPolicyRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
        {
            var (seen, allowed) = await PolicyAccessAsync(content, CommentPolicies.ResourceOf(request.Policy.Name), caller);
            // Unnamed callers that may change anything exist in Development alone; they may change this too.
            return allowed || caller.Name.Length == 0 ? await CommentPolicies.SetAsync(content, request.Policy)
                : seen ? throw RpcError.Of(
                    ErrorReason.PermissionMissing, "this needs the role editor or moderator", new Dictionary<string, string> { ["role"] = Caller.EditorRole })
                : throw RpcError.NotFound(request.Policy.Name);
        });
    }

    /// <summary>Whether the caller sees the story or community, and whether it may decide how one comments there.</summary>
    private static async Task<(bool Seen, bool Allowed)> PolicyAccessAsync(ContentTransaction content, string resource, Caller caller)
    {
        var allowed = caller.IsEditor || caller.IsModerator;
        if (resource.StartsWith("communities/", StringComparison.Ordinal))
        {
            return await content.ScalarAsync("select 1 from communities where name = @name", ("@name", resource)) is null ? throw RpcError.NotFound(resource) : (true, allowed);
        }

        var story = await content.FirstAsync(
            "select case when published is null then 0 else 1 end, creator from stories where name = @name",
            row => ((bool IsPublished, string Creator)?)(row.GetInt32(0) == 1, row.GetString(1)),
            ("@name", resource));
        return story is not { } found ? throw RpcError.NotFound(resource) : (found.IsPublished, allowed || (caller.Name.Length > 0 && found.Creator == caller.Name));
    }

    // A writer is shown what is left, also where nobody else is.
    private static Comment Show(CommentRow row, Caller caller) => row.Show(caller) ?? row.Place();
}
