using System.Net;
using Broadsheet.Analytics.V1;
using Broadsheet.Query.Tests;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Broadsheet.Analytics.Tests;

/// <summary>Events in: counted once, or not counted for a reason.</summary>
public abstract class IngestTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RecordEvents_twice_with_the_same_ids_counts_once_also_after_a_restart()
    {
        var analytics = await AnalyticsFixture.StartAsync();
        var events = Enumerable.Range(0, 20).Select(i => analytics.View("stories/a", $"v{i}", ago: i * 4_000)).ToArray();
        Assert.Equal(20, (await analytics.RecordAsync(events)).Counted);
        var again = await analytics.RecordAsync(events);
        Assert.Equal(0, again.Counted);
        Assert.All(again.NotCounted, one => Assert.Equal(NotCountedReason.Duplicate, one.Reason));
        Assert.Equal(events.Select(one => one.EventId), again.NotCounted.Select(one => one.EventId));
        await analytics.StopAsync();

        await using var restarted = await AnalyticsFixture.StartAsync(folder: analytics.Folder);
        var after = await restarted.RecordAsync([.. events, restarted.View("stories/a")]);
        Assert.Equal((1, 20), (after.Counted, after.NotCounted.Count));
        Assert.Equal(21, await restarted.CountedAsync());
        Assert.Equal(40, await restarted.NotCountedAsync(NotCountedReason.Duplicate));
    }

    [Fact]
    public async Task RecordEvents_with_an_id_twice_in_one_batch_counts_it_once()
    {
        await using var analytics = await AnalyticsFixture.StartAsync();
        var view = analytics.View("stories/a");
        // The same id is the same event, whatever else it says.
        var other = view.Clone();
        other.OccurredAt = Timestamp.FromDateTimeOffset(view.OccurredAt.ToDateTimeOffset().AddHours(-3));
        other.EventId = view.EventId.ToUpperInvariant();
        var answer = await analytics.RecordAsync(view, view, other);
        Assert.Equal(1, answer.Counted);
        Assert.Equal([1L, 2L], answer.NotCounted.Select(one => one.Index));
    }

    [Fact]
    public async Task RecordEvents_gives_each_event_its_reason()
    {
        await using var analytics = await AnalyticsFixture.StartAsync();
        var good = analytics.View("stories/a", "v");
        var robot = analytics.View("stories/a");
        robot.Client = new ReadingClient { IpAddress = "192.0.2.7", UserAgent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" };
        var answer = await analytics.RecordAsync(
            good,
            analytics.View("stories/a", ago: -600),
            analytics.View("stories/a", ago: 24.1 * 3600),
            robot,
            Changed(one => one.EventId = "7"),
            Changed(one => one.EventId = new string('x', 200)),
            Changed(one => one.OccurredAt = null),
            Changed(one => one.OccurredAt = new Timestamp { Seconds = long.MaxValue }),
            Changed(one => one.OccurredAt = Timestamp.FromDateTime(new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc))),
            Changed(one => one.OccurredAt = Timestamp.FromDateTime(new DateTime(3000, 1, 1, 0, 0, 0, DateTimeKind.Utc))),
            Changed(one => one.Story = "creators/a"),
            Changed(one => one.Story = ""),
            Changed(one => one.Visit = "a b"),
            Changed(one => one.Reader = "ann"),
            Changed(one => one.Heartbeat = new Heartbeat { EngagedSeconds = double.NaN }),
            Changed(one => one.Heartbeat = new Heartbeat { EngagedSeconds = -1 }),
            Changed(one => one.Heartbeat = new Heartbeat { Sections = { Enumerable.Repeat("lead", 501) } }),
            Changed(one => one.Custom = new CustomEvent { Name = "a", Properties = { Enumerable.Range(0, 10_000).ToDictionary(i => $"k{i}", _ => "") } }),
            Changed(one => one.ClearDetail()),
            Changed(one => one.Referrer = new string('x', 3_000)));
        Assert.Equal(1, answer.Counted);
        Assert.Equal(
            "Future TooOld Bot Malformed Malformed Malformed Malformed TooOld Future Malformed Malformed Malformed Malformed Malformed Malformed Malformed Malformed Malformed Malformed",
            string.Join(' ', answer.NotCounted.Select(one => one.Reason)));
        Assert.Equal(Enumerable.Range(1, 19).Select(i => (long)i), answer.NotCounted.Select(one => one.Index));
        Assert.Equal(
            ["event_id", "event_id", "occurred_at", "occurred_at", "story", "story", "visit", "reader", "heartbeat.engaged_seconds", "heartbeat.engaged_seconds", "heartbeat.sections", "custom.properties", "detail", "referrer"],
            answer.NotCounted.Where(one => one.Reason == NotCountedReason.Malformed).Select(one => one.Detail.Split(':')[0]));
        Assert.True(answer.NotCounted[4].EventId.Length <= 100);
        Assert.Equal(14, await analytics.NotCountedAsync(NotCountedReason.Malformed));
        Assert.Equal(2, await analytics.NotCountedAsync(NotCountedReason.Future));

        ReadingEvent Changed(Action<ReadingEvent> change)
        {
            var one = analytics.View("stories/a");
            change(one);
            return one;
        }
    }

    [Fact]
    public async Task RecordEvents_without_events_or_with_too_many_is_an_error_and_one_reader_can_not_be_another()
    {
        await using var analytics = await AnalyticsFixture.StartAsync();
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => analytics.RecordAsync());
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => analytics.RecordAsync([.. Enumerable.Range(0, 5_001).Select(_ => new ReadingEvent())]));

        var request = new RecordEventsRequest { Events = { analytics.View("stories/a", reader: "readers/ben") } };
        var asAnn = await analytics.Ingest.RecordEventsAsync(request, AnalyticsFixture.As("readers/ann"), cancellationToken: Cancel);
        Assert.StartsWith("reader:", Assert.Single(asAnn.NotCounted).Detail, StringComparison.Ordinal);
        var asSite = await analytics.Ingest.RecordEventsAsync(request, AnalyticsFixture.As("readers/site;roles=events.write"), cancellationToken: Cancel);
        Assert.Equal(1, asSite.Counted);
    }

    [Fact]
    public async Task A_view_sent_before_its_story_is_known_counts_when_the_story_comes_and_not_after_ten_minutes()
    {
        await using var feed = await FeedServer.StartAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var analytics = await AnalyticsFixture.StartAsync(feed.Address, time: time);
        var answer = await analytics.RecordAsync(analytics.View("stories/soon"), analytics.View("stories/never"));
        Assert.Equal((2, 2), (answer.Counted, answer.Pending));
        await analytics.StopAsync();

        // The wait survives a restart.
        feed.Publish(AnalyticsFixture.Explainer("soon"));
        await using var restarted = await AnalyticsFixture.StartAsync(feed.Address, analytics.Folder, time);
        await restarted.KnowsAsync("stories/soon");
        Assert.Equal(2, await restarted.CountedAsync());
        var known = await restarted.RecordAsync(restarted.View("stories/soon"));
        Assert.Equal((1, 0), (known.Counted, known.Pending));

        // Time passes, and the feed says again that nothing is missing.
        time.Advance(TimeSpan.FromMinutes(21));
        feed.Publish(AnalyticsFixture.Explainer("other"));
        await restarted.KnowsAsync("stories/other", meanwhile: () => time.Advance(TimeSpan.FromSeconds(1)));
        for (var i = 0; i < 200 && await restarted.NotCountedAsync(NotCountedReason.UnknownStory) == 0; i++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        Assert.Equal(1, await restarted.NotCountedAsync(NotCountedReason.UnknownStory));
        Assert.Equal(2, await restarted.CountedAsync());
    }

    [Fact]
    public async Task StreamEvents_answers_for_the_whole_stream()
    {
        await using var analytics = await AnalyticsFixture.StartAsync(settings: "--Broadsheet:Analytics:MaxWaitingEvents=1500");
        using var call = analytics.Ingest.StreamEvents(cancellationToken: Cancel);
        var first = analytics.View("stories/a");
        for (var i = 0; i < 20; i++)
        {
            await call.RequestStream.WriteAsync(
                new StreamEventsRequest { Events = { Enumerable.Range(0, 999).Select(_ => analytics.View("stories/a")).Append(first) } }, Cancel);
        }

        await call.RequestStream.CompleteAsync();
        var answer = await call;
        Assert.Equal(19_981, answer.Counted);
        Assert.Equal((NotCountedReason.Duplicate, 19L), (Assert.Single(answer.NotCountedTotals).Reason, answer.NotCountedTotals[0].Count));
        Assert.Equal(1_999, answer.NotCounted[0].Index);
        Assert.Equal(19_981, await analytics.CountedAsync());
    }

    [Fact]
    public async Task RecordEvents_is_refused_before_memory_grows()
    {
        await using var analytics = await AnalyticsFixture.StartAsync(settings: ["--Broadsheet:Analytics:MaxWaitingEvents=10", "--Broadsheet:Analytics:MaxRememberedEvents=30"]);
        await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, "OVERLOADED", () => analytics.RecordAsync([.. Enumerable.Range(0, 11).Select(_ => analytics.View("stories/a"))]));
        for (var i = 0; i < 3; i++)
        {
            await analytics.RecordAsync([.. Enumerable.Range(0, 10).Select(_ => analytics.View("stories/a"))]);
        }

        await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, "OVERLOADED", () => analytics.RecordAsync(analytics.View("stories/a")));
        Assert.Equal(30, await analytics.CountedAsync());
    }

    [Fact]
    public async Task A_visit_with_more_events_than_a_reader_can_cause_is_cut_off()
    {
        await using var analytics = await AnalyticsFixture.StartAsync();
        var minute = analytics.View("stories/a", "v").OccurredAt;
        minute.Seconds = (minute.Seconds / 60 * 60) - 60;
        var answer = await analytics.RecordAsync([.. Enumerable.Range(0, 300).Select(_ =>
        {
            var one = analytics.View("stories/a", "v");
            one.OccurredAt = minute;
            return one;
        })]);
        Assert.Equal(240, answer.Counted);
        Assert.All(answer.NotCounted, one => Assert.Equal(NotCountedReason.Rate, one.Reason));
    }

    [Fact]
    public async Task Service_is_ready_without_content()
    {
        await using var analytics = await AnalyticsFixture.StartAsync();
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(analytics.HealthAddress, "/readyz"), Cancel)).StatusCode);
    }
}
