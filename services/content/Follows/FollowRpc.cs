using System.Globalization;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Broadsheet.Hosting.Paging;
using Broadsheet.Hosting.Validation;
using FluentValidation;
using Grpc.Core;

namespace Broadsheet.Content.Follows;

/// <summary>Serves what the caller follows.</summary>
internal sealed class FollowRpc(ContentStore store) : FollowService.FollowServiceBase
{
    public override Task<FollowCreatorResponse> FollowCreator(FollowCreatorRequest request, ServerCallContext context)
    {
        var reader = context.RequireCaller().Name;
        return store.WriteOnceAsync(
            context, request, request.RequestId, async content => new FollowCreatorResponse { Follow = await StartAsync(content, reader, request.Name) });
    }

    public override Task<UnfollowCreatorResponse> UnfollowCreator(UnfollowCreatorRequest request, ServerCallContext context)
    {
        var reader = context.RequireCaller().Name;
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
        {
            await FollowTable.EndAsync(content, reader, request.Name);
            return new UnfollowCreatorResponse();
        });
    }

    public override Task<FollowCommunityResponse> FollowCommunity(FollowCommunityRequest request, ServerCallContext context)
    {
        var reader = context.RequireCaller().Name;
        return store.WriteOnceAsync(
            context, request, request.RequestId, async content => new FollowCommunityResponse { Follow = await StartAsync(content, reader, request.Name) });
    }

    public override Task<UnfollowCommunityResponse> UnfollowCommunity(UnfollowCommunityRequest request, ServerCallContext context)
    {
        var reader = context.RequireCaller().Name;
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
        {
            await FollowTable.EndAsync(content, reader, request.Name);
            return new UnfollowCommunityResponse();
        });
    }

    public override async Task<ListFollowsResponse> ListFollows(ListFollowsRequest request, ServerCallContext context)
    {
        var reader = context.RequireCaller().Name;
        var filter = string.Create(CultureInfo.InvariantCulture, $"follows|{reader}|{(int)request.Kind}");
        var size = PageToken.Size(request.PageSize);
        var after = Place(PageToken.Decode(request.PageToken, filter));
        var follows = await store.ReadAsync(content => FollowTable.ListAsync(content, reader, request.Kind, after, size + 1), context.CancellationToken);
        var response = new ListFollowsResponse { Follows = { follows.Take(size) } };
        if (follows.Count > size)
        {
            var last = follows[size - 1];
            response.NextPageToken = PageToken.Encode(
                string.Create(CultureInfo.InvariantCulture, $"{ContentTransaction.ToMicroseconds(last.CreateTime)}|{last.Followed}"), filter);
        }

        return response;
    }

    private static async Task<Follow> StartAsync(ContentTransaction content, string reader, string followed) =>
        await FollowTable.StartAsync(content, reader, followed) ?? throw RpcError.NotFound(followed);

    private static FollowPlace? Place(string key) => key.Split('|') is [var time, var followed]
        ? new FollowPlace(long.Parse(time, CultureInfo.InvariantCulture), followed)
        : null;
}

internal sealed class FollowCreatorRequestValidator : AbstractValidator<FollowCreatorRequest>
{
    public FollowCreatorRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("creators");
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class UnfollowCreatorRequestValidator : AbstractValidator<UnfollowCreatorRequest>
{
    public UnfollowCreatorRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("creators");
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class FollowCommunityRequestValidator : AbstractValidator<FollowCommunityRequest>
{
    public FollowCommunityRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("communities");
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class UnfollowCommunityRequestValidator : AbstractValidator<UnfollowCommunityRequest>
{
    public UnfollowCommunityRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("communities");
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class ListFollowsRequestValidator : AbstractValidator<ListFollowsRequest>
{
    public ListFollowsRequestValidator() => RuleFor(request => request.Kind).IsInEnum().WithMessage("is not a kind that can be followed");
}
