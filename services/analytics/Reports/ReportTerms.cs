using System.Collections.Frozen;
using Broadsheet.Analytics.V1;
using Google.Protobuf.Reflection;

namespace Broadsheet.Analytics.Reports;

/// <summary>Which metrics and dimensions there are, and what goes with what.</summary>
internal static class ReportTerms
{
    private static readonly FrozenDictionary<int, string> MetricNames = Names("ReportMetric", "REPORT_METRIC_");
    private static readonly FrozenDictionary<int, string> DimensionNames = Names("ReportDimension", "REPORT_DIMENSION_");

    /// <summary>Name of the metric without its prefix (<c>READ_RATIO</c>).</summary>
    public static string NameOf(ReportMetric metric) => MetricNames[(int)metric];

    /// <summary>Name of the dimension without its prefix (<c>UTM_SOURCE</c>).</summary>
    public static string NameOf(ReportDimension dimension) => DimensionNames[(int)dimension];

    /// <summary>True for a metric that the contract knows.</summary>
    public static bool IsKnown(ReportMetric metric) => metric != ReportMetric.Unspecified && MetricNames.ContainsKey((int)metric);

    /// <summary>True for a dimension that the contract knows.</summary>
    public static bool IsKnown(ReportDimension dimension) => dimension != ReportDimension.Unspecified && DimensionNames.ContainsKey((int)dimension);

    /// <summary>True for hour, day, week and month.</summary>
    public static bool IsTime(this ReportDimension dimension) => dimension is >= ReportDimension.Hour and <= ReportDimension.Month;

    /// <summary>True for what is a property of the story alone.</summary>
    public static bool IsOfStory(this ReportDimension dimension) => dimension is ReportDimension.Story or ReportDimension.Community or ReportDimension.Creator;

    /// <summary>True for free text that comes from addresses.</summary>
    public static bool IsFreeText(this ReportDimension dimension) =>
        dimension is ReportDimension.ReferrerHost or (>= ReportDimension.UtmSource and <= ReportDimension.UtmContent);

    /// <summary>True for what is kept as text; the others are numbers.</summary>
    public static bool IsText(this ReportDimension dimension) => dimension.IsOfStory() || dimension.IsFreeText() || dimension == ReportDimension.Section;

    /// <summary>True for metrics of the dimension section.</summary>
    public static bool IsOfSections(this ReportMetric metric) => metric is ReportMetric.Reached or ReportMetric.ReachedShare;

    /// <summary>True for metrics that are told of stories, not of visits.</summary>
    public static bool IsOfStories(this ReportMetric metric) => metric is ReportMetric.Comments or ReportMetric.Insights;

    /// <summary>True if figures of the metric can be told apart by the dimension.</summary>
    public static bool GoWith(ReportMetric metric, ReportDimension dimension) =>
        metric.IsOfStories() ? dimension.IsOfStory() || dimension.IsTime() : dimension != ReportDimension.Section || metric.IsOfSections();

    /// <summary>The text of a number that a dimension has for it; null for one that it does not have.</summary>
    public static string? ValueOf(ReportDimension dimension, long number) => dimension switch
    {
        ReportDimension.Revision => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ReportDimension.Channel => At(Channels, number),
        ReportDimension.Device => At(Devices, number),
        ReportDimension.Origin => At(Origins, number),
        _ => null,
    };

    /// <summary>The number that a dimension has for the text; null if there is none.</summary>
    public static long? NumberOf(ReportDimension dimension, string value) => dimension switch
    {
        ReportDimension.Revision => int.TryParse(value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var revision) ? revision : null,
        ReportDimension.Channel => Place(Channels, value),
        ReportDimension.Device => Place(Devices, value),
        ReportDimension.Origin => Place(Origins, value),
        _ => null,
    };

    /// <summary>The values that a filter of the dimension may have; null where they are not a list.</summary>
    public static IReadOnlyList<string>? ValuesOf(ReportDimension dimension) => dimension switch
    {
        ReportDimension.Channel => Channels,
        ReportDimension.Device => Devices,
        ReportDimension.Origin => Origins,
        _ => null,
    };

    // By the numbers that are stored.
    private static readonly string[] Channels = ["", "direct", "search", "social", "mail", "referral", "paid", "internal", "assistant", "campaign"];
    private static readonly string[] Devices = ["", "desktop", "phone", "tablet"];
    private static readonly string[] Origins = ["recorded", "imported"];

    private static string? At(string[] values, long number) => number >= 0 && number < values.Length ? values[number] : null;

    private static long? Place(string[] values, string value) => Array.IndexOf(values, value) is >= 0 and var place ? place : null;

    private static FrozenDictionary<int, string> Names(string type, string prefix) =>
        ReportQueryReflection.Descriptor.FindTypeByName<EnumDescriptor>(type).Values.ToFrozenDictionary(value => value.Number, value => value.Name[prefix.Length..]);
}
