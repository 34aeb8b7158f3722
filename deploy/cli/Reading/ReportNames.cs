using Broadsheet.Analytics.V1;
using Google.Protobuf.Reflection;

namespace Broadsheet.Cli.Reading;

/// <summary>Metrics and dimensions as one types them: the contract's names in lower case, with hyphens (<c>read-ratio</c>).</summary>
internal static class ReportNames
{
    private const string MetricPrefix = "REPORT_METRIC_";
    private const string DimensionPrefix = "REPORT_DIMENSION_";

    /// <summary>The metric of the name; null if there is none.</summary>
    public static ReportMetric? Metric(string name) => (ReportMetric?)Number(nameof(ReportMetric), MetricPrefix, name);

    /// <summary>The dimension of the name; null if there is none.</summary>
    public static ReportDimension? Dimension(string name) => (ReportDimension?)Number(nameof(ReportDimension), DimensionPrefix, name);

    private static int? Number(string type, string prefix, string name) =>
        ReportQueryReflection.Descriptor.FindTypeByName<EnumDescriptor>(type).FindValueByName($"{prefix}{name.ToUpperInvariant().Replace('-', '_')}")?.Number is int number and not 0 ? number : null;
}
