using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Validation;
using FluentValidation;
using Google.Type;

namespace Broadsheet.Analytics.Reports;

internal sealed class GetStoryReportValidator : AbstractValidator<GetStoryReportRequest>
{
    public GetStoryReportValidator()
    {
        RuleFor(request => request.Story).NameOf("stories");
        RuleFor(request => request.From).Must(IsDay).WithMessage("must be a whole date");
        RuleFor(request => request.To).Must(IsDay).WithMessage("must be a whole date");
    }

    private static bool IsDay(Date? date) =>
        date is null || (date.Year is >= 1 and <= 9999 && date.Month is >= 1 and <= 12 && date.Day >= 1 && date.Day <= System.DateTime.DaysInMonth(date.Year, date.Month));
}

internal sealed class ListTrendingValidator : AbstractValidator<ListTrendingRequest>
{
    public ListTrendingValidator()
    {
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
    }
}
