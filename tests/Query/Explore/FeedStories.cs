using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Query.Tests.Explore;

/// <summary>Stories of which only when and by whom they are matters.</summary>
internal static class FeedStories
{
    public static Timestamp Time(int minute) => Timestamp.FromDateTime(new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(minute));

    public static Story Of(string id, int minute, string creator, string community = "geeks", string topic = "", string language = "en")
    {
        var story = Stories.Simple(id, $"Story {id}", "Something happened.");
        story.PublishTime = Time(minute);
        story.Creator = $"creators/{creator}";
        story.Community = $"communities/{community}";
        story.Language = language;
        if (topic.Length > 0)
        {
            story.Topics.Add(topic);
        }

        return story;
    }

    /// <summary>Stories by these creators, the first one the latest; named by their place.</summary>
    public static Story[] InOrder(string creators) =>
        [.. creators.Split(' ').Select((creator, i) => Of($"{i}", 10_000 - i, creator))];

    public static string[] Names(ExploreResponse page) => [.. page.Stories.Select(story => story.Story["stories/".Length..])];

    /// <summary>The names on all pages from a request on.</summary>
    public static async Task<string[]> WalkAsync(QueryFixture query, ExploreRequest request)
    {
        request = request.Clone();
        var names = new List<string>();
        do
        {
            var page = await query.Exploring.ExploreAsync(request, cancellationToken: TestContext.Current.CancellationToken);
            names.AddRange(Names(page));
            Assert.True(page.Stories.Count > 0 || page.NextPageToken.Length == 0);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return [.. names];
    }
}
