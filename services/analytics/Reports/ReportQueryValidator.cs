using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Validation;
using FluentValidation;

namespace Broadsheet.Analytics.Reports;

internal sealed class QueryReportValidator : AbstractValidator<QueryReportRequest>
{
    private const int MostDimensions = 4;
    private const int MostFilters = 10;
    private const int MostValues = 100;
    private const int MostOrders = 3;

    public QueryReportValidator()
    {
        RuleFor(request => request.Metrics).NotEmpty().WithMessage("at least one");
        RuleForEach(request => request.Metrics).Must(ReportTerms.IsKnown).WithMessage("must be a metric");
        RuleFor(request => request.Metrics).Must(metrics => metrics.Distinct().Count() == metrics.Count).WithMessage("each at most once");
        RuleFor(request => request.Dimensions)
            .Must(dimensions => dimensions.Count <= MostDimensions).WithMessage("at most 4")
            .Must(dimensions => dimensions.Distinct().Count() == dimensions.Count).WithMessage("each at most once")
            .Must(dimensions => dimensions.Count(dimension => dimension.IsTime()) <= 1).WithMessage("at most one of HOUR, DAY, WEEK and MONTH");
        RuleForEach(request => request.Dimensions).Must(ReportTerms.IsKnown).WithMessage("must be a dimension");
        RuleFor(request => request.Filters)
            .Must(filters => filters.Count <= MostFilters).WithMessage("at most 10")
            .Must(filters => filters.Sum(filter => filter.Values.Count) <= MostValues).WithMessage("at most 100 values in all");
        RuleForEach(request => request.Filters).SetValidator(new ReportFilterValidator());
        RuleFor(request => request.From).PlainDay();
        RuleFor(request => request.To).PlainDay();
        RuleFor(request => request.TimeZone).Zone();
        RuleFor(request => request.Comparison).IsInEnum().WithMessage("must be a comparison");
        RuleFor(request => request.Order)
            .Must(orders => orders.Count <= MostOrders).WithMessage("at most 3")
            .Must(orders => orders.DistinctBy(order => (order.KeyCase, order.Metric, order.Dimension)).Count() == orders.Count).WithMessage("each at most once")
            .Must((request, orders) => orders.All(order => order.KeyCase switch
            {
                ReportOrder.KeyOneofCase.Metric => request.Metrics.Contains(order.Metric),
                ReportOrder.KeyOneofCase.Dimension => request.Dimensions.Contains(order.Dimension),
                _ => false,
            })).WithMessage("must be one of the metrics or dimensions of the request");
        RuleFor(request => request.FillEmpty)
            .Must((request, fill) => !fill || (request.Dimensions.Count == 1 && request.Dimensions[0].IsTime()))
            .WithMessage("needs one of HOUR, DAY, WEEK and MONTH as the only dimension");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request).Custom((request, context) =>
        {
            foreach (var rule in Mismatches(request))
            {
                context.AddFailure("metrics", rule);
            }
        });
    }

    /// <summary>Each metric with a dimension that it does not go with.</summary>
    private static IEnumerable<string> Mismatches(QueryReportRequest request)
    {
        foreach (var metric in request.Metrics.Where(ReportTerms.IsKnown))
        {
            foreach (var dimension in request.Dimensions.Where(ReportTerms.IsKnown).Where(dimension => !ReportTerms.GoWith(metric, dimension)))
            {
                yield return $"{ReportTerms.NameOf(metric)} does not go with the dimension {ReportTerms.NameOf(dimension)}";
            }

            foreach (var filter in request.Filters.Where(filter => ReportTerms.IsKnown(filter.Dimension) && !ReportTerms.GoWith(metric, filter.Dimension)))
            {
                yield return $"{ReportTerms.NameOf(metric)} does not go with a filter on {ReportTerms.NameOf(filter.Dimension)}";
            }

            if (metric.IsOfSections() && !request.Dimensions.Contains(ReportDimension.Section))
            {
                yield return $"{ReportTerms.NameOf(metric)} needs the dimension SECTION";
            }
        }

        if (request.Dimensions.Contains(ReportDimension.Section) && !request.Dimensions.Contains(ReportDimension.Story)
            && !request.Filters.Any(filter => filter is { Dimension: ReportDimension.Story, Match: ReportMatch.Unspecified or ReportMatch.Is, Values.Count: 1 }))
        {
            yield return "the dimension SECTION needs the dimension STORY, or a filter on exactly one";
        }
    }
}

internal sealed class ReportFilterValidator : AbstractValidator<ReportFilter>
{
    private const int MaxValue = 500;

    public ReportFilterValidator()
    {
        RuleFor(filter => filter.Dimension)
            .Must(dimension => ReportTerms.IsKnown(dimension) && !dimension.IsTime() && dimension != ReportDimension.Section)
            .WithMessage("must be a dimension other than section and those of time");
        RuleFor(filter => filter.Match)
            .IsInEnum().WithMessage("must be a way to compare")
            .Must((filter, match) => match != ReportMatch.Contains || filter.Dimension.IsFreeText())
            .WithMessage("CONTAINS is only for REFERRER_HOST and UTM_SOURCE, UTM_MEDIUM, UTM_CAMPAIGN, UTM_TERM and UTM_CONTENT");
        RuleFor(filter => filter.Values)
            .NotEmpty().WithMessage("at least one")
            .Must((filter, values) => filter.Match != ReportMatch.Contains || values.All(value => value.Length > 0)).WithMessage("CONTAINS takes no empty value");
        RuleForEach(filter => filter.Values)
            .MaximumLength(MaxValue).WithMessage("at most 500 characters")
            .Must((filter, value) => IsOf(filter.Dimension, value)).WithMessage(filter => RuleOf(filter.Dimension));
    }

    private static bool IsOf(ReportDimension dimension, string value) => dimension switch
    {
        ReportDimension.Story => NameRules.IsName(value, "stories"),
        ReportDimension.Community => NameRules.IsName(value, "communities"),
        ReportDimension.Creator => NameRules.IsName(value, "creators"),
        ReportDimension.Revision or ReportDimension.Channel or ReportDimension.Device or ReportDimension.Origin => ReportTerms.NumberOf(dimension, value) is not null,
        _ => true,
    };

    private static string RuleOf(ReportDimension dimension) => dimension switch
    {
        ReportDimension.Story => "must be a name of the form stories/{id}",
        ReportDimension.Community => "must be a name of the form communities/{id}",
        ReportDimension.Creator => "must be a name of the form creators/{id}",
        ReportDimension.Revision => "must be a number",
        _ => $"must be one of: {string.Join(", ", (ReportTerms.ValuesOf(dimension) ?? []).Select(value => value.Length == 0 ? "(empty)" : value))}",
    };
}
