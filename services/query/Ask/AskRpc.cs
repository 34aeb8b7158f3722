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
        RuleFor(request => request.MaxAnswers).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.AtLeastAsFresh).Fresh();
    }
}
