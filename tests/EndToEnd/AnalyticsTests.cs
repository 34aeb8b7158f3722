using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Broadsheet.Content.V1;

namespace Broadsheet.EndToEnd;

/// <summary>Reading events through the gateway, from the moment in which a story is published.</summary>
public sealed class AnalyticsTests
{
    [Fact]
    public async Task Events_count_once_from_the_moment_of_publishing_and_show_in_reports_insights_and_trending()
    {
        await using var suite = await RunningSuite.StartAsync();
        var content = suite.Channel.Invoker;
        var community = await new CommunityService.CommunityServiceClient(content).CreateCommunityAsync(new() { Community = new() { DisplayName = "Geeks" } }, cancellationToken: RunningSuite.Cancel);
        var creator = await new CreatorService.CreatorServiceClient(content).CreateCreatorAsync(new() { Creator = new() { DisplayName = "Ada" } }, cancellationToken: RunningSuite.Cancel);
        var stories = new StoryService.StoryServiceClient(content);
        var story = await stories.CreateStoryAsync(
            new CreateStoryRequest
            {
                Story = new Story { Title = "How tides work", Community = community.Name, Creator = creator.Name, Sections = { new Section { Blocks = { new Block { Text = "The moon pulls." } } } } },
            },
            cancellationToken: RunningSuite.Cancel);
        story = await stories.PublishStoryAsync(new PublishStoryRequest { Name = story.Name, Etag = story.Etag }, cancellationToken: RunningSuite.Cancel);

        // At once: the feed need not have brought the story yet.
        var now = TimeProvider.System.GetUtcNow();
        var body = new
        {
            events = new object[]
            {
                Event(now.AddSeconds(-50), new { visit = "v1", view = new { } }),
                Event(now.AddSeconds(-5), new { visit = "v1", heartbeat = new { engagedSeconds = 40, sections = new[] { story.Sections[0].Id } } }),
                Event(now, new { visit = "v2", view = new { }, client = new { userAgent = "Googlebot/2.1" } }),
            },
        };
        Assert.Equal((2, 1), await PostAsync());
        Assert.Equal((0, 3), await PostAsync());

        var path = $"/v1/{story.Name}";
        Assert.Equal(0, (await GetAsync($"{path}/insights")).GetProperty("total").GetInt32());
        JsonElement report;
        do
        {
            report = await GetAsync($"{path}/report");
        }
        while (report.GetProperty("views").GetInt32() == 0);
        Assert.Equal((1, 1), (report.GetProperty("views").GetInt32(), report.GetProperty("reads").GetInt32()));
        Assert.Equal("read/1", report.GetProperty("readRule").GetString());

        using var request = new HttpRequestMessage(HttpMethod.Post, $"{path}/insights") { Content = JsonContent.Create(new { level = "INSIGHT_LEVEL_OUTSTANDING" }) };
        request.Headers.Add("x-broadsheet-caller", "readers/ann");
        using var given = await suite.Http.SendAsync(request, RunningSuite.Cancel);
        Assert.Equal(HttpStatusCode.OK, given.StatusCode);
        Assert.Equal(1, (await GetAsync($"{path}/insights")).GetProperty("total").GetInt32());
        Assert.Equal(3, (await GetAsync("/v1/insights:describe")).GetProperty("levels").GetArrayLength());
        Assert.Equal(story.Name, (await GetAsync("/v1/trending")).GetProperty("stories")[0].GetProperty("story").GetString());

        Dictionary<string, object> Event(DateTimeOffset at, object more)
        {
            var made = JsonSerializer.Deserialize<Dictionary<string, object>>(JsonSerializer.Serialize(more))!;
            made["eventId"] = Guid.NewGuid();
            made["story"] = story.Name;
            made["occurredAt"] = at;
            return made;
        }

        async Task<(int Counted, int NotCounted)> PostAsync()
        {
            using var response = await suite.Http.PostAsJsonAsync("/v1/events", body, RunningSuite.Cancel);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(RunningSuite.Cancel);
            Assert.True(response.IsSuccessStatusCode, answer.ToString());
            return (answer.GetProperty("counted").GetInt32(), answer.GetProperty("notCounted").GetArrayLength());
        }

        async Task<JsonElement> GetAsync(string address) => await suite.Http.GetFromJsonAsync<JsonElement>(address, RunningSuite.Cancel);
    }
}
