using System.CommandLine;
using System.Globalization;
using Broadsheet.Analytics.V1;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet trending</c></summary>
internal static class TrendingCommand
{
    public static Command Create()
    {
        var community = new Option<string>("--community") { Description = "Only of communities/…", DefaultValueFactory = _ => "" };
        var size = new Option<int>("--limit") { Description = "How many stories.", DefaultValueFactory = _ => 10 };
        return ServerCommand.Create(new Command("trending", "Lists what is read most right now, and why.") { community, size }, async session =>
        {
            var trending = await new ReportService.ReportServiceClient(session.Channel.Invoker).ListTrendingAsync(
                new ListTrendingRequest { Community = session.Arguments.GetRequiredValue(community), PageSize = session.Arguments.GetValue(size) }, cancellationToken: session.Cancel);
            if (session.Json)
            {
                ServerCommand.WriteJson(trending);
                return 0;
            }

            foreach (var story in trending.Stories)
            {
                var parts = story.Score.Parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Signal.ToString().ToLowerInvariant()} {part.Count} → {part.Contribution:0.##}"));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{story.Score.Value:0.##}  {story.Story}  ({string.Join(", ", parts)}; age × {story.Score.AgeDecay:0.##})"));
            }

            return 0;
        });
    }
}
