using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.V1;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Type;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Broadsheet.Analytics.Tests.ClickHouse;

/// <summary>The same random events into a service on each store: every report is the same, at any moment of the rollups.</summary>
public sealed class DifferentialTests
{
    private static readonly string[] Ids = ["a", "b", "c"];
    private static readonly string[] Sections = ["lead", "section-1", "section-2", "section-3", "elsewhere"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_events_give_the_same_reports_on_both_stores(int seed)
    {
        var server = await ClickHouseServer.SharedAsync();
        var random = new Random(seed);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var feed = await StoryServer.StartAsync();
        var shared = $"--Broadsheet:Analytics:SaltPath={AnalyticsFixture.NewFolder()}";
        await using var duck = await AnalyticsFixture.StartAsync(feed.Address, time: time, settings: shared);
        await using var click = await AnalyticsFixture.StartAsync(feed.Address, time: time, settings: [shared, .. AnalyticsFixture.StoreOf(server.NewDatabase())]);
        AnalyticsFixture[] both = [duck, click];
        var revisions = new Dictionary<string, int>();
        await PublishAsync(random.Next(3));
        var sent = new List<ReadingEvent>();
        for (var round = 0; round < 8; round++)
        {
            if (random.Next(3) == 0)
            {
                await PublishAsync(random.Next(3));
            }

            for (var call = 0; call < 3; call++)
            {
                var batch = Enumerable.Range(0, 40).Select(_ => sent.Count > 0 && random.Next(8) == 0 ? sent[random.Next(sent.Count)] : RandomEvent(duck, random)).ToArray();
                sent.AddRange(batch);
                var answers = new List<RecordEventsResponse>();
                foreach (var service in both)
                {
                    answers.Add(await service.RecordAsync(batch));
                }

                Same(answers[0], answers[1]);
            }

            if (random.Next(2) == 0)
            {
                await InsightAsync(both, random);
            }

            time.Advance(TimeSpan.FromMinutes(random.Next(1, 50)));
            if (random.Next(2) == 0)
            {
                foreach (var service in both)
                {
                    await service.Services.GetRequiredService<Rollups>().PassAsync(Cancel);
                }
            }

            if (round % 3 == 1)
            {
                await CompareAsync(duck, click, time);
            }
        }

        time.Advance(TimeSpan.FromHours(3));
        foreach (var service in both)
        {
            await service.Services.GetRequiredService<Rollups>().PassAsync(Cancel);
        }

        await CompareAsync(duck, click, time);
        Assert.True((await duck.Reports.ListTopStoriesAsync(new ListTopStoriesRequest(), cancellationToken: Cancel)).Stories[0].Figures.Reads > 0);

        async Task PublishAsync(int number)
        {
            var id = Ids[number];
            var story = AnalyticsFixture.Explainer(id, 100 + random.Next(900));
            revisions[id] = story.PublishedRevision = revisions.GetValueOrDefault(id) + 1;
            story.Community = number == 0 ? "communities/x" : "communities/y";
            story.Creator = "creators/ada";
            feed.Publish(story);
            foreach (var service in both)
            {
                await service.KnowsAsync($"stories/{id}", revisions[id], () => time.Advance(TimeSpan.FromMilliseconds(100)));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Random_questions_are_answered_alike_by_both_stores(bool rolledUp)
    {
        var server = await ClickHouseServer.SharedAsync();
        var first = new DateTimeOffset(2026, 3, 24, 0, 0, 0, TimeSpan.Zero);
        await using var duck = await ReportWorld.StartAsync(11, first, 10, 150, rolledUp);
        await using var click = await ReportWorld.StartAsync(11, first, 10, 150, rolledUp, AnalyticsFixture.StoreOf(server.NewDatabase()));
        await ReportTests.Requests().SampleAsync(
            async request =>
            {
                request.PageSize = 10;
                Same(await duck.AskAsync(request), await click.AskAsync(request));
            },
            seed: "0000000000o1", iter: 60, threads: 1);
    }

    private static async Task CompareAsync(AnalyticsFixture duck, AnalyticsFixture click, FakeTimeProvider time)
    {
        var today = DayOf(time.GetUtcNow());
        Same(await TotalsAsync(duck), await TotalsAsync(click));
        foreach (var story in Ids.Where(id => duck.Services.GetRequiredService<Stories.StoryKnowledge>().Find($"stories/{id}") is not null).Select(id => $"stories/{id}"))
        {
            await SameAsync(service => service.Reports.GetStoryReportAsync(new GetStoryReportRequest { Story = story }, cancellationToken: Cancel));
            await SameAsync(service => service.Reports.GetStoryReportAsync(new GetStoryReportRequest { Story = story, From = today, To = today }, cancellationToken: Cancel));
            await SameAsync(service => service.Insights.GetStoryInsightsAsync(new GetStoryInsightsRequest { Story = story }, cancellationToken: Cancel));
        }

        await SameAsync(service => service.Reports.ListTrendingAsync(new ListTrendingRequest(), cancellationToken: Cancel));
        await SameAsync(service => service.Reports.ListTopStoriesAsync(new ListTopStoriesRequest(), cancellationToken: Cancel));
        await SameAsync(service => service.Reports.GetCreatorReportAsync(new GetCreatorReportRequest { Creator = "creators/ada" }, cancellationToken: Cancel));

        async Task SameAsync<T>(Func<AnalyticsFixture, Grpc.Core.AsyncUnaryCall<T>> ask)
            where T : IMessage => Same(await ask(duck), await ask(click));
    }

    // When a story is given up depends on when the service last heard from the feed, so both kinds are one here.
    private static async Task<ListIngestTotalsResponse> TotalsAsync(AnalyticsFixture service)
    {
        var totals = await service.Ingest.ListIngestTotalsAsync(new ListIngestTotalsRequest(), cancellationToken: Cancel);
        foreach (var hour in totals.Hours)
        {
            if (hour.NotCounted.FirstOrDefault(total => total.Reason == NotCountedReason.UnknownStory) is { } unknown)
            {
                hour.Counted += unknown.Count;
                hour.NotCounted.Remove(unknown);
            }
        }

        return totals;
    }

    private static async Task InsightAsync(AnalyticsFixture[] both, Random random)
    {
        var (reader, story, level, withdraw) = ($"readers/{random.Next(6)}", $"stories/{Ids[random.Next(3)]}", (InsightLevel)random.Next(1, 4), random.Next(4) == 0);
        foreach (var service in both)
        {
            try
            {
                if (withdraw)
                {
                    await service.Insights.WithdrawInsightAsync(new WithdrawInsightRequest { Story = story }, AnalyticsFixture.As(reader), cancellationToken: Cancel);
                }
                else
                {
                    await service.Insights.SubmitInsightAsync(
                        new SubmitInsightRequest { Story = story, Insight = new Insight { Level = level, Strengths = { InsightStrength.EyeOpening } } }, AnalyticsFixture.As(reader), cancellationToken: Cancel);
                }
            }
            catch (Grpc.Core.RpcException exception) when (exception.StatusCode == Grpc.Core.StatusCode.NotFound)
            {
                // A story that is not there, on both.
            }
        }
    }

    private static ReadingEvent RandomEvent(AnalyticsFixture analytics, Random random)
    {
        var (story, visit, ago) = ($"stories/{Ids[random.Next(3)]}", random.Next(5) == 0 ? "" : $"v{random.Next(30)}", random.Next(0, 5 * 3_600) + (random.Next(1_000) / 1_000.0));
        var reader = random.Next(3) == 0 ? $"readers/{random.Next(6)}" : "";
        var happened = analytics.Event(random.Next(30) == 0 ? "stories/unknown" : story, visit, ago, reader);
        happened.Client = random.Next(4) == 0 ? null : new ReadingClient { IpAddress = $"203.0.113.{random.Next(6)}", UserAgent = random.Next(20) == 0 ? "Googlebot/2.1" : "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0" };
        happened.Referrer = random.Next(3) switch { 0 => "", 1 => "https://www.google.com/search", _ => "https://news.example/a" };
        happened.Url = random.Next(4) == 0 ? "/s/a?utm_source=Mail&utm_campaign=\u00df" : "/s/a";
        happened.Revision = random.Next(10) == 0 ? 1 : 0;
        switch (random.Next(10))
        {
            case < 4:
                happened.View = new View();
                break;
            case < 8:
                happened.Heartbeat = new Heartbeat { EngagedSeconds = random.Next(0, 900) / 10.0, Sections = { Sections.Where(_ => random.Next(2) == 0) } };
                break;
            case 8:
                happened.Share = new Share { Channel = "mail" };
                break;
            default:
                happened.Custom = new CustomEvent { Name = "opened", Properties = { ["a"] = "1" } };
                break;
        }

        return happened;
    }

    private static Date DayOf(DateTimeOffset moment) => new() { Year = moment.Year, Month = moment.Month, Day = moment.Day };

    // Field by field; sums of fractions may be added in another order.
    private static void Same(IMessage expected, IMessage actual)
    {
        foreach (var field in expected.Descriptor.Fields.InFieldNumberOrder())
        {
            var (left, right) = (field.Accessor.GetValue(expected), field.Accessor.GetValue(actual));
            if (field.IsRepeated && !field.IsMap)
            {
                var (lefts, rights) = (((System.Collections.IList)left).Cast<object>().ToList(), ((System.Collections.IList)right).Cast<object>().ToList());
                Assert.True(lefts.Count == rights.Count, $"{field.FullName}: {expected} / {actual}");
                foreach (var (one, other) in lefts.Zip(rights))
                {
                    SameValue(field, one, other, expected, actual);
                }
            }
            else
            {
                Assert.True(!field.HasPresence || field.Accessor.HasValue(expected) == field.Accessor.HasValue(actual), $"{field.FullName}: {expected} / {actual}");
                SameValue(field, left, right, expected, actual);
            }
        }
    }

    private static void SameValue(FieldDescriptor field, object? left, object? right, IMessage expected, IMessage actual)
    {
        switch (left)
        {
            case double number:
                Assert.True(Math.Abs(number - (double)right!) <= 1e-9 * Math.Max(1, Math.Abs(number)), $"{field.FullName}: {expected} / {actual}");
                break;
            case IMessage message:
                Same(message, (IMessage)right!);
                break;
            default:
                Assert.True(Equals(left, right), $"{field.FullName}: {expected} / {actual}");
                break;
        }
    }
}
