using Broadsheet.Analytics.V1;

namespace Broadsheet.Cli.Events;

/// <summary>Sends events of the past in batches and says what became of them.</summary>
internal sealed class EventImport(IngestService.IngestServiceClient client, Session session)
{
    private const int MaxShown = 10;

    private readonly SortedDictionary<NotCountedReason, long> _notCounted = [];
    private readonly List<NotCountedEvent> _shown = [];
    private long _counted;
    private long _pending;

    public async Task RunAsync(IAsyncEnumerable<HistoricalEvent> events, int batch)
    {
        var request = new ImportEventsRequest();
        await foreach (var one in events.WithCancellation(session.Cancel))
        {
            request.Events.Add(one);
            if (request.Events.Count == batch)
            {
                await SendAsync(request);
                request = new ImportEventsRequest();
            }
        }

        if (request.Events.Count > 0)
        {
            await SendAsync(request);
        }
    }

    /// <summary>Prints the outcome; the exit code is 1 if something is wrong with an event (one that is there already is not).</summary>
    public async Task<int> TellAsync(long skipped)
    {
        if (session.Json)
        {
            ServerCommand.WriteJson(new StreamEventsResponse
            {
                Counted = _counted,
                Pending = _pending,
                NotCounted = { _shown },
                NotCountedTotals = { _notCounted.Select(total => new NotCountedTotal { Reason = total.Key, Count = total.Value }) },
            });
        }
        else
        {
            var reasons = string.Concat(_notCounted.Select(total => $", {total.Value:N0} not ({Name(total.Key)})"));
            Console.WriteLine($"{_counted:N0} counted{(_pending > 0 ? $" ({_pending:N0} of stories not known yet)" : "")}{reasons}{(skipped > 0 ? $", {skipped:N0} rows of other pages" : "")}");
        }

        foreach (var one in _shown)
        {
            await Console.Error.WriteLineAsync($"{one.EventId}: {Name(one.Reason)}{(one.Detail.Length > 0 ? $": {one.Detail}" : "")}");
        }

        return _notCounted.Keys.All(reason => reason == NotCountedReason.Duplicate) ? 0 : 1;
    }

    private static string Name(NotCountedReason reason) => reason.ToString().ToLowerInvariant();

    private async Task SendAsync(ImportEventsRequest request)
    {
        var response = await client.ImportEventsAsync(request, cancellationToken: session.Cancel);
        _counted += response.Counted;
        _pending += response.Pending;
        foreach (var one in response.NotCounted)
        {
            _notCounted[one.Reason] = _notCounted.GetValueOrDefault(one.Reason) + 1;
            if (one.Reason != NotCountedReason.Duplicate && _shown.Count < MaxShown)
            {
                _shown.Add(one);
            }
        }
    }
}
