using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Validation;
using FluentValidation;

namespace Broadsheet.Content.Comments;

internal sealed class ListModerationQueueRequestValidator : AbstractValidator<ListModerationQueueRequest>
{
    public ListModerationQueueRequestValidator()
    {
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.Story).OptionalNameOf("stories");
        RuleFor(request => request.Author).ReaderName(optional: true);
        RuleFor(request => request.State).IsInEnum().WithMessage("is not a state that comments have");
    }
}

internal sealed class ModerateCommentsRequestValidator : AbstractValidator<ModerateCommentsRequest>
{
    public ModerateCommentsRequestValidator()
    {
        RuleFor(request => request.Names).Must(names => names.Count is > 0 and <= 100).WithMessage("must have 1 to 100 names");
        RuleFor(request => request.Names).Must(names => names.Distinct(StringComparer.Ordinal).Count() == names.Count).WithMessage("must have names that differ");
        RuleForEach(request => request.Names).CommentNameForm();
        RuleFor(request => request.Action)
            .Must(action => action is ModerationActionKind.Approve or ModerationActionKind.Hide or ModerationActionKind.Delete or ModerationActionKind.DismissReports)
            .WithMessage("must be APPROVE, HIDE, DELETE or DISMISS_REPORTS");
        RuleFor(request => request.Reason).PlainText(CommentText.MaxNote);
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class ListCommentReportsRequestValidator : AbstractValidator<ListCommentReportsRequest>
{
    public ListCommentReportsRequestValidator() => RuleFor(request => request.Parent).CommentNameForm();
}

internal sealed class ListModerationActionsRequestValidator : AbstractValidator<ListModerationActionsRequest>
{
    public ListModerationActionsRequestValidator()
    {
        RuleFor(request => request.Comment)
            .Must(name => name.Length == 0 || CommentName.TryParse(name, out _)).WithMessage("must be a name of the form stories/{id}/comments/{id}");
        RuleFor(request => request.Moderator).ReaderName(optional: true);
    }
}

internal sealed class BanCommenterRequestValidator : AbstractValidator<BanCommenterRequest>
{
    public BanCommenterRequestValidator()
    {
        RuleFor(request => request.Reader).ReaderName();
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.Reason).PlainText(CommentText.MaxNote, _ => true);
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class UnbanCommenterRequestValidator : AbstractValidator<UnbanCommenterRequest>
{
    public UnbanCommenterRequestValidator()
    {
        RuleFor(request => request.Reader).ReaderName();
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.Reason).PlainText(CommentText.MaxNote);
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class ListBansRequestValidator : AbstractValidator<ListBansRequest>
{
    public ListBansRequestValidator()
    {
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.Reader).ReaderName(optional: true);
    }
}

internal sealed class GetCommentPolicyRequestValidator : AbstractValidator<GetCommentPolicyRequest>
{
    public GetCommentPolicyRequestValidator() => RuleFor(request => request.Name).PolicyName();
}

internal sealed class SetCommentPolicyRequestValidator : AbstractValidator<SetCommentPolicyRequest>
{
    public SetCommentPolicyRequestValidator()
    {
        RuleFor(request => request.Policy).NotNull().WithMessage("is required");
        When(request => request.Policy is not null, () =>
        {
            RuleFor(request => request.Policy.Name).PolicyName();
            RuleFor(request => request.Policy.Comments).IsInEnum().WithMessage("must be OPEN or CLOSED");
            RuleFor(request => request.Policy.Moderation)
                .Must((request, moderation) => moderation == CommentModeration.Unspecified
                    || (System.Enum.IsDefined(moderation) && request.Policy.Name.StartsWith("communities/", StringComparison.Ordinal)))
                .WithMessage("must be PRE or POST, and of a community");
        });
        RuleFor(request => request.RequestId).RequestId();
    }
}
