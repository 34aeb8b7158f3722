using System.Net;
using System.Text;
using System.Text.Json;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Testing;

namespace Broadsheet.Hosting.Tests;

public sealed class JsonErrorTests : IAsyncLifetime
{
    private TestService _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await TestService.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("POST", "/v1/stories:import", """{"document": """, 400, "MALFORMED_REQUEST")]
    [InlineData("POST", "/v1/stories:import", """{"document": {"content": "%%%"}}""", 400, "MALFORMED_REQUEST")]
    [InlineData("POST", "/v1/stories:import", """{"publish": "perhaps"}""", 400, "MALFORMED_REQUEST")]
    [InlineData("POST", "/v1/stories:import", """{"document": {"capturedAt": "yesterday"}}""", 400, "MALFORMED_REQUEST")]
    [InlineData("POST", "/v1/stories:import", "[]", 400, "MALFORMED_REQUEST")]
    [InlineData("POST", "/v1/stories:import", "", 400, "MALFORMED_REQUEST")]
    [InlineData("POST", "/v1/stories", """{"state": "NO_SUCH_STATE"}""", 400, "MALFORMED_REQUEST")]
    [InlineData("GET", "/v1/stories?pageSize=many", null, 400, "MALFORMED_REQUEST")]
    [InlineData("GET", "/v1/stories?state=NO_SUCH_STATE", null, 400, "MALFORMED_REQUEST")]
    [InlineData("GET", "/v1/nothing", null, 404, "PATH_UNKNOWN")]
    [InlineData("POST", "/v1/nothing", "{}", 404, "PATH_UNKNOWN")]
    [InlineData("PUT", "/v1/stories", "{}", 405, "METHOD_UNKNOWN")]
    [InlineData("DELETE", "/v1/stories:import", null, 405, "METHOD_UNKNOWN")]
    [InlineData("POST", "/broadsheet.content.v1.StoryService/GetStory", "{}", 415, "MALFORMED_REQUEST")]
    [InlineData("GET", "/v1/changes", null, 501, "METHOD_UNKNOWN")]
    public async Task Bad_request_is_answered_with_a_typed_error(string method, string path, string? body, int http, string reason)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await _host.Json.SendAsync(request, Cancel);
        var error = await Typed.ErrorAsync(response);
        Assert.Equal((http, reason), ((int)error.Http, error.Reason));
        Assert.NotEqual("", error.Body.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("POST", "/v1/stories:import", """{"document": """, "", "the body is no JSON: it breaks at line 1, byte 14")]
    [InlineData("POST", "/v1/stories:import", "", "", "the body is empty; send {} for no fields")]
    [InlineData("POST", "/v1/stories:import", "[]", "", "must be an object")]
    [InlineData("POST", "/v1/stories:import", """{"document": {"content": "%%%"}}""", "document.content", "must be base64")]
    [InlineData("POST", "/v1/stories:import", """{"document": {"mediaType": 5}}""", "document.media_type", "must be a string")]
    [InlineData("POST", "/v1/stories:import", """{"document": {"capturedAt": "yesterday"}}""", "document.captured_at", "must be a time such as 2024-01-15T00:00:00Z")]
    [InlineData("POST", "/v1/stories:import", """{"document": "text"}""", "document", "must be an object")]
    [InlineData("POST", "/v1/stories:import", """{"publish": "perhaps"}""", "publish", "must be true or false")]
    [InlineData("POST", "/v1/stories", """{"wordCount": "many"}""", "story.word_count", "must be a whole number within its range")]
    [InlineData("POST", "/v1/stories", """{"sections": {}}""", "story.sections", "must be a list")]
    [InlineData("POST", "/v1/stories", """{"sections": [{}, {"start": 1.5}]}""", "story.sections[1].start", "must be a whole number within its range")]
    [InlineData("PATCH", "/v1/stories/x?updateMask=!!", """{"state": "NO_SUCH_STATE"}""", "story.state", null)]
    [InlineData("GET", "/v1/stories?pageSize=many", null, "page_size", "must be a whole number within its range")]
    [InlineData("GET", "/v1/stories?pageSize=1&state=NO_SUCH_STATE", null, "state", null)]
    public async Task Malformed_request_names_the_field_and_its_rule(string method, string path, string? body, string field, string? rule)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : Content(body) };
        using var response = await _host.Json.SendAsync(request, Cancel);
        var error = await Typed.ErrorAsync(response);
        Assert.Equal((HttpStatusCode.BadRequest, "MALFORMED_REQUEST"), (error.Http, error.Reason));
        Assert.Equal(field, Assert.Single(Typed.Fields(error.Body)));
        Assert.Contains(rule ?? "must be one of STORY_STATE_UNSPECIFIED", error.Body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_on_an_unknown_path_has_the_error_without_a_body()
    {
        using var response = await _host.Json.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/v1/nothing"), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task Every_reason_has_its_HTTP_status(string reason, int http)
    {
        _host.Handlers.GetStory = (_, _) => throw RpcError.Of(Enum.Parse<ErrorReason>(reason), "told so");
        using var response = await _host.Json.GetAsync("/v1/stories/x", Cancel);
        var error = await Typed.ErrorAsync(response);
        Assert.Equal((http, "told so"), ((int)error.Http, error.Body.GetProperty("message").GetString()));
        Assert.Equal((RpcError.NameOf(Enum.Parse<ErrorReason>(reason)), (int)RpcError.CodeOf(Enum.Parse<ErrorReason>(reason))), (error.Reason, error.Code));
    }

    public static TheoryData<string, int> Reasons() => new(
        Enum.GetValues<ErrorReason>().Where(reason => reason != ErrorReason.Unspecified).Select(reason => (reason.ToString(), RpcError.CodeOf(reason) switch
        {
            Grpc.Core.StatusCode.ResourceExhausted => reason == ErrorReason.RequestTooLarge ? 413 : 429,
            Grpc.Core.StatusCode.InvalidArgument or Grpc.Core.StatusCode.FailedPrecondition => 400,
            Grpc.Core.StatusCode.NotFound => 404,
            Grpc.Core.StatusCode.Aborted or Grpc.Core.StatusCode.AlreadyExists => 409,
            Grpc.Core.StatusCode.Unauthenticated => 401,
            Grpc.Core.StatusCode.PermissionDenied => 403,
            Grpc.Core.StatusCode.Cancelled => 499,
            Grpc.Core.StatusCode.Unimplemented => 501,
            Grpc.Core.StatusCode.Unavailable => 503,
            Grpc.Core.StatusCode.DeadlineExceeded => 504,
            _ => 500,
        })));

    [Fact]
    public async Task Details_of_an_error_are_in_the_body()
    {
        _host.Handlers.GetStory = (_, _) => throw RpcError.Of(
            ErrorReason.EtagMismatch, "changed", new Dictionary<string, string> { ["etag"] = "v7" }, new Google.Rpc.ResourceInfo { ResourceName = "stories/x" });
        using var response = await _host.Json.GetAsync("/v1/stories/x", Cancel);
        var error = await Typed.ErrorAsync(response);
        Assert.Equal(HttpStatusCode.Conflict, error.Http);
        Assert.Contains("v7", error.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("\"resourceName\": \"stories/x\"", error.Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handlers_exception_keeps_its_text_inside_and_gives_the_trace()
    {
        _host.Handlers.GetStory = (_, _) => throw new InvalidDataException("secret of the driver");
        using var response = await _host.Json.GetAsync("/v1/stories/x", Cancel);
        var error = await Typed.ErrorAsync(response);
        Assert.Equal((HttpStatusCode.InternalServerError, "INTERNAL"), (error.Http, error.Reason));
        Assert.DoesNotContain("secret", error.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("trace_id", error.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(_host.Log.All, line => line.Contains("secret of the driver", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Broken_rules_name_their_fields_as_the_contract_spells_them()
    {
        using var response = await _host.Json.PostAsync("/v1/stories", Content("""{"statedReadingMinutes": -1}"""), Cancel);
        var error = await Typed.ErrorAsync(response);
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_FIELD"), (error.Http, error.Reason));
        Assert.Equal(["story.title", "story.stated_reading_minutes"], Typed.Fields(error.Body));
    }

    [Fact]
    public async Task Broken_rule_with_a_reason_of_its_own_is_answered_with_it()
    {
        using var response = await _host.Json.PostAsync("/v1/stories/x:publish", Content("{}"), Cancel);
        var error = await Typed.ErrorAsync(response);
        Assert.Equal("ETAG_MISSING", error.Reason);
        Assert.Equal(["etag"], Typed.Fields(error.Body));
    }

    [Fact]
    public async Task Document_of_20_MB_reaches_the_handler_whole()
    {
        var document = Convert.ToBase64String(new byte[20_000_000]);
        using var response = await _host.Json.PostAsync("/v1/stories:import", Content($$$"""{"document": {"content": "{{{document}}}"}}"""), Cancel);
        Assert.Contains("20000000", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_above_32_MiB_is_too_large(bool lengthIsStated)
    {
        using HttpContent content = lengthIsStated ? new ByteArrayContent(new byte[60_000_000]) : new StreamContent(new UnknownLength(60_000_000));
        content.Headers.ContentType = new("application/json");
        using var response = await _host.Json.PostAsync("/v1/stories:import", content, Cancel);
        var error = await Typed.ErrorAsync(response);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "REQUEST_TOO_LARGE", 8), (error.Http, error.Reason, error.Code));
    }

    [Fact]
    public async Task Slow_read_ends_at_the_deadline()
    {
        await using var host = await TestService.StartAsync("Broadsheet:Deadlines:Read=00:00:00.200");
        host.Handlers.GetStory = async (_, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new();
        };
        using var response = await host.Json.GetAsync("/v1/stories/x", Cancel);
        var error = await Typed.ErrorAsync(response);
        Assert.Equal((HttpStatusCode.GatewayTimeout, "DEADLINE_EXCEEDED"), (error.Http, error.Reason));
        Assert.Empty(host.Log.All);
    }

    [Fact]
    public async Task Caller_may_state_a_shorter_deadline_over_JSON_too()
    {
        _host.Handlers.Search = async (_, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new();
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/search") { Content = Content("""{"query": "x"}"""), Headers = { { "grpc-timeout", "100m" } } };
        using var response = await _host.Json.SendAsync(request, Cancel);
        Assert.Equal("DEADLINE_EXCEEDED", (await Typed.ErrorAsync(response)).Reason);
    }

    [Fact]
    public async Task Post_that_only_reads_has_the_deadline_of_a_read()
    {
        await using var host = await TestService.StartAsync("Broadsheet:Deadlines:Read=00:00:00.100", "Broadsheet:Deadlines:Write=00:05:00");
        host.Handlers.Search = async (_, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new();
        };
        using var response = await host.Json.PostAsync("/v1/search", Content("""{"query": "x"}"""), Cancel);
        Assert.Equal("DEADLINE_EXCEEDED", (await Typed.ErrorAsync(response)).Reason);
    }

    [Fact]
    public async Task Stream_that_fails_ends_with_the_error_as_its_last_line()
    {
        _host.Handlers.WatchChanges = async (_, stream, _) =>
        {
            await stream.WriteAsync(new() { NextCursor = "1" });
            throw RpcError.Of(ErrorReason.CursorExpired, "too old");
        };
        var lines = (await _host.Json.GetStringAsync("/v1/changes:watch", Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("\"nextCursor\":", lines[0], StringComparison.Ordinal);
        using var last = JsonDocument.Parse(lines[^1]);
        Assert.Equal("CURSOR_EXPIRED", Typed.Error(HttpStatusCode.OK, last.RootElement).Reason);
    }

    private static StringContent Content(string json) => new(json, Encoding.UTF8, "application/json");

    private sealed class UnknownLength(long length) : Stream
    {
        private long _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, _left);
            buffer.AsSpan(offset, read).Fill((byte)' ');
            _left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
