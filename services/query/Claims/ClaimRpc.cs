using Broadsheet.Hosting.Validation;
using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using FluentValidation;
using Grpc.Core;

namespace Broadsheet.Query.Claims;

/// <summary>Who says what, and the numbers that stories give.</summary>
internal sealed class ClaimRpc(IndexKeeper keeper, FreshnessGate freshness) : ClaimService.ClaimServiceBase
{
    public override async Task<ListClaimsResponse> ListClaims(ListClaimsRequest request, ServerCallContext context)
    {
        await freshness.WaitAsync(request.AtLeastAsFresh, context);
        using var reading = keeper.Read();
        return ClaimSearch.List(reading, request);
    }

    public override async Task<ListFiguresResponse> ListFigures(ListFiguresRequest request, ServerCallContext context)
    {
        await freshness.WaitAsync(request.AtLeastAsFresh, context);
        using var reading = keeper.Read();
        return FigureSearch.List(reading, request);
    }
}

internal sealed class ListClaimsRequestValidator : AbstractValidator<ListClaimsRequest>
{
    public ListClaimsRequestValidator()
    {
        RuleFor(request => request.Story).OptionalNameOf("stories");
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.Creator).OptionalNameOf("creators");
        RuleFor(request => request.Source).OptionalEntity();
        RuleFor(request => request.Entity).OptionalEntity();
        RuleFor(request => request.Stance).MaximumLength(40).WithMessage("must have at most 40 characters");
        RuleFor(request => request.Query).OptionalWords(500);
        RuleFor(request => request.PublishedFrom).Instant();
        RuleFor(request => request.PublishedBefore).Instant();
        RuleFor(request => request.Filter).IsInEnum().WithMessage("must be one of the values of ClaimFilter");
        RuleFor(request => request.Order).IsInEnum().WithMessage("must be one of the values of ClaimOrder");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.AtLeastAsFresh).Fresh();
    }
}

internal sealed class ListFiguresRequestValidator : AbstractValidator<ListFiguresRequest>
{
    public ListFiguresRequestValidator()
    {
        RuleFor(request => request.Story).OptionalNameOf("stories");
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.Entity).OptionalEntity();
        RuleFor(request => request.Subject).OptionalWords(200);
        RuleFor(request => request.Unit).MaximumLength(40).WithMessage("must have at most 40 characters");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.AtLeastAsFresh).Fresh();
    }
}

/// <summary>Rules that requests for claims, figures and entities share.</summary>
internal static class KnowledgeRules
{
    /// <summary><c>entities/{entity}</c>, or a name with a word of at most 200 characters, or empty.</summary>
    public static IRuleBuilderOptions<T, string> OptionalEntity<T>(this IRuleBuilderInitial<T, string> rule) => rule
        .Cascade(CascadeMode.Stop)
        .MaximumLength(200).WithMessage("must have at most 200 characters")
        .Must(SoughtEntity.IsValid).WithMessage("must be a name of the form entities/{id}, or have a word");

    /// <summary>Words, or empty.</summary>
    public static IRuleBuilderOptions<T, string> OptionalWords<T>(this IRuleBuilderInitial<T, string> rule, int most) => rule
        .Cascade(CascadeMode.Stop)
        .MaximumLength(most).WithMessage($"must have at most {most} characters")
        .Must(words => words.Length == 0 || TextAnalyzer.Exact.Words(words).Count > 0).WithMessage("must have a word");
}
