using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Validation;
using FluentValidation;

namespace Broadsheet.Analytics.Export;

internal sealed class ExportEventsValidator : AbstractValidator<ExportEventsRequest>
{
    public ExportEventsValidator()
    {
        RuleFor(request => request.Story).OptionalNameOf("stories");
        RuleFor(request => request.To).Must((request, to) => to is null || request.From is null || to > request.From).WithMessage("must be after from");
        RuleFor(request => request.Format).IsInEnum().WithMessage("must be a format that there is");
    }
}
