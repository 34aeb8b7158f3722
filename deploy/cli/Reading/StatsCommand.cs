using System.CommandLine;
using System.Globalization;
using Broadsheet.Analytics.V1;
using Google.Type;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet stats</c></summary>
internal static class StatsCommand
{
    public static Command Create()
    {
        var story = new Argument<string>("story") { Description = "stories/…" };
        var day = new Option<DateOnly?>("--day") { Description = "One UTC day, YYYY-MM-DD, instead of the last 30." };
        return ServerCommand.Create(new Command("stats", "Shows how a story is read.") { story, day }, async session =>
        {
            var date = session.Arguments.GetValue(day) is { } one ? new Date { Year = one.Year, Month = one.Month, Day = one.Day } : null;
            var report = await new ReportService.ReportServiceClient(session.Channel.Invoker).GetStoryReportAsync(
                new GetStoryReportRequest { Story = session.Arguments.GetRequiredValue(story), From = date, To = date }, cancellationToken: session.Cancel);
            if (session.Json)
            {
                ServerCommand.WriteJson(report);
                return 0;
            }

            Write(report);
            return 0;
        });
    }

    private static void Write(StoryReport report)
    {
        Line($"{report.Story}, {Text(report.Period.From)} to {Text(report.Period.To)}");
        Line($"  views {report.Views}, reads {report.Reads}{(report.HasReadRatio ? $" ({report.ReadRatio:P0})" : "")} by {report.ReadRule}, engaged {report.EngagedSeconds:0} s{(report.HasDepth ? $", depth {report.Depth:P0}" : "")}, shares {report.Shares}");
        Line(report.HasUniqueReaders ? $"  readers {report.UniqueReaders}" : (FormattableString)$"  signed-in readers {report.SignedInReaders}, reader-days {report.ReaderDays}");
        foreach (var revision in report.Revisions)
        {
            Line($"  revision {revision.Revision}: views {revision.Views}, reads {revision.Reads}, engaged {revision.EngagedSeconds:0} s");
            foreach (var section in revision.Sections)
            {
                Line($"    {section.Section}: {section.Reached}{(section.HasShare ? $" ({section.Share:P0})" : "")}");
            }
        }
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static string Text(Date date) => string.Create(CultureInfo.InvariantCulture, $"{date.Year:0000}-{date.Month:00}-{date.Day:00}");
}
