using System.Globalization;
using System.Net;
using Broadsheet.Analytics.Ingest.Channels;
using Broadsheet.Analytics.Ingest.Robots;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Grpc.Core;

namespace Broadsheet.Analytics.Ingest;

/// <summary>Takes in reading events.</summary>
internal sealed class IngestRpc(
    EventLog log, StoreWriter writer, IngestCounts counts, EventImport import, DaySalt salt, RobotUserAgents robots, DataCentres dataCentres,
    ExclusionRules exclusions, ChannelRules channels, AnalyticsOptions options, TimeProvider time)
    : IngestService.IngestServiceBase
{
    /// <summary>Role of a client that speaks for readers. An editor has it too.</summary>
    public const string WriteRole = "events.write";

    private const int MaxBatch = 5_000;
    private const int MaxListed = 1_000;
    private const int MaxInFlight = 4;
    private static readonly TimeSpan StreamPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FullMemoryDelay = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxTotals = TimeSpan.FromDays(31);

    public override async Task<RecordEventsResponse> RecordEvents(RecordEventsRequest request, ServerCallContext context)
    {
        var outcome = await RecordAsync(request.Events, 0, Connection.Of(context));
        return new RecordEventsResponse { Counted = outcome.Counted, Pending = outcome.Pending, NotCounted = { outcome.NotCounted } };
    }

    public override async Task<StreamEventsResponse> StreamEvents(IAsyncStreamReader<StreamEventsRequest> requestStream, ServerCallContext context)
    {
        var connection = Connection.Of(context);
        var response = new StreamEventsResponse();
        var totals = new Dictionary<NotCountedReason, long>();
        var inFlight = new Queue<Task<Outcome>>();
        var index = 0L;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            // A few batches share a commit; more are not read, so that the client feels it.
            if (inFlight.Count >= MaxInFlight)
            {
                Note(await inFlight.Dequeue());
            }

            inFlight.Enqueue(RecordPatientlyAsync(requestStream.Current.Events, index, connection, context.CancellationToken));
            index += requestStream.Current.Events.Count;
        }

        while (inFlight.Count > 0)
        {
            Note(await inFlight.Dequeue());
        }

        response.NotCountedTotals.AddRange(totals.OrderBy(total => total.Key).Select(total => new NotCountedTotal { Reason = total.Key, Count = total.Value }));
        return response;

        void Note(Outcome outcome)
        {
            response.Counted += outcome.Counted;
            response.Pending += outcome.Pending;
            foreach (var one in outcome.NotCounted)
            {
                totals[one.Reason] = totals.GetValueOrDefault(one.Reason) + 1;
                if (response.NotCounted.Count < MaxListed)
                {
                    response.NotCounted.Add(one);
                }
            }
        }
    }

    public override Task<ImportEventsResponse> ImportEvents(ImportEventsRequest request, ServerCallContext context)
    {
        context.RequireRole(Caller.EditorRole);
        return import.ImportAsync(request, context.CancellationToken);
    }

    public override async Task<ListIngestTotalsResponse> ListIngestTotals(ListIngestTotalsRequest request, ServerCallContext context)
    {
        context.RequireRole(Caller.EditorRole);
        // An hour that begins just now is in it.
        var to = request.To?.ToDateTimeOffset() ?? time.GetUtcNow().AddMilliseconds(1);
        var from = request.From?.ToDateTimeOffset() ?? to - EventRules.Window;
        if (to <= from || to - from > MaxTotals)
        {
            throw RpcError.InvalidField("to", "must be after from, by at most 31 days");
        }

        return new ListIngestTotalsResponse { Hours = { await counts.ListAsync(from, to, context.CancellationToken) } };
    }

    private async Task<Outcome> RecordPatientlyAsync(IReadOnlyList<ReadingEvent> events, long index, Connection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await RecordAsync(events, index, connection);
            }
            catch (RpcException exception) when (Clients.RpcFailure.From(exception).Reason == RpcError.NameOf(ErrorReason.Overloaded))
            {
                await Task.Delay(StreamPause, time, cancellationToken);
            }
        }
    }

    private async Task<Outcome> RecordAsync(IReadOnlyList<ReadingEvent> events, long index, Connection connection)
    {
        if (events.Count is 0 or > MaxBatch)
        {
            throw RpcError.InvalidField("events", "1 to 5,000");
        }

        if (log.Remembered + events.Count > options.MaxRememberedEvents)
        {
            throw RpcError.Retryable(ErrorReason.Overloaded, "as many events of the last 24 hours are remembered as may be", FullMemoryDelay);
        }

        var now = time.GetUtcNow();
        var rows = new EventRow?[events.Count];
        var outcomes = new NotCountedEvent?[events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            (rows[i], outcomes[i]) = Check(events[i], index + i, connection, now);
        }

        return await writer.WriteAsync(events.Count, _ =>
        {
            var outcome = new Outcome();
            for (var i = 0; i < rows.Length; i++)
            {
                var notCounted = outcomes[i];
                if (rows[i] is { } row)
                {
                    var (reason, pending) = log.Add(row, now);
                    outcome.Pending += pending ? 1 : 0;
                    notCounted = reason is null ? null : new NotCountedEvent { EventId = events[i].EventId, Reason = reason.Value, Index = index + i };
                }
                else
                {
                    log.Count(notCounted!.Reason, 1, now);
                }

                if (notCounted is null)
                {
                    outcome.Counted++;
                }
                else
                {
                    outcome.NotCounted.Add(notCounted);
                }
            }

            return outcome;
        });
    }

    private (EventRow? Row, NotCountedEvent? NotCounted) Check(ReadingEvent source, long index, Connection connection, DateTimeOffset now)
    {
        if (EventRules.Broken(source, out var id) is { } broken)
        {
            return (null, Not(NotCountedReason.Malformed, broken));
        }

        if (!connection.SpeaksForReaders && source.Reader.Length > 0 && source.Reader != connection.Caller)
        {
            return (null, Not(NotCountedReason.Malformed, "reader: must be the caller, or the caller must have the role events.write"));
        }

        var occurredAt = source.OccurredAt.ToDateTimeOffset();
        if (occurredAt > now + EventRules.Ahead)
        {
            return (null, Not(NotCountedReason.Future));
        }

        if (occurredAt <= now - EventRules.Window)
        {
            return (null, Not(NotCountedReason.TooOld));
        }

        var (address, userAgent, isReaders) = connection.Of(source);
        var readers = isReaders && IPAddress.TryParse(address, out var parsed) ? parsed : null;
        var page = PageAddress.Of(source);
        if (exclusions.Find(page, readers, isReaders ? userAgent : "") is { } rule)
        {
            return (null, Not(NotCountedReason.Excluded, rule));
        }

        if (isReaders && robots.IsRobot(userAgent))
        {
            return (null, Not(NotCountedReason.Bot));
        }

        if (readers is not null && dataCentres.Contains(readers))
        {
            return (null, Not(NotCountedReason.DataCentre));
        }

        return (new EventRow
        {
            Id = id,
            OccurredAt = occurredAt,
            Kind = (EventKind)(source.DetailCase - ReadingEvent.DetailOneofCase.View + 1),
            Story = source.Story.Length == 0 ? null : source.Story,
            Revision = source.Revision,
            Visit = source.Visit.Length == 0 ? null : source.Visit,
            Reader = source.Reader.Length > 0 ? source.Reader : connection.SpeaksForReaders || !EventRules.IsReader(connection.Caller) ? null : connection.Caller,
            Visitor = salt.VisitorOf(address, userAgent),
            Page = page,
            Channel = (byte)(source.DetailCase == ReadingEvent.DetailOneofCase.View ? channels.Of(page) : Channel.Unknown),
            Device = isReaders ? Connection.DeviceOf(userAgent) : Device.Unknown,
            EngagedSeconds = source.Heartbeat?.EngagedSeconds,
            Sections = source.Heartbeat?.Sections is { } sections ? [.. sections.Distinct(StringComparer.Ordinal)] : null,
            Name = source.DetailCase switch
            {
                ReadingEvent.DetailOneofCase.Share => source.Share.Channel,
                ReadingEvent.DetailOneofCase.SearchClick => source.SearchClick.Query,
                ReadingEvent.DetailOneofCase.Custom => source.Custom.Name,
                _ => null,
            },
            Position = source.SearchClick?.Position,
            Properties = source.Custom is { } custom ? EventRules.PropertiesOf(custom) : null,
        }, null);

        NotCountedEvent Not(NotCountedReason reason, string detail = "") => new()
        {
            EventId = source.EventId.Length <= 100 ? source.EventId : string.Create(CultureInfo.InvariantCulture, $"{source.EventId.AsSpan(0, 99)}…"),
            Reason = reason,
            Detail = detail,
            Index = index,
        };
    }

    private sealed class Outcome
    {
        public int Counted { get; set; }

        public int Pending { get; set; }

        public List<NotCountedEvent> NotCounted { get; } = [];
    }
}
