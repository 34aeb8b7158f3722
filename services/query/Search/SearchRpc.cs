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

    public override Task<SuggestResponse> Suggest(SuggestRequest request, ServerCallContext context)
    {
        using var reading = keeper.Read();
        return Task.FromResult(StorySuggestions.Suggest(reading, request));
    }
}

internal sealed class SuggestRequestValidator : AbstractValidator<SuggestRequest>
{
    public SuggestRequestValidator()
    {
        RuleFor(request => request.Prefix).MaximumLength(200).WithMessage("must have at most 200 characters");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
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
        RuleFor(request => request.Communities).FewValues();
        RuleForEach(request => request.Communities).OptionalNameOf("communities");
        RuleFor(request => request.Creators).FewValues();
        RuleForEach(request => request.Creators).OptionalNameOf("creators");
        RuleFor(request => request.Topics).FewValues();
        RuleForEach(request => request.Topics).MaximumLength(100).WithMessage("must have at most 100 characters");
        RuleFor(request => request.Languages).FewValues();
        RuleForEach(request => request.Languages).MaximumLength(100).WithMessage("must have at most 100 characters");
        RuleFor(request => request.Years).FewValues();
        RuleForEach(request => request.Years).InclusiveBetween(1, 9999).WithMessage("must be a year from 1 to 9999");
        RuleFor(request => request.Entities).FewValues();
        RuleForEach(request => request.Entities).MaximumLength(200).WithMessage("must have at most 200 characters");
        RuleFor(request => request.Facets).Must(facets => facets.Count <= 10).WithMessage("must have at most 10 values");
        RuleForEach(request => request.Facets).Must(facet => facet != FacetField.Unspecified && Enum.IsDefined(facet)).WithMessage("must be a field that can be counted by");
        RuleFor(request => request.FacetSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.Order).IsInEnum().WithMessage("must be an order that exists");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.AtLeastAsFresh).Fresh();
    }
}
