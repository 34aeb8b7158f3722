using System.CommandLine;
using Broadsheet.Content.V1;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet stories [NAME]</c></summary>
internal static class StoriesCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("name") { Description = "Show this story (stories/…) instead of the list.", Arity = ArgumentArity.ZeroOrOne };
        var community = new Option<string>("--community") { Description = "Only of communities/…", DefaultValueFactory = _ => "" };
        var creator = new Option<string>("--creator") { Description = "Only by creators/…", DefaultValueFactory = _ => "" };
        return ServerCommand.Create(new Command("stories", "Lists stories, or shows one.") { name, community, creator }, async session =>
        {
            var client = new StoryService.StoryServiceClient(session.Channel.Invoker);
            if (session.Arguments.GetValue(name) is { } wanted)
            {
                var story = await client.GetStoryAsync(new GetStoryRequest { Name = wanted }, cancellationToken: session.Cancel);
                Show(story, session.Json, whole: true);
                return 0;
            }

            var request = new ListStoriesRequest
            {
                Community = session.Arguments.GetRequiredValue(community),
                Creator = session.Arguments.GetRequiredValue(creator),
                PageSize = 200,
            };
            do
            {
                var page = await client.ListStoriesAsync(request, cancellationToken: session.Cancel);
                foreach (var story in page.Stories)
                {
                    Show(story, session.Json, whole: false);
                }

                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            return 0;
        });
    }

    private static void Show(Story story, bool json, bool whole)
    {
        if (json)
        {
            ServerCommand.WriteJson(story);
            return;
        }

        var when = story.PublishTimeUncertainty is { } bounds ? bounds.Stated : story.PublishTime?.ToDateTime().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) ?? "unpublished";
        Console.WriteLine($"{story.Title}\n  {story.Name}  {story.CommunityDisplayName}  {story.CreatorDisplayName}  {when}  {story.ReadingMinutes} min");
        if (whole)
        {
            Console.WriteLine($"\n{story.Dek}\n\n{story.PlainText}");
        }
    }
}
