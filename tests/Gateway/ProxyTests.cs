using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Query.V1;
using Broadsheet.Testing;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;

namespace Broadsheet.Gateway.Tests;

public sealed class ProxyTests : IAsyncLifetime
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    private TestSuite _suite = null!;
    private StoryService.StoryServiceClient _stories = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _suite = await TestSuite.StartAsync();
        _stories = new StoryService.StoryServiceClient(_suite.Channel);
    }

    public ValueTask DisposeAsync() => _suite.DisposeAsync();

    [Fact]
    public async Task GRPC_call_reaches_its_service()
    {
        Assert.Equal("stories/x", (await _stories.GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel)).Name);
        _suite.Query.Handlers.Search = (_, _) => Task.FromResult(new SearchResponse { TotalSize = 7 });
        Assert.Equal(7, (await new SearchService.SearchServiceClient(_suite.Channel).SearchAsync(new() { Query = "x" }, cancellationToken: Cancel)).TotalSize);
    }

    [Theory]
    [InlineData("GET", "/v1/stories/x", null, "\"name\":\"stories/x\"")]
    [InlineData("GET", "/v1/stories/x%20y", null, "\"name\":\"stories/x y\"")]
    [InlineData("GET", "/v1/stories/x/revisions/3", null, "\"name\":\"stories/x/revisions/3\"")]
    [InlineData("POST", "/v1/stories/x:publish", """{"etag": "v1"}""", "\"name\":\"stories/x\"")]
    [InlineData("PATCH", "/v1/stories/x", """{"title": "New"}""", "\"name\":\"stories/x\"")]
    [InlineData("GET", "/v1/search?query=a%26b", null, "\"totalSize\":7")]
    [InlineData("POST", "/v1/search", """{"query": "a&b"}""", "\"totalSize\":7")]
    [InlineData("GET", "/v1/explore?feed=EXPLORE_FEED_TRENDING&community=communities/geeks", null, "\"nextPageToken\":\"Trending communities/geeks\"")]
    [InlineData("GET", "/v1/stories/x/related", null, "\"story\":\"stories/x\"")]
    public async Task JSON_call_reaches_its_service(string method, string path, string? body, string answer)
    {
        _suite.Query.Handlers.Search = (request, _) => Task.FromResult(new SearchResponse { TotalSize = request.Query == "a&b" ? 7 : 0 });
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : Content(body) };
        using var response = await _suite.Json.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(answer, await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GrpcWebMode.GrpcWeb)]
    [InlineData(GrpcWebMode.GrpcWebText)]
    public async Task GRPC_Web_works_on_the_HTTP_port_answers_and_errors(GrpcWebMode mode)
    {
        using var channel = GrpcChannel.ForAddress(_suite.Http, new GrpcChannelOptions { HttpHandler = new GrpcWebHandler(mode, new HttpClientHandler()), HttpVersion = HttpVersion.Version11 });
        var stories = new StoryService.StoryServiceClient(channel);
        Assert.Equal("stories/x", (await stories.GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel)).Name);

        _suite.Content.Handlers.GetStory = (_, _) => throw RpcError.NotFound("stories/x");
        Assert.Equal((StatusCode.NotFound, "RESOURCE_NOT_FOUND"), Reason(await Typed.ErrorAsync(stories.GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel))));
        Assert.Equal((StatusCode.Unimplemented, "METHOD_UNKNOWN"), Reason(await Typed.ErrorAsync(Call(channel, "no.such.Service", "Method", []))));

        using var watch = new ChangeFeedService.ChangeFeedServiceClient(channel).WatchChanges(new(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        Assert.Equal("1", watch.ResponseStream.Current.NextCursor);
    }

    [Fact]
    public async Task Browser_of_an_allowed_origin_may_call_and_read_the_status()
    {
        await using var suite = await TestSuite.StartAsync("Broadsheet:Gateway:AllowedOrigins=https://paper.example, https://other.example");
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/broadsheet.content.v1.StoryService/GetStory")
        {
            Headers = { { "Origin", "https://paper.example" }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "content-type,x-grpc-web,grpc-timeout" } },
        };
        using var allowed = await suite.Json.SendAsync(preflight, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Equal(["https://paper.example"], allowed.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Contains("x-grpc-web", string.Join(',', allowed.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.Ordinal);

        foreach (var path in new[] { "/v1/stories/x", "/v1/nothing" })
        {
            using var call = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Origin", "https://paper.example" } } };
            using var answer = await suite.Json.SendAsync(call, Cancel);
            Assert.Equal(["https://paper.example"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
            var exposed = string.Join(',', answer.Headers.GetValues("Access-Control-Expose-Headers"));
            Assert.All(["grpc-status", "grpc-message", "grpc-status-details-bin"], header => Assert.Contains(header, exposed, StringComparison.Ordinal));
        }

        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/v1/stories/x") { Headers = { { "Origin", "https://foe.example" } } };
        using var refused = await suite.Json.SendAsync(foreign, Cancel);
        Assert.False(refused.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", 404, "PATH_UNKNOWN")]
    [InlineData("POST", "/no/thing", 404, "PATH_UNKNOWN")]
    [InlineData("GET", "/v1/trending", 404, "PATH_UNKNOWN")]
    [InlineData("PUT", "/v1/stories", 405, "METHOD_UNKNOWN")]
    [InlineData("PUT", "/v1/stories/x", 405, "METHOD_UNKNOWN")]
    [InlineData("GET", "/v1/stories:import", 405, "METHOD_UNKNOWN")]
    [InlineData("POST", "/v1/stories:import", 400, "MALFORMED_REQUEST")]
    [InlineData("GET", "/v1/stories?pageSize=many", 400, "MALFORMED_REQUEST")]
    [InlineData("GET", "/broadsheet.content.v1.StoryService/GetStory", 405, "METHOD_UNKNOWN")]
    public async Task Bad_JSON_request_is_answered_with_a_typed_error(string method, string path, int http, string reason)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? Content("{ broken") : null };
        using var response = await _suite.Json.SendAsync(request, Cancel);
        var error = await Typed.ErrorAsync(response);
        Assert.Equal((http, reason), ((int)error.Http, error.Reason));
    }

    [Fact]
    public async Task Services_error_passes_with_its_details()
    {
        _suite.Content.Handlers.GetStory = (_, _) => throw RpcError.Of(ErrorReason.EtagMismatch, "changed", new Dictionary<string, string> { ["etag"] = "v7" });
        var error = await Typed.ErrorAsync(_stories.GetStoryAsync(new() { Name = "stories/x" }, cancellationToken: Cancel));
        Assert.Equal((StatusCode.Aborted, "ETAG_MISMATCH", "changed"), (error.Code, error.Reason, error.Status.Message));
        using var response = await _suite.Json.GetAsync("/v1/stories/x", Cancel);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("v7", (await Typed.ErrorAsync(response)).Body.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("broadsheet.content.v1.StoryService", "NoSuchMethod")]
    [InlineData("no.such.Service", "Method")]
    [InlineData("broadsheet.analytics.v1.ReportService", "ListTrending")]
    public async Task Unknown_gRPC_method_is_a_typed_error(string service, string method) =>
        Assert.Equal((StatusCode.Unimplemented, "METHOD_UNKNOWN"), Reason(await Typed.ErrorAsync(Call(_suite.Channel, service, method, []))));

    [Fact]
    public async Task Bytes_that_are_no_message_are_a_typed_error() =>
        Assert.Equal((StatusCode.InvalidArgument, "MALFORMED_REQUEST"), Reason(await Typed.ErrorAsync(Call(_suite.Channel, "broadsheet.content.v1.StoryService", "GetStory", [0xff]))));

    [Fact]
    public async Task GRPC_over_HTTP_1_says_what_to_do()
    {
        using var content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new("application/grpc") } };
        using var response = await _suite.Json.PostAsync("/broadsheet.content.v1.StoryService/GetStory", content, Cancel);
        Assert.Equal(["3"], response.Headers.GetValues("grpc-status"));
        Assert.Contains("gRPC needs HTTP/2;", response.Headers.GetValues("grpc-message").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_is_answered_as_the_get_without_its_body()
    {
        using var response = await _suite.Json.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/v1/stories/x"), Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Theory]
    [InlineData("Development", true)]
    [InlineData("Production", false)]
    public async Task Callers_header_passes_in_Development_only(string environment, bool passes)
    {
        await using var suite = await TestSuite.StartAsync($"environment={environment}");
        Dictionary<string, string> seen = new Dictionary<string, string>();
        suite.Content.Handlers.GetStory = (_, context) =>
        {
            seen = context.GetHttpContext().Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
            return Task.FromResult(new Story());
        };
        await new StoryService.StoryServiceClient(suite.Channel).GetStoryAsync(
            new() { Name = "stories/x" }, new Metadata { { "x-broadsheet-caller", "creators/ada" }, { "x-forwarded-for", "6.6.6.6" }, { "my-bin", new byte[] { 1, 2 } } }, cancellationToken: Cancel);
        Assert.Equal(passes, seen.ContainsKey("x-broadsheet-caller"));
        Assert.Equal(("trailers", "127.0.0.1", "http", "AQI"), (seen["te"], seen["x-forwarded-for"], seen["x-forwarded-proto"], seen["my-bin"].TrimEnd('=')));
        Assert.True(seen.ContainsKey("grpc-timeout"));

        using var json = new HttpRequestMessage(HttpMethod.Get, "/v1/stories/x") { Headers = { { "x-broadsheet-caller", "creators/ada" }, { "Connection", "x-hop" }, { "x-hop", "1" } } };
        using var response = await suite.Json.SendAsync(json, Cancel);
        Assert.Equal(passes, seen.ContainsKey("x-broadsheet-caller"));
        Assert.False(seen.ContainsKey("connection"));
        Assert.False(seen.ContainsKey("te"));
    }

    [Fact]
    public async Task One_trace_runs_through_without_any_exporter()
    {
        var traces = new List<string>();
        _suite.Content.Handlers.GetStory = (_, context) =>
        {
            traces.Add(Activity.Current!.TraceId.ToHexString());
            return Task.FromResult(new Story());
        };
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        await _stories.GetStoryAsync(new() { Name = "stories/x" }, new Metadata { { "traceparent", $"00-{Trace}-b7ad6b7169203331-01" } }, cancellationToken: Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/stories/x") { Headers = { { "traceparent", $"00-{Trace}-b7ad6b7169203331-01" } } };
        using var response = await _suite.Json.SendAsync(request, Cancel);
        Assert.Equal([Trace, Trace], traces);
    }

    [Fact]
    public async Task Metrics_count_what_is_handed_on_by_method_and_status()
    {
        _suite.Content.Handlers.PublishStory = (_, _) => throw RpcError.Of(ErrorReason.EtagMismatch, "changed");
        await Typed.ErrorAsync(_stories.PublishStoryAsync(new() { Name = "stories/x", Etag = "v1" }, cancellationToken: Cancel));
        using var json = await _suite.Json.PostAsync("/v1/stories/x:publish", Content("""{"etag": "v1"}"""), Cancel);
        await Typed.ErrorAsync(Call(_suite.Channel, "broadsheet.content.v1.StoryService", "NoSuchMethod", []));
        var metrics = await _suite.Json.GetStringAsync("/metrics", Cancel);

        // Once in the service and once in the gateway, which share this process and so its meters.
        Assert.Contains("rpc_grpc_status_code=\"Aborted\",rpc_method=\"/broadsheet.content.v1.StoryService/PublishStory\"} 4", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("NoSuchMethod", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_of_20_MB_reaches_its_service_by_JSON_and_gRPC()
    {
        var document = Convert.ToBase64String(new byte[20_000_000]);
        using var response = await _suite.Json.PostAsync("/v1/stories:import", Content($$$"""{"document": {"content": "{{{document}}}"}}"""), Cancel);
        Assert.Contains("20000000", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        var answer = await new ImportService.ImportServiceClient(_suite.Channel).ImportStoryAsync(
            new() { Document = new Document { Content = UnsafeByteOperations.UnsafeWrap(new byte[20_000_000]) } }, cancellationToken: Cancel);
        Assert.Equal("20000000", answer.Diagnostics[0].Message);
    }

    [Fact]
    public async Task Upload_of_100_MB_by_gRPC_is_too_large()
    {
        var request = new ImportStoryRequest { Document = new Document { Content = UnsafeByteOperations.UnsafeWrap(new byte[100_000_000]) } };
        Assert.Equal((StatusCode.ResourceExhausted, "REQUEST_TOO_LARGE"), Reason(await Typed.ErrorAsync(new ImportService.ImportServiceClient(_suite.Channel).ImportStoryAsync(request, cancellationToken: Cancel))));
    }

    // A client that sends everything before it reads, as most do: HttpClient would stop at the answer.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_of_100_MB_by_JSON_is_too_large_even_for_a_client_that_reads_late(bool lengthIsStated)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(_suite.Http.Host, _suite.Http.Port, Cancel);
        await using var stream = socket.GetStream();
        var length = lengthIsStated ? "content-length: 100000000" : "transfer-encoding: chunked";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/stories:import HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{length}\r\n\r\n"), Cancel);
        var piece = new byte[1_000_000];
        piece.AsSpan().Fill((byte)' ');
        try
        {
            for (var i = 0; i < 100; i++)
            {
                if (!lengthIsStated)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes("f4240\r\n"), Cancel);
                }

                await stream.WriteAsync(piece, Cancel);
                if (!lengthIsStated)
                {
                    await stream.WriteAsync("\r\n"u8.ToArray(), Cancel);
                }
            }
        }
        catch (IOException) when (!lengthIsStated)
        {
            // Nobody can say beforehand that it is too long: the server may close before the end of it.
            return;
        }

        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync(Cancel));
        while (await reader.ReadLineAsync(Cancel) is { Length: > 0 })
        {
        }

        var body = new char[2_000];
        var read = await reader.ReadAsync(body, Cancel);
        using var document = JsonDocument.Parse(new string(body, 0, read));
        Assert.Equal("REQUEST_TOO_LARGE", Typed.Error(HttpStatusCode.RequestEntityTooLarge, document.RootElement).Reason);
    }

    private static (StatusCode Code, string Reason) Reason((StatusCode Code, string Reason, Google.Rpc.Status Status) error) => (error.Code, error.Reason);

    private static StringContent Content(string json) => new(json, Encoding.UTF8, "application/json");

    private static AsyncUnaryCall<byte[]> Call(GrpcChannel channel, string service, string method, byte[] request) =>
        channel.CreateCallInvoker().AsyncUnaryCall(new Method<byte[], byte[]>(MethodType.Unary, service, method, Bytes, Bytes), null, new CallOptions(cancellationToken: Cancel), request);
}
