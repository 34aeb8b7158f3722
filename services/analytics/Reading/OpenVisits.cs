using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Stories;

namespace Broadsheet.Analytics.Reading;

/// <summary>
/// Visits of open hours, held in a table: folded when somebody asks and something changed since, once for all who ask. A fold of an
/// hour takes an engine longer to plan than to run, so statements read its result.
/// </summary>
internal sealed class OpenVisits(IAnalyticsStore store, Rollups rollups, StoryKnowledge stories, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _folding = new(1, 1);
    private volatile Held? _held;
    private long _generation;
    private int _forgotten;

    /// <summary>Makes the table say what was acknowledged until now; returns the hours that it is of.</summary>
    public async Task<IReadOnlyList<DateTimeOffset>> HoldAsync(CancellationToken cancellationToken)
    {
        if (_held is { } held && held.State == await StateAsync(cancellationToken))
        {
            return held.Hours;
        }

        // Whoever waits is served by the fold that begins after they came, and nobody's going away ends it for the others.
        await _folding.WaitAsync(cancellationToken);
        var folding = FoldAsync();
        return await folding.WaitAsync(cancellationToken);
    }

    /// <summary>Makes the next who asks fold anew, because rows that are there were changed.</summary>
    public void Forget() => Interlocked.Increment(ref _forgotten);

    public void Dispose() => _folding.Dispose();

    private async Task<IReadOnlyList<DateTimeOffset>> FoldAsync()
    {
        try
        {
            // Before the fold: what changes while it runs makes another.
            var state = await StateAsync(CancellationToken.None);
            if (_held is { } meanwhile && meanwhile.State == state)
            {
                return meanwhile.Hours;
            }

            var hours = HourSpans.Joined(await rollups.OpenHoursAsync(CancellationToken.None));
            Sql? visits = null;
            if (hours.Count > 0)
            {
                visits = new Sql(store.Dialect);
                visits.Text = $"select {VisitFigures.Columns} from ({VisitFigures.Fold(visits, hours, null)}) f";
            }

            _generation = Math.Max(_generation + 1, time.GetUtcNow().UtcTicks);
            await store.HoldAsync(visits, hours, _generation, CancellationToken.None);
            _held = new Held(state, hours);
            return hours;
        }
        finally
        {
            _folding.Release();
        }
    }

    private async Task<State> StateAsync(CancellationToken cancellationToken)
    {
        var forgotten = Volatile.Read(ref _forgotten);
        var (openings, knowledge) = (store.Openings, stories.Changes);
        var (watermark, changes, events) = await rollups.StateAsync(cancellationToken);
        return new State(openings, forgotten, knowledge, watermark, changes, events);
    }

    private sealed record Held(State State, IReadOnlyList<DateTimeOffset> Hours);

    private sealed record State(int Openings, int Forgotten, long Knowledge, DateTimeOffset Watermark, long Changes, long Events);
}
