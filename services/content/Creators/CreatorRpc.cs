using Broadsheet.Content.Profiles;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Validation;
using FluentValidation;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Content.Creators;

/// <summary>Serves creators.</summary>
internal sealed class CreatorRpc(ContentStore store) : CreatorService.CreatorServiceBase
{
    /// <summary>The table of creators.</summary>
    public static ProfileTable<Creator> Table { get; } = new("creators", "creator", Creator.Parser, (change, creator) => change.Creator = creator);

    private static readonly string[] Editable = ["display_name", "biography", "handle", "avatar", "website", "social_links"];

    public override Task<Creator> CreateCreator(CreateCreatorRequest request, ServerCallContext context)
    {
        context.RequireRole(Caller.EditorRole);
        return store.WriteOnceAsync(context, request, request.RequestId, content => Table.CreateAsync(content, request.Creator));
    }

    public override Task<Creator> GetCreator(GetCreatorRequest request, ServerCallContext context) =>
        store.ReadAsync(content => Table.GetCountedAsync(content, request.Name), context.CancellationToken);

    public override Task<Creator> LookupCreator(LookupCreatorRequest request, ServerCallContext context) =>
        store.ReadAsync(content => Table.LookupAsync(content, request.Handle), context.CancellationToken);

    public override async Task<ListCreatorsResponse> ListCreators(ListCreatorsRequest request, ServerCallContext context)
    {
        var (page, token) = await store.ReadAsync(content => Table.ListAsync(content, request.PageSize, request.PageToken), context.CancellationToken);
        return new ListCreatorsResponse { Creators = { page }, NextPageToken = token };
    }

    public override Task<Creator> UpdateCreator(UpdateCreatorRequest request, ServerCallContext context)
    {
        // Creators write about themselves what they like.
        if (context.Caller().Name != request.Creator.Name)
        {
            context.RequireRole(Caller.EditorRole);
        }

        return store.WriteOnceAsync(
            context, request, request.RequestId, content => Table.UpdateAsync(content, request.Creator, request.UpdateMask, Editable));
    }

    public override Task<Empty> DeleteCreator(DeleteCreatorRequest request, ServerCallContext context)
    {
        context.RequireRole(Caller.EditorRole);
        return store.WriteOnceAsync(context, request, request.RequestId, content => Table.DeleteAsync(content, request.Name, request.Etag));
    }
}

internal sealed class CreatorValidator : AbstractValidator<Creator>
{
    public CreatorValidator(bool complete)
    {
        RuleFor(creator => creator.Name).OptionalNameOf("creators");
        if (complete)
        {
            RuleFor(creator => creator.DisplayName).Must(name => !string.IsNullOrWhiteSpace(name)).WithMessage("is required");
        }

        RuleFor(creator => creator.DisplayName).Line(100);
        RuleFor(creator => creator.Biography).MaximumLength(2_000).WithMessage("must have at most 2,000 characters");
        RuleFor(creator => creator.Handle).HandleForm();
        RuleFor(creator => creator.Avatar).SetValidator(new MediaValidator());
        RuleFor(creator => creator.Website).WebAddress();
        RuleFor(creator => creator.SocialLinks).Must(links => links.Count <= SocialLinkValidator.Most).WithMessage("must have at most 20 links");
        RuleForEach(creator => creator.SocialLinks).SetValidator(new SocialLinkValidator());
    }
}

internal sealed class CreateCreatorRequestValidator : AbstractValidator<CreateCreatorRequest>
{
    public CreateCreatorRequestValidator()
    {
        RuleFor(request => request.Creator).NotNull().WithMessage("is required").SetValidator(new CreatorValidator(complete: true));
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class UpdateCreatorRequestValidator : AbstractValidator<UpdateCreatorRequest>
{
    public UpdateCreatorRequestValidator()
    {
        RuleFor(request => request.Creator).NotNull().WithMessage("is required").SetValidator(new CreatorValidator(complete: false));
        RuleFor(request => request.Creator.Name).NameOf("creators").When(request => request.Creator is not null);
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class GetCreatorRequestValidator : AbstractValidator<GetCreatorRequest>
{
    public GetCreatorRequestValidator() => RuleFor(request => request.Name).NameOf("creators");
}

internal sealed class LookupCreatorRequestValidator : AbstractValidator<LookupCreatorRequest>
{
    public LookupCreatorRequestValidator() =>
        RuleFor(request => request.Handle).Must(handle => handle.Length > 0).WithMessage("is required").HandleForm();
}

internal sealed class DeleteCreatorRequestValidator : AbstractValidator<DeleteCreatorRequest>
{
    public DeleteCreatorRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("creators");
        RuleFor(request => request.RequestId).RequestId();
    }
}
