using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Validation;
using FluentValidation;

namespace Broadsheet.Analytics.Insights;

internal sealed class SubmitInsightValidator : AbstractValidator<SubmitInsightRequest>
{
    public SubmitInsightValidator()
    {
        RuleFor(request => request.Story).NameOf("stories");
        RuleFor(request => request.Insight).NotNull().WithMessage("must be set");
        When(request => request.Insight is not null, () =>
        {
            RuleFor(request => request.Insight.Level)
                .Must(level => level is >= InsightLevel.GoodEffort and <= InsightLevel.Outstanding).WithMessage("must be one of the three levels");
            RuleFor(request => request.Insight.Strengths)
                .Must(strengths => strengths.All(strength => strength is >= InsightStrength.CompellingAndOriginal and <= InsightStrength.OnPointAndRelevant))
                .WithMessage("must be of the eight strengths")
                .Must(strengths => strengths.Distinct().Count() == strengths.Count).WithMessage("each at most once");
        });
    }
}

internal sealed class WithdrawInsightValidator : AbstractValidator<WithdrawInsightRequest>
{
    public WithdrawInsightValidator() => RuleFor(request => request.Story).NameOf("stories");
}

internal sealed class GetInsightValidator : AbstractValidator<GetInsightRequest>
{
    public GetInsightValidator() => RuleFor(request => request.Story).NameOf("stories");
}

internal sealed class GetStoryInsightsValidator : AbstractValidator<GetStoryInsightsRequest>
{
    public GetStoryInsightsValidator() => RuleFor(request => request.Story).NameOf("stories");
}
