using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Validation;
using FluentValidation;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Content.Communities;

/// <summary>Serves communities.</summary>
internal sealed class CommunityRpc(ContentStore store) : CommunityService.CommunityServiceBase
{
    /// <summary>The table of communities.</summary>
    public static ProfileTable<Community> Table { get; } = new(
        "communities",
        Community.Parser,
        community => community.Name,
        community => community.DisplayName,
        (community, fields) =>
        {
            community.Name = fields.Name;
            community.Etag = fields.Etag;
            community.CreateTime = fields.CreateTime ?? community.CreateTime;
            community.UpdateTime = fields.UpdateTime;
        },
        (change, community) => change.Community = community);

    public override Task<Community> CreateCommunity(CreateCommunityRequest request, ServerCallContext context) =>
        store.WriteOnceAsync(context, request, request.RequestId, content => Table.CreateAsync(content, request.Community));

    public override Task<Community> GetCommunity(GetCommunityRequest request, ServerCallContext context) =>
        store.ReadAsync(content => Table.GetAsync(content, request.Name), context.CancellationToken);

    public override async Task<ListCommunitiesResponse> ListCommunities(ListCommunitiesRequest request, ServerCallContext context)
    {
        var (page, token) = await store.ReadAsync(content => Table.ListAsync(content, request.PageSize, request.PageToken), context.CancellationToken);
        return new ListCommunitiesResponse { Communities = { page }, NextPageToken = token };
    }

    public override Task<Community> UpdateCommunity(UpdateCommunityRequest request, ServerCallContext context) =>
        store.WriteOnceAsync(context, request, request.RequestId, content => Table.UpdateAsync(
            content, request.Community.Name, request.Community.Etag, "community", request.Community, request.UpdateMask, ["display_name", "description"]));

    public override Task<Empty> DeleteCommunity(DeleteCommunityRequest request, ServerCallContext context) =>
        store.WriteOnceAsync(context, request, request.RequestId, content => Table.DeleteAsync(content, request.Name, request.Etag, "community"));
}

internal sealed class CommunityValidator : AbstractValidator<Community>
{
    public CommunityValidator(bool complete)
    {
        RuleFor(community => community.Name).OptionalNameOf("communities");
        if (complete)
        {
            RuleFor(community => community.DisplayName).Must(name => !string.IsNullOrWhiteSpace(name)).WithMessage("is required");
        }

        RuleFor(community => community.DisplayName).MaximumLength(100).WithMessage("must have at most 100 characters").OneLine();
        RuleFor(community => community.Description).MaximumLength(2_000).WithMessage("must have at most 2,000 characters");
    }
}

internal sealed class CreateCommunityRequestValidator : AbstractValidator<CreateCommunityRequest>
{
    public CreateCommunityRequestValidator()
    {
        RuleFor(request => request.Community).NotNull().WithMessage("is required").SetValidator(new CommunityValidator(complete: true));
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class UpdateCommunityRequestValidator : AbstractValidator<UpdateCommunityRequest>
{
    public UpdateCommunityRequestValidator()
    {
        RuleFor(request => request.Community).NotNull().WithMessage("is required").SetValidator(new CommunityValidator(complete: false));
        RuleFor(request => request.Community.Name).NameOf("communities").When(request => request.Community is not null);
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class GetCommunityRequestValidator : AbstractValidator<GetCommunityRequest>
{
    public GetCommunityRequestValidator() => RuleFor(request => request.Name).NameOf("communities");
}

internal sealed class DeleteCommunityRequestValidator : AbstractValidator<DeleteCommunityRequest>
{
    public DeleteCommunityRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("communities");
        RuleFor(request => request.RequestId).RequestId();
    }
}
