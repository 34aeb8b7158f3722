using Broadsheet.Hosting.Validation;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using FluentValidation;
using Grpc.Core;

namespace Broadsheet.Query.Ask;

/// <summary>Answers questions from the index, or says why not.</summary>
internal sealed class AskRpc(IndexKeeper keeper, FreshnessGate freshness) : AskService.AskServiceBase
{
    public override async Task<AskResponse> Ask(AskRequest request, ServerCallContext context)
    {
        await freshness.WaitAsync(request.AtLeastAsFresh, context);
        using var reading = keeper.Read();
        return StoryAnswers.Ask(reading, request);
    }
}

internal sealed class AskRequestValidator : AbstractValidator<AskRequest>
{
    public AskRequestValidator()
    {
        RuleFor(request => request.Question).Must(question => !string.IsNullOrWhiteSpace(question)).WithMessage("is required")
            .MaximumLength(1_000).WithMessage("must have at most 1,000 characters");
        RuleFor(request => request.Story).OptionalNameOf("stories");
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
        RuleFor(request => request.MinConfidence).InclusiveBetween(0, 1).WithMessage("must be from 0 to 1");
        RuleFor(request => request.MaxPassages).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.MaxAnswers).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.AtLeastAsFresh).Fresh();
    }
}
