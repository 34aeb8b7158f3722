using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Validation;
using FluentValidation;
using Google.Type;

namespace Broadsheet.Analytics.Reports;

/// <summary>Rules that the requests of reports share.</summary>
internal static class ReportFieldRules
{
    /// <summary>A whole date between the years 1970 and 2200, or none.</summary>
    public static void PlainDay<T>(this IRuleBuilder<T, Date?> rule) =>
        rule.Must(IsDay).WithMessage("must be a whole date between 1970 and 2200");

    /// <summary>Name of a time zone, or empty.</summary>
    public static void Zone<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(name => ZoneNames.Find(name) is not null).WithMessage("must be the IANA name of a time zone (Europe/Berlin)");

    private static bool IsDay(Date? date) =>
        date is null || (date.Year is >= 1970 and <= 2200 && date.Month is >= 1 and <= 12 && date.Day >= 1 && date.Day <= System.DateTime.DaysInMonth(date.Year, date.Month));
}

internal sealed class GetStoryReportValidator : AbstractValidator<GetStoryReportRequest>
{
    public GetStoryReportValidator()
    {
        RuleFor(request => request.Story).NameOf("stories");
        RuleFor(request => request.From).PlainDay();
        RuleFor(request => request.To).PlainDay();
    }
}

internal sealed class ListTrendingValidator : AbstractValidator<ListTrendingRequest>
{
    public ListTrendingValidator()
    {
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
    }
}

internal sealed class ListTopStoriesValidator : AbstractValidator<ListTopStoriesRequest>
{
    public ListTopStoriesValidator()
    {
        RuleFor(request => request.Metric)
            .Must(metric => metric == ReportMetric.Unspecified || (ReportTerms.IsKnown(metric) && !metric.IsOfSections()))
            .WithMessage("must be a metric that goes with the dimension STORY");
        RuleFor(request => request.From).PlainDay();
        RuleFor(request => request.To).PlainDay();
        RuleFor(request => request.TimeZone).Zone();
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.Creator).OptionalNameOf("creators");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
    }
}

internal sealed class GetCreatorReportValidator : AbstractValidator<GetCreatorReportRequest>
{
    public GetCreatorReportValidator()
    {
        RuleFor(request => request.Creator).NameOf("creators");
        RuleFor(request => request.From).PlainDay();
        RuleFor(request => request.To).PlainDay();
        RuleFor(request => request.TimeZone).Zone();
    }
}

internal sealed class GetCommunityReportValidator : AbstractValidator<GetCommunityReportRequest>
{
    public GetCommunityReportValidator()
    {
        RuleFor(request => request.Community).NameOf("communities");
        RuleFor(request => request.From).PlainDay();
        RuleFor(request => request.To).PlainDay();
        RuleFor(request => request.TimeZone).Zone();
    }
}
