using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Validation;
using FluentValidation;

namespace Broadsheet.Content.Comments;

/// <summary>Rules that requests on comments share.</summary>
internal static class CommentRules
{
    public static IRuleBuilderOptions<T, string> CommentNameForm<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(name => CommentName.TryParse(name, out _)).WithMessage("must be a name of the form stories/{id}/comments/{id}");

    /// <summary>The form in which callers are named (<c>readers/…</c>, <c>creators/…</c>).</summary>
    public static IRuleBuilderOptions<T, string> ReaderName<T>(this IRuleBuilder<T, string> rule, bool optional = false) =>
        rule.Must(name => (optional && name.Length == 0) || IsReader(name)).WithMessage("must be a name of the form readers/{id} or creators/{id}");

    public static IRuleBuilderOptions<T, string> PolicyName<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(name => name.EndsWith(CommentPolicies.Suffix, StringComparison.Ordinal)
            && CommentPolicies.ResourceOf(name) is var resource
            && (NameRules.IsName(resource, "stories") || NameRules.IsName(resource, "communities")))
        .WithMessage("must be a name of the form stories/{id}/commentPolicy or communities/{id}/commentPolicy");

    /// <summary>Text as <see cref="CommentText"/> has it.</summary>
    public static void PlainText<T>(this IRuleBuilderInitial<T, string> rule, int most, Func<T, bool>? required = null) => rule.Custom((text, context) =>
    {
        if (CommentText.BrokenRule(text, most, required?.Invoke(context.InstanceToValidate) ?? false) is { } broken)
        {
            context.AddFailure(broken);
        }
    });

    private static bool IsReader(string name) =>
        (name.StartsWith("readers/", StringComparison.Ordinal) || name.StartsWith("creators/", StringComparison.Ordinal)) && Caller.Parse(name)?.Name == name;
}

internal sealed class CreateCommentRequestValidator : AbstractValidator<CreateCommentRequest>
{
    public CreateCommentRequestValidator()
    {
        RuleFor(request => request.Parent).NameOf("stories");
        RuleFor(request => request.Comment).NotNull().WithMessage("is required");
        When(request => request.Comment is not null, () =>
        {
            RuleFor(request => request.Comment.Text).PlainText(CommentText.MaxComment, _ => true);
            RuleFor(request => request.Comment.Parent)
                .Must((request, parent) => parent.Length == 0 || (CommentName.TryParse(parent, out var name) && name.Story == request.Parent))
                .WithMessage("must be the name of a comment of the same story");
        });
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class GetCommentRequestValidator : AbstractValidator<GetCommentRequest>
{
    public GetCommentRequestValidator() => RuleFor(request => request.Name).CommentNameForm();
}

internal sealed class ListCommentsRequestValidator : AbstractValidator<ListCommentsRequest>
{
    public ListCommentsRequestValidator()
    {
        RuleFor(request => request.Parent).NameOf("stories");
        RuleFor(request => request.Thread)
            .Must((request, thread) => thread.Length == 0 || (CommentName.TryParse(thread, out var name) && name.Story == request.Parent))
            .WithMessage("must be the name of a comment of the same story");
        RuleFor(request => request.Order).IsInEnum().WithMessage("is not an order that threads are listed in");
        RuleFor(request => request.RepliesSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
    }
}

internal sealed class UpdateCommentRequestValidator : AbstractValidator<UpdateCommentRequest>
{
    public UpdateCommentRequestValidator()
    {
        RuleFor(request => request.Comment).NotNull().WithMessage("is required");
        When(request => request.Comment is not null, () =>
        {
            RuleFor(request => request.Comment.Name).CommentNameForm();
            RuleFor(request => request.Comment.Text).PlainText(CommentText.MaxComment, request => request.Comment.Text.Length > 0);
        });
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class DeleteCommentRequestValidator : AbstractValidator<DeleteCommentRequest>
{
    public DeleteCommentRequestValidator()
    {
        RuleFor(request => request.Name).CommentNameForm();
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class ReportCommentRequestValidator : AbstractValidator<ReportCommentRequest>
{
    public ReportCommentRequestValidator()
    {
        RuleFor(request => request.Name).CommentNameForm();
        RuleFor(request => request.Reason).Must(reason => reason != ReportReason.Unspecified && System.Enum.IsDefined(reason)).WithMessage("is required");
        RuleFor(request => request.Note).PlainText(CommentText.MaxNote, request => request.Reason == ReportReason.Other);
        RuleFor(request => request.RequestId).RequestId();
    }
}
