using System.CommandLine;
using System.Globalization;
using Broadsheet.Query.V1;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet explore</c></summary>
internal static class ExploreCommand
{
    private static readonly string[] Feeds = ["latest", "trending", "following"];

    public static Command Create()
    {
        var feed = new Option<string>("--feed") { Description = "latest, trending or following (needs --caller).", DefaultValueFactory = _ => "latest" };
        feed.AcceptOnlyFromAmong(Feeds);
        var community = new Option<string>("--community") { Description = "Only of communities/…", DefaultValueFactory = _ => "" };
        var creator = new Option<string>("--creator") { Description = "Only by creators/…", DefaultValueFactory = _ => "" };
        var topic = new Option<string>("--topic") { Description = "Only with this topic.", DefaultValueFactory = _ => "" };
        var size = new Option<int>("--limit") { Description = "How many stories.", DefaultValueFactory = _ => 10 };
        return ServerCommand.Create(new Command("explore", "Lists what to read next, and why.") { feed, community, creator, topic, size }, async session =>
        {
            var response = await new ExploreService.ExploreServiceClient(session.Channel.Invoker).ExploreAsync(
                new ExploreRequest
                {
                    Feed = Enum.Parse<ExploreFeed>(session.Arguments.GetRequiredValue(feed), ignoreCase: true),
                    Community = session.Arguments.GetRequiredValue(community),
                    Creator = session.Arguments.GetRequiredValue(creator),
                    Topic = session.Arguments.GetRequiredValue(topic),
                    PageSize = session.Arguments.GetValue(size),
                },
                cancellationToken: session.Cancel);
            if (session.Json)
            {
                ServerCommand.WriteJson(response);
                return 0;
            }

            if (NoteOf(response.FallbackReason) is { } note)
            {
                await Console.Error.WriteLineAsync(note);
            }

            foreach (var story in response.Stories)
            {
                Console.WriteLine($"{story.Title}\n  {story.Story} by {story.Creator}: {Describe(story.Reason)}");
            }

            return 0;
        });
    }

    /// <summary>Why a story is there, in words.</summary>
    public static string Describe(ExploreReason reason) => reason.ReasonCase switch
    {
        ExploreReason.ReasonOneofCase.Trending => string.Create(
            CultureInfo.InvariantCulture, $"trending, number {reason.Trending.Rank}{(reason.Trending.Score is { } score ? $", score {score.Value:0.##}" : "")}"),
        ExploreReason.ReasonOneofCase.Following => $"you follow {string.Join(" and ", ((string[])[reason.Following.Creator, reason.Following.Community]).Where(name => name.Length > 0))}",
        _ => Within(reason.Latest) is { Length: > 0 } within ? $"latest {within}" : "latest",
    };

    private static string Within(LatestReason? reason) => reason is null ? "" : string.Join(' ', ((string[])
        [
            reason.Community.Length > 0 ? $"in {reason.Community}" : "",
            reason.Creator.Length > 0 ? $"by {reason.Creator}" : "",
            reason.Topic.Length > 0 ? $"on {reason.Topic}" : "",
        ]).Where(part => part.Length > 0));

    private static string? NoteOf(ExploreFallbackReason reason) => reason switch
    {
        ExploreFallbackReason.AnalyticsNotConfigured => "No analytics: the latest instead of what trends.",
        ExploreFallbackReason.AnalyticsUnavailable or ExploreFallbackReason.AnalyticsTooSlow or ExploreFallbackReason.AnalyticsNotAsked =>
            "Analytics does not answer: the latest instead of what trends.",
        ExploreFallbackReason.TooFewTrending => "Few stories trend: the latest fill up.",
        _ => null,
    };
}
