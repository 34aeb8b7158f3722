using System.Net;
using System.Text;
using System.Text.Json;
using static Broadsheet.Content.Tests.Workflow.Newsroom;

namespace Broadsheet.Content.Tests.Workflow;

public sealed class WorkflowJsonTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_step_can_be_taken_as_JSON()
    {
        await using var content = await ContentFixture.StartAsync();
        await content.SeedAsync();
        var name = (await content.DraftAsync(Ada)).Name;

        Assert.Equal("STORY_STATE_SUBMITTED", (await PostAsync("submit", "{}")).GetProperty("state").GetString());
        Assert.Equal("STORY_STATE_DRAFT", (await PostAsync("withdraw", "{}")).GetProperty("state").GetString());
        await PostAsync("submit", "{}");
        var returned = await PostAsync("review", """{"verdict": "REVIEW_VERDICT_RETURN", "reasons": [{"code": "too_short", "section": "lead"}]}""");
        Assert.Equal("too_short", returned.GetProperty("review").GetProperty("reasons")[0].GetProperty("code").GetString());
        Assert.Equal("2031-02-03T04:05:06.789Z", (await PostAsync("schedule", """{"scheduleTime": "2031-02-03T04:05:06.789Z"}""")).GetProperty("scheduleTime").GetString());
        Assert.Equal("STORY_STATE_PUBLISHED", (await PostAsync("publish", "{}")).GetProperty("state").GetString());
        Assert.True((await SendAsync(HttpMethod.Get, $"{name}:check", null)).GetProperty("passed").GetBoolean());
        await SendAsync(HttpMethod.Patch, name, """{"etag": "*", "dek": "A dek"}""");
        var diff = await SendAsync(HttpMethod.Get, $"{name}:diff?from=1&to=2", null);
        Assert.Equal("dek", diff.GetProperty("fields")[0].GetProperty("field").GetString());
        Assert.Equal(3, (await SendAsync(HttpMethod.Post, $"{name}/revisions/1:restore", """{"etag": "*"}""")).GetProperty("revision").GetInt32());
        Assert.Equal("STORY_STATE_ARCHIVED", (await PostAsync("archive", "{}")).GetProperty("state").GetString());

        Task<JsonElement> PostAsync(string verb, string body) => SendAsync(HttpMethod.Post, $"{name}:{verb}", body == "{}" ? """{"etag": "*"}""" : $$"""{"etag": "*", {{body[1..]}}""");

        async Task<JsonElement> SendAsync(HttpMethod method, string path, string? body)
        {
            using var http = new HttpClient { BaseAddress = content.Address };
            using var request = new HttpRequestMessage(method, $"/v1/{path}") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Headers.Add("x-broadsheet-caller", "creators/ed;roles=editor");
            if (body is not null)
            {
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            }

            using var response = await http.SendAsync(request, Cancel);
            var text = await response.Content.ReadAsStringAsync(Cancel);
            Assert.True(response.IsSuccessStatusCode, text);
            return JsonDocument.Parse(text).RootElement.Clone();
        }
    }
}
