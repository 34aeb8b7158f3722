using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.V1;

namespace Broadsheet.Analytics.Trending;

/// <summary>The ranking, worked out when it is asked for and older than ten seconds.</summary>
internal sealed class TrendingRanking(IAnalyticsStore store, Facts facts, StoryKnowledge stories, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _computing = new(1, 1);
    private volatile Ranking? _last;

    /// <summary>The ranking of the whole site.</summary>
    public async Task<Ranking> CurrentAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last && time.GetUtcNow() - last.ComputedAt < MaxAge)
        {
            return last;
        }

        await _computing.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } meanwhile && time.GetUtcNow() - meanwhile.ComputedAt < MaxAge)
            {
                return meanwhile;
            }

            var now = time.GetUtcNow();
            var signals = await SignalsAsync(now, cancellationToken);
            return _last = new Ranking(now, Rank(signals, now));
        }
        finally
        {
            _computing.Release();
        }
    }

    public void Dispose() => _computing.Dispose();

    private List<RankedStory> Rank(List<Signal> signals, DateTimeOffset now)
    {
        var rule = TrendingRule.Current;
        var ranked = new List<RankedStory>();
        foreach (var ofStory in signals.GroupBy(signal => signal.Story))
        {
            if (stories.Find(ofStory.Key) is not { Published: true } facts)
            {
                continue;
            }

            var anonymous = ofStory.Where(signal => signal.Anonymous).Sum(signal => signal.Sum);
            var signedIn = ofStory.Where(signal => !signal.Anonymous).Sum(signal => signal.Sum);
            var kept = anonymous > 0 ? rule.Anonymous(anonymous, signedIn) / anonymous : 1;
            var parts = ofStory.GroupBy(signal => signal.Kind).Select(part => new TrendingPart
            {
                Signal = part.Key,
                Count = part.Sum(signal => signal.Count),
                DecayedCount = part.Sum(signal => signal.Decayed),
                Weight = TrendingRule.WeightOf(part.Key),
                Contribution = part.Sum(signal => signal.Sum * (signal.Anonymous ? kept : 1)),
            }).OrderByDescending(part => part.Contribution).ThenBy(part => part.Signal).ToList();
            var age = now - facts.KnownFrom;
            var decay = Math.Pow(2, -Math.Max(0, age / rule.StoryHalfLife));
            var value = decay * parts.Sum(part => part.Contribution);
            if (value > 0)
            {
                ranked.Add(new RankedStory(
                    facts.Community,
                    new TrendingStory { Story = facts.Story, Score = new TrendingScore { Value = value, AgeDecay = decay, Parts = { parts } } }));
            }
        }

        return [.. ranked.OrderByDescending(story => story.Story.Score.Value).ThenBy(story => story.Story.Story, StringComparer.Ordinal)];
    }

    // A reader counts once an hour for each signal and story. All whose connection is unknown are one.
    private async Task<List<Signal>> SignalsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rule = TrendingRule.Current;
        var sql = new Sql(store.Dialect);
        var visits = await facts.SqlAsync(sql, new FactPeriod(now - rule.Window, now + EventRules.Ahead), null, cancellationToken);
        var (from, to) = (sql.Parameter(now - rule.Window), sql.Parameter(now));
        sql.Text =
            $"""
            with facts as materialized (select story, views, shares, reader, visitor, viewed_at, {facts.IsRead} as is_read from {visits} v),
            signals as (
                select story, 1 as signal, reader, cast(visitor as varchar) as visitor, viewed_at as moment from facts where views > 0
                union all select story, 2, reader, cast(visitor as varchar), viewed_at from facts where is_read
                union all select story, 3, reader, cast(visitor as varchar), viewed_at from facts where shares > 0
                union all select story, 4, nullif(author, ''), null, create_time from {store.Dialect.Current("comments")} c where create_time >= {from}
                union all select story, 5, reader, null, update_time from {store.Dialect.Current("insights")} i where update_time >= {from}),
            readers as (
                select story, signal, reader is null as anonymous, coalesce(reader, visitor, '') as who, date_trunc('hour', moment) as hour, max(moment) as last
                from signals group by story, signal, anonymous, who, hour)
            select story, cast(signal as integer), anonymous, cast(count(*) as bigint),
                cast(sum(pow(2, -greatest(0, {store.Dialect.Seconds("last", to)}) / {rule.SignalHalfLife.TotalSeconds})) as double)
            from readers group by story, signal, anonymous
            """;
        return await store.QueryAsync(
            sql, row => new Signal(row.GetString(0), (TrendingSignal)row.GetInt32(1), row.GetBoolean(2), row.GetInt64(3), row.GetDouble(4)), cancellationToken);
    }

    private sealed record Signal(string Story, TrendingSignal Kind, bool Anonymous, long Count, double Decayed)
    {
        public double Sum => Decayed * TrendingRule.WeightOf(Kind);
    }
}

/// <summary>The stories that trend, hottest first.</summary>
internal sealed record Ranking(DateTimeOffset ComputedAt, IReadOnlyList<RankedStory> Stories);

/// <summary>A story that trends, and its community.</summary>
internal sealed record RankedStory(string Community, TrendingStory Story);
