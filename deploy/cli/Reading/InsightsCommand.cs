using System.CommandLine;
using System.Globalization;
using Broadsheet.Analytics.V1;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet insights</c></summary>
internal static class InsightsCommand
{
    public static Command Create()
    {
        var story = new Argument<string>("story") { Description = "stories/…" };
        return ServerCommand.Create(new Command("insights", "Shows what readers think of a story.") { story }, async session =>
        {
            var client = new InsightService.InsightServiceClient(session.Channel.Invoker);
            var insights = await client.GetStoryInsightsAsync(
                new GetStoryInsightsRequest { Story = session.Arguments.GetRequiredValue(story) }, cancellationToken: session.Cancel);
            if (session.Json)
            {
                ServerCommand.WriteJson(insights);
                return 0;
            }

            if (insights.Total == 0)
            {
                Console.WriteLine($"{insights.Story}: be the first to share your insights.");
                return 0;
            }

            var labels = await client.DescribeInsightsAsync(new DescribeInsightsRequest(), cancellationToken: session.Cancel);
            Console.WriteLine($"{insights.Story}: {insights.Total} of {insights.QualifiedReaders} readers{(insights.Rankable ? "" : ", too few to compare")}");
            foreach (var level in insights.Levels.Where(level => level.Count > 0))
            {
                Line(labels.Levels.Single(label => label.Level == level.Level).Label, level.Count, level.Share, level.Low, level.High, level.BaseRate);
            }

            foreach (var strength in insights.Strengths.Where(strength => strength.Count > 0))
            {
                Line(labels.Strengths.Single(label => label.Strength == strength.Strength).Label, strength.Count, strength.Share, strength.Low, strength.High, strength.BaseRate);
            }

            return 0;
        });
    }

    private static void Line(string label, long count, double share, double low, double high, double baseRate) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"  {label}: {count}, {share:P0} ({low:P0} to {high:P0}; community {baseRate:P0})"));
}
