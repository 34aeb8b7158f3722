using System.CommandLine;
using System.Globalization;
using Broadsheet.Query.V1;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet related STORY</c></summary>
internal static class RelatedCommand
{
    public static Command Create()
    {
        var story = new Argument<string>("story") { Description = "stories/…" };
        var size = new Option<int>("--limit") { Description = "How many stories.", DefaultValueFactory = _ => 10 };
        return ServerCommand.Create(new Command("related", "Lists stories that have most in common with one, and what.") { story, size }, async session =>
        {
            var response = await new ExploreService.ExploreServiceClient(session.Channel.Invoker).ListRelatedAsync(
                new ListRelatedRequest { Story = session.Arguments.GetRequiredValue(story), PageSize = session.Arguments.GetValue(size) },
                cancellationToken: session.Cancel);
            if (session.Json)
            {
                ServerCommand.WriteJson(response);
                return 0;
            }

            foreach (var related in response.Stories)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{related.Score,6:0.00}  {related.Title}{(related.NearDuplicate ? " (says the same)" : "")}\n        {related.Story}"));
                Show("names", related.Entities.Select(entity => entity.DisplayName));
                Show("dates", related.Dates.Select(Format));
                Show("words", related.Terms.Select(term => term.Text));
                Show("topics", related.Topics);
            }

            return 0;
        });
    }

    private static void Show(string what, IEnumerable<string> shared)
    {
        if (string.Join(", ", shared) is { Length: > 0 } list)
        {
            Console.WriteLine($"        {what}: {list}");
        }
    }

    private static string Format(SharedDate shared) => shared switch
    {
        { Precision: DatePrecision.Decade } => $"{shared.Date.Year}s",
        { Date: { Year: < 0 } date } => $"{-date.Year} BC",
        { Date: { Month: 0 } date } => $"{date.Year}",
        { Date: { Day: 0 } date } => $"{date.Year}-{date.Month:00}",
        _ => $"{shared.Date.Year}-{shared.Date.Month:00}-{shared.Date.Day:00}",
    };
}
