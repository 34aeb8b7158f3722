using Broadsheet.Hosting.Validation;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using FluentValidation;
using Grpc.Core;

namespace Broadsheet.Query.Search;

/// <summary>Full-text search.</summary>
internal sealed class SearchRpc(IndexKeeper keeper, FreshnessGate freshness) : SearchService.SearchServiceBase
{
    public override async Task<SearchResponse> Search(SearchRequest request, ServerCallContext context)
    {
        await freshness.WaitAsync(request.AtLeastAsFresh, context);
        using var reading = keeper.Read();
        return StorySearch.Search(reading, request);
    }
}

internal sealed class SearchRequestValidator : AbstractValidator<SearchRequest>
{
    public SearchRequestValidator()
    {
        RuleFor(request => request.Query).MaximumLength(4_096).WithMessage("must have at most 4,096 characters");
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.Creator).OptionalNameOf("creators");
        RuleFor(request => request.Language).MaximumLength(100).WithMessage("must have at most 100 characters");
        RuleFor(request => request.Topic).MaximumLength(100).WithMessage("must have at most 100 characters");
        RuleFor(request => request.PublishedFrom).Instant();
        RuleFor(request => request.PublishedBefore).Instant();
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.AtLeastAsFresh).Fresh();
    }
}
