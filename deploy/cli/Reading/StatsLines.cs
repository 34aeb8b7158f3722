using System.Globalization;
using Broadsheet.Analytics.V1;
using Google.Protobuf.Reflection;
using Google.Type;

namespace Broadsheet.Cli.Reading;

/// <summary>Reports in words.</summary>
internal static class StatsLines
{
    /// <summary>How a story is read, by revision and section.</summary>
    public static IEnumerable<FormattableString> Of(StoryReport report)
    {
        yield return $"{report.Story}, {Text(report.Period.From)} to {Text(report.Period.To)}";
        yield return $"  views {report.Views}, reads {report.Reads}{(report.HasReadRatio ? $" ({report.ReadRatio:P0})" : "")} by {report.ReadRule}, engaged {report.EngagedSeconds:0} s{(report.HasDepth ? $", depth {report.Depth:P0}" : "")}, shares {report.Shares}";
        yield return report.HasUniqueReaders ? $"  readers {report.UniqueReaders}" : (FormattableString)$"  signed-in readers {report.SignedInReaders}, reader-days {report.ReaderDays}";
        foreach (var revision in report.Revisions)
        {
            yield return $"  revision {revision.Revision}: views {revision.Views}, reads {revision.Reads}, engaged {revision.EngagedSeconds:0} s";
            foreach (var section in revision.Sections)
            {
                yield return $"    {section.Section}: {section.Reached}{(section.HasShare ? $" ({section.Share:P0})" : "")}";
            }
        }
    }

    /// <summary>Any figures, a line a row.</summary>
    public static IEnumerable<FormattableString> Of(string name, QueryReportResponse answer)
    {
        var compared = answer.PreviousPeriod is { } before ? $" (before: {Text(before.From)} to {Text(before.To)})" : "";
        yield return $"{(name.Length == 0 ? "site" : name)}, {Text(answer.Period.From)} to {Text(answer.Period.To)}, {answer.Period.TimeZone}, {answer.ReadRule}{compared}";
        foreach (var row in answer.Rows)
        {
            var keys = string.Join(", ", row.Keys.Select(key => key.Value.Length == 0 ? "(unknown)" : key.Title.Length > 0 ? $"{key.Value} {key.Title}" : key.Value));
            yield return $"  {(keys.Length == 0 ? "all" : keys)}: {string.Join(", ", Figures(row))}";
        }

        if (answer.NextPageToken.Length > 0)
        {
            yield return $"  … more with --limit";
        }
    }

    private static IEnumerable<string> Figures(ReportRow row)
    {
        foreach (var field in ReportFigures.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.Accessor.HasValue(row.Figures) || (row.Previous is not null && field.Accessor.HasValue(row.Previous)))
            {
                var before = row.Previous is null ? "" : $" (before {Value(field, row.Previous)})";
                yield return $"{field.Name.Replace('_', ' ')} {Value(field, row.Figures)}{before}";
            }
        }
    }

    private static string Value(FieldDescriptor field, ReportFigures figures) => !field.Accessor.HasValue(figures) ? "–" : field.FieldNumber switch
    {
        ReportFigures.ReadRatioFieldNumber or ReportFigures.DepthFieldNumber or ReportFigures.ReachedShareFieldNumber => string.Create(CultureInfo.InvariantCulture, $"{field.Accessor.GetValue(figures):P0}"),
        ReportFigures.EngagedSecondsFieldNumber or ReportFigures.EngagedSecondsPerVisitFieldNumber => string.Create(CultureInfo.InvariantCulture, $"{field.Accessor.GetValue(figures):0}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{field.Accessor.GetValue(figures)}"),
    };

    private static string Text(Date date) => string.Create(CultureInfo.InvariantCulture, $"{date.Year:0000}-{date.Month:00}-{date.Day:00}");
}
