using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Broadsheet.Analytics.V1;
using Broadsheet.Query.Tests;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;

namespace Broadsheet.Analytics.Tests;

/// <summary>Events that nobody who means well sends: each gets a reason or a typed error, and the service goes on.</summary>
public abstract class HostileEventTests : IAsyncLifetime
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> RecordRaw = new(MethodType.Unary, "broadsheet.analytics.v1.IngestService", "RecordEvents", Raw, Raw);

    private AnalyticsFixture _analytics = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _analytics = await AnalyticsFixture.StartAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        // Whatever was sent: it takes in what is good, once.
        var good = _analytics.View("stories/afterwards", "v");
        Assert.Equal(1, (await _analytics.RecordAsync(good, good)).Counted);
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(_analytics.HealthAddress, "/readyz"), Cancel)).StatusCode);
        var before = await _analytics.CountedAsync();
        await _analytics.StopAsync();
        await using var restarted = await AnalyticsFixture.StartAsync(folder: _analytics.Folder);
        Assert.Equal(before, await restarted.CountedAsync());
        Assert.Equal(NotCountedReason.Duplicate, Assert.Single((await restarted.RecordAsync(good)).NotCounted).Reason);
    }

    [Fact]
    public async Task A_batch_of_ten_megabytes_and_more_is_answered_by_event_or_refused()
    {
        // 5,000 events that keep every rule and fill what the rules allow.
        var large = Enumerable.Range(0, 5_000).Select(i => With(one =>
        {
            one.Url = "https://example.org/" + new string('p', 1_000);
            one.Referrer = "https://news.example/" + new string('r', 1_000);
        })).ToArray();
        Assert.True(new RecordEventsRequest { Events = { large } }.CalculateSize() > 10_000_000);
        Assert.Equal(5_000, (await _analytics.RecordAsync(large)).Counted);

        await FailsAsync("INVALID_FIELD", StatusCode.InvalidArgument, [.. Enumerable.Range(0, 5_001).Select(_ => _analytics.View("stories/a"))]);
        await FailsAsync("INVALID_FIELD", StatusCode.InvalidArgument, [.. Enumerable.Range(0, 400_000).Select(_ => new ReadingEvent())]);
        // Beyond what any host takes.
        await FailsAsync("REQUEST_TOO_LARGE", StatusCode.ResourceExhausted, With(one => one.Url = new string('x', 34 * 1024 * 1024)));
        var one = await MalformedAsync(With(one => one.Url = new string('x', 10_000_000)), With(one => one.Visit = new string('x', 10_000_000)), With(one => one.EventId = new string('x', 5_000_000)));
        Assert.Equal(["url", "visit", "event_id"], one.Select(detail => detail.Split(':')[0]));
    }

    [Fact]
    public async Task A_million_custom_properties_are_refused_within_seconds()
    {
        var start = Stopwatch.GetTimestamp();
        var properties = Enumerable.Range(0, 1_000_000).ToDictionary(i => i.ToString("x", CultureInfo.InvariantCulture), _ => "");
        Assert.Equal("custom.properties", Assert.Single(await MalformedAsync(With(one => one.Custom = new CustomEvent { Name = "a", Properties = { properties } }))).Split(':')[0]);

        // The same key a million times is one property.
        var entry = Field(14, Field(1, "a"u8), Enumerable.Repeat(Field(2, Field(1, "k"u8), Field(2, "v"u8)), 1_000_000).SelectMany(bytes => bytes).ToArray());
        var same = _analytics.Event("stories/a");
        Assert.Equal(1, (await RawAsync(Field(1, same.ToByteArray(), entry))).Counted);
        var json = await JsonAsync($$"""{"events": [{{Json("custom", $$"""{"name": "a", "properties": { {{string.Join(',', properties.Keys.Select(key => $"\"{key}\": \"\""))}} } }""")}}]}""");
        Assert.Equal("MALFORMED", Reason(json));
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Dates_far_away_have_their_reasons()
    {
        var answer = await _analytics.RecordAsync(
            [.. new (long Seconds, int Nanos)[]
            {
                (-2_208_988_800, 0), (32_503_680_000, 0), // 1900 and 3000
                (-62_135_596_800, 0), (253_402_300_799, 999_999_999), // the first and the last there are
                (-62_135_596_801, 0), (253_402_300_800, 0), (long.MinValue, int.MinValue), (long.MaxValue, int.MaxValue), (0, -1), (0, 1_000_000_000),
            }.Select(at => With(one => one.OccurredAt = new Timestamp { Seconds = at.Seconds, Nanos = at.Nanos }))]);
        Assert.Equal(
            "TooOld Future TooOld Future Malformed Malformed Malformed Malformed Malformed Malformed",
            string.Join(' ', answer.NotCounted.Select(one => one.Reason)));

        foreach (var (time, reason) in ((string, string)[])[("1900-01-01T00:00:00Z", "TOO_OLD"), ("3000-01-01T00:00:00Z", "FUTURE"), ("0001-01-01T00:00:00Z", "TOO_OLD"), ("9999-12-31T23:59:59.999999999Z", "FUTURE")])
        {
            Assert.Equal(reason, Reason(await JsonAsync($$"""{"events": [{"eventId": "{{Guid.NewGuid()}}", "story": "stories/a", "occurredAt": "{{time}}", "view": {} }]}""")));
        }

        foreach (var time in (string[])["10000-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "yesterday", "", "2026-13-45T99:99:99Z"])
        {
            var (status, error) = await JsonAsync($$"""{"events": [{"eventId": "{{Guid.NewGuid()}}", "story": "stories/a", "occurredAt": "{{time}}", "view": {} }]}""");
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("\"domain\": \"broadsheet\"", error.Replace("\":\"", "\": \"", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Numbers_that_are_none_or_below_zero_are_malformed()
    {
        var details = await MalformedAsync(
            [.. ((double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1, -double.Epsilon, 86_400.1, double.MaxValue])
                .Select(seconds => With(one => one.Heartbeat = new Heartbeat { EngagedSeconds = seconds })),
            With(one => one.Revision = -1),
            With(one => one.Revision = int.MinValue),
            With(one => one.SearchClick = new SearchClick { Position = -1 })]);
        Assert.Equal(
            [.. Enumerable.Repeat("heartbeat.engaged_seconds", 7), "revision", "revision", "search_click.position"],
            details.Select(detail => detail.Split(':')[0]));
        // Minus zero is zero.
        Assert.Equal(1, (await _analytics.RecordAsync(With(one => one.Heartbeat = new Heartbeat { EngagedSeconds = -0.0 }))).Counted);
        Assert.Equal(1, (await _analytics.RecordAsync(With(one => one.Revision = int.MaxValue))).Counted);

        foreach (var seconds in (string[])["\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "-1", "1e999"])
        {
            Assert.Equal("MALFORMED", Reason(await JsonAsync($$"""{"events": [{{Json("heartbeat", $$"""{"engagedSeconds": {{seconds}}}""")}}]}""")));
        }

        foreach (var seconds in (string[])["NaN", "\"x\"", "{}", "[]"])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await JsonAsync($$"""{"events": [{{Json("heartbeat", $$"""{"engagedSeconds": {{seconds}}}""")}}]}""")).Status);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe })]
    [InlineData(new byte[] { 0xc0, 0x80 })] // NUL in too many bytes
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })] // half a surrogate pair
    [InlineData(new byte[] { 0xf4, 0x90, 0x80, 0x80 })] // beyond Unicode
    [InlineData(new byte[] { 0xe2, 0x82 })] // cut off
    public async Task Bytes_that_are_no_text_are_refused_or_replaced(byte[] bytes)
    {
        var start = _analytics.Event("stories/a");
        start.View = new View();
        // Each text of an event in its turn: story, visit, reader, referrer, url, client; id and texts of each kind of event.
        foreach (var number in (int[])[1, 2, 5, 6, 7, 8])
        {
            start.EventId = Guid.NewGuid().ToString();
            await NoCrashAsync(start.ToByteArray(), Field(number, bytes));
        }

        foreach (var detail in (byte[][])[
            Field(9, Field(1, bytes), Field(2, bytes)), Field(11, Field(2, bytes)), Field(12, Field(1, bytes)), Field(13, Field(1, bytes)), Field(14, Field(1, bytes)),
            Field(14, Field(1, "a"u8), Field(2, Field(1, bytes), Field(2, "v"u8))), Field(14, Field(1, "a"u8), Field(2, Field(1, "k"u8), Field(2, bytes)))])
        {
            start.EventId = Guid.NewGuid().ToString();
            await NoCrashAsync(start.ToByteArray(), detail);
        }

        async Task NoCrashAsync(params byte[][] parts)
        {
            try
            {
                var answer = await RawAsync(Field(1, parts));
                Assert.Equal(1, answer.Counted + answer.NotCounted.Count);
                Assert.All(answer.NotCounted, one => Assert.Equal(NotCountedReason.Malformed, one.Reason));
            }
            catch (RpcException error)
            {
                Assert.Equal((StatusCode.InvalidArgument, "MALFORMED_REQUEST"), (error.StatusCode, Clients.RpcFailure.From(error).Reason));
            }
        }
    }

    [Theory]
    [InlineData("0aff")] // a length beyond the end
    [InlineData("ffffffffffffffffffffff")]
    [InlineData("0b0b0b0b0b0b0b0b")] // groups that never end
    [InlineData("08011001")]
    public async Task Bytes_that_are_no_message_are_a_typed_error(string hex)
    {
        try
        {
            var answer = await RawAsync(Convert.FromHexString(hex));
            Assert.Fail($"{answer}");
        }
        catch (RpcException error)
        {
            Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
            Assert.Contains(Clients.RpcFailure.From(error).Reason, (string[])["MALFORMED_REQUEST", "INVALID_FIELD"]);
        }
    }

    [Fact]
    public async Task Characters_that_break_what_reads_them_are_kept_or_refused()
    {
        const string Evil = "a\0b\u0001\u001b[31m\u202e\ufeff\ufffe'\";--\\%s{}<script>\n\r\t";
        var kept = await _analytics.RecordAsync(
            With(one => one.SearchClick = new SearchClick { Query = Evil, Position = 1 }),
            With(one => one.Heartbeat = new Heartbeat { Sections = { Evil, "lead" } }),
            With(one => one.Custom = new CustomEvent { Name = "a", Properties = { ["k"] = Evil } }),
            With(one => one.Url = $"https://example.org/{Evil}?utm_source={Evil}&utm_medium={Evil}"),
            With(one => one.Referrer = $"https://{Evil}.example/"),
            With(one => one.Referrer = "https://xn--.example/\0"),
            With(one => one.Url = "//[::1"),
            With(one => one.Url = "data:text/html,<script>"),
            With(one => one.Client = new ReadingClient { IpAddress = Evil, UserAgent = Evil }),
            With(one => one.Client = new ReadingClient { IpAddress = new string('1', 100_000), UserAgent = new string('b', 1_000_000) }));
        Assert.Equal(10, kept.Counted);
        var refused = await MalformedAsync(
            With(one => one.EventId = "a\0b"),
            With(one => one.Story = $"stories/{Evil}"),
            With(one => one.Visit = "a\0b"),
            With(one => one.Reader = "readers/a\0b"),
            With(one => one.Share = new Share { Channel = "a\0b" }),
            With(one => one.Custom = new CustomEvent { Name = "a\0b" }),
            With(one => one.Custom = new CustomEvent { Name = "a", Properties = { ["a\0b"] = "" } }));
        Assert.Equal(["event_id", "story", "visit", "reader", "share.channel", "custom.name", "custom.properties"], refused.Select(detail => detail.Split(':')[0]));
    }

    [Theory]
    [InlineData("\\ud800", HttpStatusCode.BadRequest)]
    [InlineData("\\udfff\\ud800", HttpStatusCode.BadRequest)]
    [InlineData("\\ud83d\\ude00", HttpStatusCode.OK)]
    [InlineData("\\u0000", HttpStatusCode.OK)]
    public async Task Halves_of_surrogate_pairs_are_a_typed_error(string text, HttpStatusCode expected)
    {
        var (status, answer) = await JsonAsync($$"""{"events": [{{Json("searchClick", $$"""{"query": "{{text}}", "position": 1}""")}}]}""");
        Assert.Equal(expected, status);
        Assert.Contains(expected == HttpStatusCode.OK ? "counted" : "MALFORMED_REQUEST", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_that_is_none_of_ours_is_a_typed_error()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"events\":[", 10_000));
        foreach (var body in (string[])["", "null", "[]", "{", "{}", "{\"events\": []}", "{\"events\": null}", "{\"events\": [null]}", "{\"events\": {}}", "{\"events\": [{\"view\": {}, \"share\": {}}]}", deep, new string('[', 1_000_000), "\ufeff{}"])
        {
            var (status, answer) = await JsonAsync(body);
            Assert.True(status is HttpStatusCode.BadRequest || (status is HttpStatusCode.OK && answer.Contains("MALFORMED", StringComparison.Ordinal)), $"{body[..Math.Min(40, body.Length)]}: {status} {answer}");
        }

        // Invalid UTF-8 on the wire.
        var bytes = Encoding.Latin1.GetBytes($$"""{"events": [{{Json("searchClick", "{\"query\": \"\u00ff\u00fe\"}")}}]}""");
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } })).Status);
    }

    [Fact]
    public async Task Ids_that_are_the_same_inside_a_batch_count_once()
    {
        var one = _analytics.View("stories/a");
        var answer = await _analytics.RecordAsync([.. Enumerable.Range(0, 5_000).Select(i =>
        {
            var other = one.Clone();
            other.EventId = i % 2 == 0 ? one.EventId : one.EventId.ToUpperInvariant();
            other.Story = $"stories/s-{i}";
            return other;
        })]);
        Assert.Equal((1, 4_999), (answer.Counted, answer.NotCounted.Count));
        Assert.All(answer.NotCounted, other => Assert.Equal(NotCountedReason.Duplicate, other.Reason));
        // Ids of one shape, as a client would choose them to make the set slow.
        var start = Stopwatch.GetTimestamp();
        var shaped = await _analytics.RecordAsync([.. Enumerable.Range(0, 5_000).Select(i => With(other => other.EventId = $"00000000-0000-0000-0000-{i:x12}"))]);
        Assert.Equal(5_000, shaped.Counted);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Calls_beyond_what_may_be_read_are_refused_unread()
    {
        await using var analytics = await AnalyticsFixture.StartAsync(settings: ["--Broadsheet:Analytics:MaxIncomingMegabytes=1", "--Broadsheet:Analytics:MaxEventStreams=1"]);
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var (content, stalling) = Stall();
        RpcException? refused = null;
        for (var i = 0; i < 1_000 && refused is null; i++)
        {
            if (stalling.IsCompleted)
            {
                // It came while another call was read, and was refused itself.
                (await stalling).Dispose();
                content.Dispose();
                (content, stalling) = Stall();
            }

            await Task.Delay(5, Cancel);
            try
            {
                await analytics.RecordAsync(analytics.View("stories/a"));
            }
            catch (RpcException error)
            {
                refused = error;
            }
        }

        Assert.Equal((StatusCode.ResourceExhausted, "OVERLOADED"), (refused!.StatusCode, Clients.RpcFailure.From(refused).Reason));
        Assert.NotNull(Clients.RpcFailure.From(refused).RetryDelay);
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(analytics.Address, "/v1/events"), body, Cancel);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        content.End();
        (await stalling).Dispose();
        Assert.Equal(1, (await analytics.RecordAsync(analytics.View("stories/a"))).Counted);

        using var open = analytics.Ingest.StreamEvents(cancellationToken: Cancel);
        await open.RequestStream.WriteAsync(new StreamEventsRequest { Events = { analytics.View("stories/a") } }, Cancel);
        await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, "OVERLOADED", async () =>
        {
            using var second = analytics.Ingest.StreamEvents(cancellationToken: Cancel);
            await second.RequestStream.CompleteAsync();
            await second;
        });
        await open.RequestStream.CompleteAsync();
        Assert.Equal(1, (await open).Counted);
        content.Dispose();

        // A call that says it has a megabyte and does not send it.
        (StalledContent Content, Task<HttpResponseMessage> Answer) Stall()
        {
            var stalled = new StalledContent([0, 0, 15, 255, 255]);
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(analytics.Address, "/broadsheet.analytics.v1.IngestService/RecordEvents"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = stalled,
            };
            return (stalled, http.SendAsync(request, Cancel));
        }
    }

    private ReadingEvent With(Action<ReadingEvent> change)
    {
        var one = _analytics.View("stories/a");
        change(one);
        return one;
    }

    private async Task<string[]> MalformedAsync(params ReadingEvent[] events)
    {
        var answer = await _analytics.RecordAsync(events);
        Assert.Equal((0, events.Length), (answer.Counted, answer.NotCounted.Count));
        Assert.All(answer.NotCounted, one => Assert.Equal(NotCountedReason.Malformed, one.Reason));
        Assert.All(answer.NotCounted, one => Assert.True(one.EventId.Length <= 100));
        return [.. answer.NotCounted.Select(one => one.Detail)];
    }

    private async Task FailsAsync(string reason, StatusCode code, params ReadingEvent[] events) => await RpcAssert.FailsAsync(code, reason, () => _analytics.RecordAsync(events));

    private async Task<RecordEventsResponse> RawAsync(byte[] request)
    {
        using var channel = GrpcChannel.ForAddress(_analytics.Address);
        return RecordEventsResponse.Parser.ParseFrom(
            await channel.CreateCallInvoker().AsyncUnaryCall(RecordRaw, null, new CallOptions(cancellationToken: Cancel), request));
    }

    private Task<(HttpStatusCode Status, string Answer)> JsonAsync(string body) => PostAsync(new StringContent(body, Encoding.UTF8, "application/json"));

    private async Task<(HttpStatusCode Status, string Answer)> PostAsync(HttpContent content)
    {
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await http.PostAsync(new Uri(_analytics.Address, "/v1/events"), content, Cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    private static string Json(string kind, string detail) =>
        $$"""{"eventId": "{{Guid.NewGuid()}}", "story": "stories/a", "occurredAt": "{{TimeProvider.System.GetUtcNow():O}}", "{{kind}}": {{detail}}}""";

    private static string? Reason((HttpStatusCode Status, string Answer) answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Answer);
        using var json = JsonDocument.Parse(answer.Answer);
        return json.RootElement.GetProperty("notCounted")[0].GetProperty("reason").GetString()!.Replace("NOT_COUNTED_REASON_", "", StringComparison.Ordinal);
    }

    // A field of a message as it is on the wire, with a length.
    private static byte[] Field(int number, params ReadOnlySpan<byte[]> parts)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            var content = new MemoryStream();
            foreach (var part in parts)
            {
                content.Write(part);
            }

            output.WriteBytes(ByteString.CopyFrom(content.ToArray()));
        }

        return bytes.ToArray();
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> content) => Field(number, [content.ToArray()]);

    // Sends how a message begins, and no more until it is told to end.
    private sealed class StalledContent : HttpContent
    {
        private readonly byte[] _start;
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public StalledContent(byte[] start)
        {
            _start = start;
            Headers.ContentType = new("application/grpc");
        }

        public void End() => _end.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(_start, Cancel);
            await stream.FlushAsync(Cancel);
            await _end.Task.WaitAsync(Cancel);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
