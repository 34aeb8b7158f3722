using Broadsheet.Content.Comments;
using Broadsheet.Content.Profiles;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Validation;
using FluentValidation;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Content.Communities;

/// <summary>Serves communities.</summary>
internal sealed class CommunityRpc(ContentStore store) : CommunityService.CommunityServiceBase
{
    /// <summary>The table of communities.</summary>
    public static ProfileTable<Community> Table { get; } = new("communities", "community", Community.Parser, (change, community) => change.Community = community);

    private static readonly string[] Editable = ["display_name", "description", "handle", "masthead", "language", "social_links", "publish_rules"];

    public override Task<Community> CreateCommunity(CreateCommunityRequest request, ServerCallContext context)
    {
        context.RequireRole(Caller.EditorRole);
        return store.WriteOnceAsync(context, request, request.RequestId, content => Table.CreateAsync(content, request.Community));
    }

    public override Task<Community> GetCommunity(GetCommunityRequest request, ServerCallContext context) =>
        store.ReadAsync(content => Table.GetCountedAsync(content, request.Name), context.CancellationToken);

    public override Task<Community> LookupCommunity(LookupCommunityRequest request, ServerCallContext context) =>
        store.ReadAsync(content => Table.LookupAsync(content, request.Handle), context.CancellationToken);

    public override async Task<ListCommunitiesResponse> ListCommunities(ListCommunitiesRequest request, ServerCallContext context)
    {
        var (page, token) = await store.ReadAsync(content => Table.ListAsync(content, request.PageSize, request.PageToken), context.CancellationToken);
        return new ListCommunitiesResponse { Communities = { page }, NextPageToken = token };
    }

    public override Task<Community> UpdateCommunity(UpdateCommunityRequest request, ServerCallContext context)
    {
        context.RequireRole(Caller.EditorRole);
        return store.WriteOnceAsync(
            context, request, request.RequestId, content => Table.UpdateAsync(content, request.Community, request.UpdateMask, Editable));
    }

    public override Task<Empty> DeleteCommunity(DeleteCommunityRequest request, ServerCallContext context)
    {
        context.RequireRole(Caller.EditorRole);
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
        {
            await StoryComments.RemoveCommunityAsync(content, request.Name);
            return await Table.DeleteAsync(content, request.Name, request.Etag);
        });
    }
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

        RuleFor(community => community.DisplayName).Line(100);
        RuleFor(community => community.Description).MaximumLength(2_000).WithMessage("must have at most 2,000 characters");
        RuleFor(community => community.Handle).HandleForm();
        RuleFor(community => community.Masthead).SetValidator(new MediaValidator());
        RuleFor(community => community.Language).LanguageTag();
        RuleFor(community => community.SocialLinks).Must(links => links.Count <= SocialLinkValidator.Most).WithMessage("must have at most 20 links");
        RuleForEach(community => community.SocialLinks).SetValidator(new SocialLinkValidator());
        RuleFor(community => community.PublishRules).SetValidator(new PublishRulesValidator());
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

internal sealed class LookupCommunityRequestValidator : AbstractValidator<LookupCommunityRequest>
{
    public LookupCommunityRequestValidator() =>
        RuleFor(request => request.Handle).Must(handle => handle.Length > 0).WithMessage("is required").HandleForm();
}

internal sealed class DeleteCommunityRequestValidator : AbstractValidator<DeleteCommunityRequest>
{
    public DeleteCommunityRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("communities");
        RuleFor(request => request.RequestId).RequestId();
    }
}
