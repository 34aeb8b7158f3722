using System.Buffers;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Validation;
using FluentValidation;

namespace Broadsheet.Content.Stories;

internal sealed class PublishStoryRequestValidator : AbstractValidator<PublishStoryRequest>
{
    public PublishStoryRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("stories");
        RuleFor(request => request.RequestId).RequestId();
        RuleFor(request => request.Revision).RevisionNumber();
    }
}

internal sealed class ArchiveStoryRequestValidator : AbstractValidator<ArchiveStoryRequest>
{
    public ArchiveStoryRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("stories");
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class SubmitStoryRequestValidator : AbstractValidator<SubmitStoryRequest>
{
    public SubmitStoryRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("stories");
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class WithdrawStoryRequestValidator : AbstractValidator<WithdrawStoryRequest>
{
    public WithdrawStoryRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("stories");
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class ReviewStoryRequestValidator : AbstractValidator<ReviewStoryRequest>
{
    private const int MaxReasons = 50;

    public ReviewStoryRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("stories");
        RuleFor(request => request.RequestId).RequestId();
        RuleFor(request => request.Revision).RevisionNumber();
        RuleFor(request => request.Verdict).Must(verdict => verdict is ReviewVerdict.Approve or ReviewVerdict.Return).WithMessage("must be to approve or to return");
        When(request => request.Verdict == ReviewVerdict.Return, () =>
        {
            RuleFor(request => request.Reasons).Must(reasons => reasons.Count is > 0 and <= MaxReasons).WithMessage("must have 1 to 50 reasons");
            RuleFor(request => request.Publish).Must(publish => !publish).WithMessage("can't be set when a story is returned");
        });
        When(
            request => request.Verdict == ReviewVerdict.Approve,
            () => RuleFor(request => request.Reasons).Must(reasons => reasons.Count == 0).WithMessage("must be empty when a story is approved"));
        RuleForEach(request => request.Reasons).SetValidator(new ReviewReasonValidator());
    }
}

internal sealed class ReviewReasonValidator : AbstractValidator<ReviewReason>
{
    private static readonly SearchValues<char> CodeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    public ReviewReasonValidator()
    {
        RuleFor(reason => reason.Code)
            .Must(code => code.Length <= 50 && code.AsSpan().IndexOfAnyExcept(CodeCharacters) < 0)
            .WithMessage("must have lower-case letters, digits and underscores only, at most 50");
        RuleFor(reason => reason.Code)
            .Must((reason, code) => code.Length > 0 || !string.IsNullOrWhiteSpace(reason.Comment)).WithMessage("must be there, or a comment");
        RuleFor(reason => reason.Section).SlugForm();
        RuleFor(reason => reason.Comment).MaximumLength(2_000).WithMessage("must have at most 2,000 characters");
    }
}

internal sealed class ScheduleStoryRequestValidator : AbstractValidator<ScheduleStoryRequest>
{
    public ScheduleStoryRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("stories");
        RuleFor(request => request.RequestId).RequestId();
        RuleFor(request => request.Revision).RevisionNumber();
        RuleFor(request => request.ScheduleTime).NotNull().WithMessage("is required").Instant();
    }
}

internal sealed class CheckStoryRequestValidator : AbstractValidator<CheckStoryRequest>
{
    public CheckStoryRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("stories");
        RuleFor(request => request.Revision).RevisionNumber();
    }
}

internal sealed class DiffRevisionsRequestValidator : AbstractValidator<DiffRevisionsRequest>
{
    public DiffRevisionsRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("stories");
        RuleFor(request => request.From).RevisionNumber();
        RuleFor(request => request.To).RevisionNumber();
    }
}

internal sealed class RestoreRevisionRequestValidator : AbstractValidator<RestoreRevisionRequest>
{
    public RestoreRevisionRequestValidator() => RuleFor(request => request.RequestId).RequestId();
}

internal sealed class PublishRulesValidator : AbstractValidator<PublishRules>
{
    public PublishRulesValidator() => RuleFor(rules => rules.MinWords).InclusiveBetween(0, 100_000).WithMessage("must be 0 to 100,000");
}
