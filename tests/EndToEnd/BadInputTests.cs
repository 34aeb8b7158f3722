using System.Text;
using System.Text.Json;

namespace Broadsheet.EndToEnd;

/// <summary>Bad input through the gateway's JSON port: a typed error that names the field and the rule, and nothing lost.</summary>
[Collection<SharedSamples>]
public sealed class BadInputTests(SampleSuite samples)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, int, string, string> Cases => new()
    {
        { "POST", "/v1/stories:import", """{"document": {"content": "", "mediaType": "text/plain"}}""", 400, "INVALID_FIELD", "document.content" },
        { "POST", "/v1/stories:import", """{}""", 400, "INVALID_FIELD", "document" },
        { "POST", "/v1/stories:import", """{"document": {"content": "***", "mediaType": "text/plain"}}""", 400, "MALFORMED_REQUEST", "document.content" },
        { "POST", "/v1/stories:import", """{"document": {"content": "YQ==", "mediaType": "text/plain", "capturedAt": "yesterday"}}""", 400, "MALFORMED_REQUEST", "document.captured_at" },
        { "POST", "/v1/stories:import", """{"document": {"content": "YQ==", "mediaType": "image/png"}}""", 400, "MEDIA_TYPE_UNSUPPORTED", "document.media_type" },
        { "POST", "/v1/stories:import", """{"document": {"content": """, 400, "MALFORMED_REQUEST", "" },
        { "POST", "/v1/stories:import", """{"document": {"content": "YQ==", "mediaType": "text/plain"}, "requestId": "seven"}""", 400, "INVALID_FIELD", "request_id" },
        { "POST", "/v1/stories", """{"title": "\ud800"}""", 400, "MALFORMED_REQUEST", "" },
        { "GET", "/v1/stories/none", "", 404, "RESOURCE_NOT_FOUND", "" },
        { "GET", "/v1/nothing/here", "", 404, "PATH_UNKNOWN", "" },
        { "PUT", "/v1/stories", "{}", 405, "METHOD_UNKNOWN", "" },
        { "GET", "/v1/stories?pageToken=nonsense", "", 400, "PAGE_TOKEN_INVALID", "page_token" },
        { "GET", "/v1/stories?pageSize=many", "", 400, "MALFORMED_REQUEST", "page_size" },
        { "GET", "/v1/stories?state=NOPE", "", 400, "MALFORMED_REQUEST", "state" },
        { "GET", "/v1/search?query=x&pageToken=nonsense", "", 400, "PAGE_TOKEN_INVALID", "page_token" },
        { "GET", "/v1/timeline?pageToken=nonsense", "", 400, "PAGE_TOKEN_INVALID", "page_token" },
        { "GET", "/v1/ask", "", 400, "INVALID_FIELD", "question" },
        { "GET", "/v1/changes?cursor=nonsense", "", 400, "CURSOR_INVALID", "cursor" },
        { "POST", "/v1/stories/none:publish", """{"etag": "*"}""", 404, "RESOURCE_NOT_FOUND", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Bad_input_gets_a_typed_error(string method, string path, string body, int httpStatus, string reason, string field)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await samples.Suite.Http.SendAsync(request, Cancel);
        await AssertErrorAsync(response, httpStatus, reason, field);
    }

    [Fact]
    public async Task Document_of_20_MB_names_its_field()
    {
        using var response = await samples.Suite.Http.PostAsync("/v1/stories:import", Import(20_000_000), Cancel);
        await AssertErrorAsync(response, 400, "DOCUMENT_TOO_LARGE", "document.content");
    }

    [Fact]
    public async Task Document_of_100_MB_is_refused_unread()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/stories:import") { Content = Import(100_000_000) };
        request.Headers.ExpectContinue = true;
        using var response = await samples.Suite.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await AssertErrorAsync(response, 413, "REQUEST_TOO_LARGE", "");
    }

    [Fact]
    public async Task Binary_noise_as_text_is_unreadable()
    {
        var noise = new byte[4096];
        new Random(7).NextBytes(noise);
        var body = JsonSerializer.Serialize(new { document = new { content = Convert.ToBase64String(noise), mediaType = "text/plain" } });
        using var response = await samples.Suite.Http.PostAsync("/v1/stories:import", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        await AssertErrorAsync(response, 400, "DOCUMENT_UNREADABLE", "document.content");
    }

    [Fact]
    public async Task Etag_that_is_missing_or_wrong_and_a_request_id_that_is_reused_are_refused()
    {
        var story = samples.Stories[0];
        async Task<HttpResponseMessage> PatchAsync(string query, string body) =>
            await samples.Suite.Http.PatchAsync($"/v1/{story.Name}{query}", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

        using (var response = await PatchAsync("", """{"dek": "New"}"""))
        {
            await AssertErrorAsync(response, 400, "ETAG_MISSING", "story.etag");
        }

        using (var response = await PatchAsync("", """{"dek": "New", "etag": "v1"}"""))
        {
            var error = await AssertErrorAsync(response, 409, "ETAG_MISMATCH", "");
            Assert.Equal(10, error.GetProperty("code").GetInt32());
            Assert.Equal(story.Etag, error.GetProperty("details")[0].GetProperty("metadata").GetProperty("etag").GetString());
        }

        var id = Guid.NewGuid();
        using (var response = await samples.Suite.Http.PostAsync($"/v1/communities?requestId={id}", new StringContent("""{"displayName": "First"}""", Encoding.UTF8, "application/json"), Cancel))
        {
            Assert.True(response.IsSuccessStatusCode);
        }

        using (var response = await samples.Suite.Http.PostAsync($"/v1/communities?requestId={id}", new StringContent("""{"displayName": "Second"}""", Encoding.UTF8, "application/json"), Cancel))
        {
            await AssertErrorAsync(response, 400, "REQUEST_ID_REUSED", "request_id");
        }
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "a=b")]
    [InlineData("application/json; charset=utf-16", "{}")]
    [InlineData("application/json; charset=bogus", "{}")]
    public async Task Body_that_is_not_JSON_in_UTF_8_is_refused_as_such_each_time(string contentType, string body)
    {
        for (var i = 0; i < 20; i++)
        {
            using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
            content.Headers.TryAddWithoutValidation("content-type", contentType);
            using var response = await samples.Suite.Http.PostAsync("/v1/stories", content, Cancel);
            await AssertErrorAsync(response, 400, "MALFORMED_REQUEST", "");
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        using var content = new ByteArrayContent([.. "{\"title\":\""u8, 0xFF, 0xFE, .. "\"}"u8]);
        content.Headers.TryAddWithoutValidation("content-type", "application/json");
        using var response = await samples.Suite.Http.PostAsync("/v1/stories", content, Cancel);
        await AssertErrorAsync(response, 400, "MALFORMED_REQUEST", "");
    }

    [Fact]
    public async Task Nothing_bad_was_stored()
    {
        var stories = await samples.Suite.AllStoriesAsync();
        Assert.Equal(samples.Stories.Select(story => story.Name), stories.Select(story => story.Name));
    }

    private static StringContent Import(int bytes) => new(
        JsonSerializer.Serialize(new { document = new { content = Encoding.ASCII.GetBytes(new string('a', bytes)), mediaType = "text/plain" } }), Encoding.UTF8, "application/json");

    private static async Task<JsonElement> AssertErrorAsync(HttpResponseMessage response, int httpStatus, string reason, string field)
    {
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)response.StatusCode == httpStatus, $"{(int)response.StatusCode}: {text}");
        var error = JsonDocument.Parse(text).RootElement;
        var details = error.GetProperty("details").EnumerateArray().ToArray();
        var info = Assert.Single(details, detail => detail.GetProperty("@type").GetString()!.EndsWith("ErrorInfo", StringComparison.Ordinal));
        Assert.Equal(("broadsheet", reason), (info.GetProperty("domain").GetString(), info.GetProperty("reason").GetString()));
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        if (field.Length > 0)
        {
            var violations = Assert.Single(details, detail => detail.GetProperty("@type").GetString()!.EndsWith("BadRequest", StringComparison.Ordinal)).GetProperty("fieldViolations");
            Assert.Contains(violations.EnumerateArray(), violation => violation.GetProperty("field").GetString() == field && violation.GetProperty("description").GetString()!.Length > 0);
        }

        return error;
    }
}
