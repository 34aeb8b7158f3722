using System.Globalization;
using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.V1;
using Broadsheet.Content.V1;
using Broadsheet.Query.Tests;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Analytics.Tests;

/// <summary>
/// Random readers of three stories around the days in which clocks are changed, in the service's store and in a model. Events are written
/// by the service's writer, past the check of their time.
/// </summary>
internal sealed class ReportWorld : IAsyncDisposable
{
    private static readonly string[] Sections = ["lead", "section-1", "section-2", "section-3"];
    private static readonly string?[] Readers = [null, null, "readers/ann", "readers/ben", "creators/cleo"];
    private static readonly Guid?[] Visitors = [null, new("00000000-0000-0000-0000-000000000001"), new("00000000-0000-0000-0000-000000000002"), new("00000000-0000-0000-0000-000000000003")];
    private static readonly string?[] Texts = [null, "Mail", "feed", "ß-1"];

    private readonly Random _random;
    private readonly List<EventRow> _events = [];
    private readonly DateTimeOffset _first;
    private readonly int _days;

    private ReportWorld(FeedServer feed, AnalyticsFixture service, int seed, DateTimeOffset first, int days)
    {
        Feed = feed;
        Service = service;
        _random = new Random(seed);
        _first = first;
        _days = days;
    }

    public FeedServer Feed { get; }

    public AnalyticsFixture Service { get; }

    public ReportModel Model { get; } = new();

    /// <summary>A deadline that a busy machine keeps.</summary>
    public static DateTime Patience => TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(60);

    public static async Task<ReportWorld> StartAsync(int seed, DateTimeOffset first, int days, int visits, bool rolledUp, params string[] settings)
    {
        var feed = await StoryServer.StartAsync();
        var service = await AnalyticsFixture.StartAsync(feed.Address, null, null, settings);
        var world = new ReportWorld(feed, service, seed, first, days);
        await world.FillAsync(visits, rolledUp);
        return world;
    }

    public async Task<QueryReportResponse> AskAsync(QueryReportRequest request) =>
        await Service.Reports.QueryReportAsync(request, deadline: Patience, cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Feed.DisposeAsync();
    }

    private async Task FillAsync(int visits, bool rolledUp)
    {
        Publish("a", "communities/x", "creators/ada", 1_000);
        Publish("b", "communities/x", "creators/bo", 119);
        Publish("c", "communities/y", "creators/ada", 500);
        for (var i = 0; i < 30; i++)
        {
            var (story, at) = (OneOf("a", "b", "c"), Moment());
            Model.Comments.Add(($"stories/{story}", at));
            Feed.Add(new Change
            {
                Resource = $"stories/{story}/comments/{i}",
                Comment = new Comment { Name = $"stories/{story}/comments/{i}", Author = "readers/ann", CreateTime = Timestamp.FromDateTimeOffset(at) },
            });
        }

        Publish("end", "communities/z", "creators/end", 100);
        await Service.KnowsAsync("stories/end");
        for (var i = 0; i < visits; i++)
        {
            AddVisit(i);
        }

        MarkSessions();
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var batchInsights = new Dictionary<(string, string), InsightRow?>();
        for (var i = 0; i < 20; i++)
        {
            var (story, at) = ($"stories/{OneOf("a", "b", "c")}", Moment());
            Model.Insights.Add((story, at));
            batchInsights[(story, $"readers/r{i}")] = new InsightRow(1, [1], 1, at, at.AddDays(3));
        }

        await Service.Services.GetRequiredService<StoreWriter>().WriteAsync(0, batch =>
        {
            batch.Events.AddRange(_events.Select(row => (row, now)));
            foreach (var (key, row) in batchInsights)
            {
                batch.Insights[key] = row;
            }

            return true;
        });
        if (rolledUp)
        {
            // All hours at once, whether they are settled or not: no more events come.
            await RollUpAsync();
        }
    }

    private async Task RollUpAsync()
    {
        var store = Service.Services.GetRequiredService<IAnalyticsStore>();
        var hours = _events.Select(row => Rollups.HourOf(row.OccurredAt)).Distinct().ToList();
        var visits = new Sql(store.Dialect);
        visits.Text = $"insert into visits (generation, {VisitFigures.Columns}) select 1, {VisitFigures.Columns} from ({VisitFigures.Fold(visits, [.. hours.Order()], null)}) f";
        List<Sql> statements = [visits];
        foreach (var hour in hours)
        {
            var rolled = new Sql(store.Dialect);
            rolled.Text = $"insert into rollup_hours values ({rolled.Parameter(hour)}, 1)";
            statements.Add(rolled);
        }

        statements.Add(store.Dialect.SetWatermark(TimeProvider.System.GetUtcNow().AddHours(1)));
        await store.ChangeAsync(statements, TestContext.Current.CancellationToken);
    }

    private void Publish(string id, string community, string creator, int words)
    {
        var story = AnalyticsFixture.Explainer(id, words);
        story.Community = community;
        story.Creator = creator;
        Feed.Publish(story);
        Model.Stories[$"stories/{id}"] = (community, creator, Sections, words / 238.0 * 60);
    }

    private void AddVisit(int number)
    {
        var story = $"stories/{OneOf("a", "b", "c")}";
        var at = Moment();
        var reader = OneOf(Readers);
        var visitor = OneOf(Visitors);
        var visit = _random.Next(4) == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"v{number}");
        var revision = _random.Next(6) == 0 ? 2 : 1;
        var page = new PageAddress(OneOf(null, "example.org", "News.Example.com"), null, OneOf(Texts), OneOf(Texts), OneOf(Texts), OneOf(Texts), OneOf(Texts));
        var (channel, device, imported) = ((byte)_random.Next(10), (Device)_random.Next(4), _random.Next(3) == 0);
        Add(EventKind.View, at);
        var (engaged, reached, wall) = (0.0, new SortedSet<string>(StringComparer.Ordinal), 0.0);
        for (var beat = visit is null ? 0 : _random.Next(4); beat > 0; beat--)
        {
            // To the second, so that milliseconds are the same however they are rounded.
            wall += _random.Next(1, 60);
            engaged = Math.Min(wall, engaged + _random.Next(0, 40));
            reached.UnionWith(Sections.Where(_ => _random.Next(3) == 0));
            Add(EventKind.Heartbeat, at.AddSeconds(wall), engaged, [.. reached, "elsewhere"]);
        }

        Model.Facts.Add(Fact(at) with { IsView = true, IsVisit = visit is not null, Engaged = engaged, Reached = revision == 1 && visit is not null ? [.. reached] : [] });
        if (visit is not null && _random.Next(5) == 0)
        {
            // The page is shown again in the same visit.
            var again = at.AddSeconds(wall + _random.Next(1, 5_000));
            Add(EventKind.View, again);
            Model.Facts.Add(Fact(again) with { IsView = true });
        }

        if (_random.Next(5) == 0)
        {
            var shared = at.AddSeconds(wall + _random.Next(1, 500));
            Add(EventKind.Share, shared);
            Model.Facts.Add(Fact(shared) with { IsShare = true });
        }

        Happened Fact(DateTimeOffset when) => new()
        {
            At = when, Story = story, Revision = revision, Reader = reader, Visitor = visitor, Page = page, Channel = channel, Device = device, Imported = imported,
        };

        void Add(EventKind kind, DateTimeOffset when, double? seconds = null, string[]? sections = null) => _events.Add(new EventRow
        {
            Id = Guid.CreateVersion7(), OccurredAt = when, Kind = kind, Story = story, Revision = revision, Visit = visit, Reader = reader, Visitor = visitor,
            Page = page, Channel = channel, Device = device, Imported = imported, EngagedSeconds = seconds, Sections = sections,
        });
    }

    // A view begins a session if its reader did nothing in the half hour before.
    private void MarkSessions()
    {
        foreach (var ofReader in _events.GroupBy(row => row.Reader ?? row.Visitor?.ToString() ?? row.Visit ?? row.Id.ToString()))
        {
            DateTimeOffset? last = null;
            foreach (var row in ofReader.OrderBy(row => row.OccurredAt).ThenBy(row => row.Id.ToString(), StringComparer.Ordinal))
            {
                if (row.Kind == EventKind.View && (last is null || row.OccurredAt - last > TimeSpan.FromMinutes(30)))
                {
                    Model.Facts.Single(fact => fact.IsView && fact.At == row.OccurredAt && fact.Story == row.Story && fact.Visitor == row.Visitor && fact.Reader == row.Reader).BeginsSession = true;
                }

                last = row.OccurredAt;
            }
        }
    }

    // Whole milliseconds, each once.
    private DateTimeOffset Moment() => _first.AddMilliseconds(_random.NextInt64(_days * 86_400_000L));

    private T OneOf<T>(params T[] values) => values[_random.Next(values.Length)];
}
