using Broadsheet.Hosting.Validation;
using Broadsheet.Query.Claims;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using FluentValidation;
using Grpc.Core;

namespace Broadsheet.Query.EntityPages;

/// <summary>Who and what stories write about.</summary>
internal sealed class EntityRpc(IndexKeeper keeper, FreshnessGate freshness) : EntityService.EntityServiceBase
{
    public override async Task<V1.Entity> GetEntity(GetEntityRequest request, ServerCallContext context)
    {
        await freshness.WaitAsync(request.AtLeastAsFresh, context);
        using var reading = keeper.Read();
        return EntityPage.Get(reading, request.Name);
    }

    public override async Task<ListEntitiesResponse> ListEntities(ListEntitiesRequest request, ServerCallContext context)
    {
        await freshness.WaitAsync(request.AtLeastAsFresh, context);
        using var reading = keeper.Read();
        return EntityList.List(EntityCatalog.Of(reading), request);
    }
}

internal sealed class GetEntityRequestValidator : AbstractValidator<GetEntityRequest>
{
    public GetEntityRequestValidator()
    {
        RuleFor(request => request.Name).NameOf(EntityId.Collection);
        RuleFor(request => request.AtLeastAsFresh).Fresh();
    }
}

internal sealed class ListEntitiesRequestValidator : AbstractValidator<ListEntitiesRequest>
{
    public ListEntitiesRequestValidator()
    {
        RuleFor(request => request.Type).Must(type => type is "" or "PER" or "ORG" or "LOC" or "MISC").WithMessage("must be PER, ORG, LOC or MISC");
        RuleFor(request => request.Query).OptionalWords(200);
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.AtLeastAsFresh).Fresh();
    }
}
