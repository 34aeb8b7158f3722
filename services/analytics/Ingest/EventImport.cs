using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Broadsheet.Analytics.Export;
using Broadsheet.Analytics.Ingest.Channels;
using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Errors;

namespace Broadsheet.Analytics.Ingest;

/// <summary>
/// Takes in events of the past. Their ids are compared with what is stored between the first and the last of a batch, so nothing of
/// them is held in memory; one batch at a time, so that two which hold the same event don't both find it missing.
/// </summary>
internal sealed class EventImport(IAnalyticsStore store, StoreWriter writer, StoryKnowledge stories, ChannelRules channels, AnalyticsOptions options, TimeProvider time) : IDisposable
{
    /// <summary>
    /// Events that happened later are refused. An hour more than <see cref="EventRules.Window"/>: a live event may still wait to be
    /// written when it has left the window, and ids of such are not looked for here.
    /// </summary>
    public static readonly TimeSpan Past = EventRules.Window + TimeSpan.FromHours(1);

    private const int MaxBatch = 5_000;
    private const int MaxKey = 200;
    private const int MaxShownId = 100;
    // A statement with more ids is longer than a server takes.
    private const int IdsAtOnce = 2_500;

    private readonly SemaphoreSlim _importing = new(1, 1);

    public async Task<ImportEventsResponse> ImportAsync(ImportEventsRequest request, CancellationToken cancellationToken)
    {
        if (request.Events.Count is 0 or > MaxBatch)
        {
            throw RpcError.InvalidField("events", "1 to 5,000");
        }

        var now = time.GetUtcNow();
        var rows = new EventRow?[request.Events.Count];
        var refused = new NotCountedEvent?[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            (rows[i], refused[i]) = Check(request.Events[i], i, now);
        }

        await _importing.WaitAsync(cancellationToken);
        try
        {
            var known = await KnownAsync(rows, cancellationToken);
            for (var i = 0; i < rows.Length; i++)
            {
                if (rows[i] is { } row && !known.Add(row.Id))
                {
                    (rows[i], refused[i]) = (null, Refusal(request.Events[i], i, NotCountedReason.Duplicate));
                }
            }

            var counted = rows.OfType<EventRow>().ToList();
            if (counted.Count > 0)
            {
                await writer.WriteAsync(counted.Count, batch =>
                {
                    batch.Events.AddRange(counted.Select(row => (row, now.UtcDateTime)));
                    return true;
                });
            }

            return new ImportEventsResponse
            {
                Counted = counted.Count,
                Pending = counted.Count(row => row.Story is { } story && stories.Find(story) is null),
                NotCounted = { refused.OfType<NotCountedEvent>() },
            };
        }
        finally
        {
            _importing.Release();
        }
    }

    public void Dispose() => _importing.Dispose();

    /// <summary>Which of the ids are stored already.</summary>
    private async Task<HashSet<Guid>> KnownAsync(EventRow?[] rows, CancellationToken cancellationToken)
    {
        var known = new HashSet<Guid>();
        foreach (var some in rows.OfType<EventRow>().OrderBy(row => row.OccurredAt).Chunk(IdsAtOnce))
        {
            var sql = new Sql(store.Dialect);
            var (from, to) = (sql.Parameter(HourOf(some[0].OccurredAt)), sql.Parameter(HourOf(some[^1].OccurredAt).AddHours(1)));
            // As text and not as parameters, because a server takes those in its address. They are UUIDs, whatever was sent.
            var ids = string.Join(", ", some.Select(row => $"'{row.Id:D}'"));
            sql.Text = $"select event_id from events where occurred_at >= {from} and occurred_at < {to} and event_id in ({ids})";
            await store.ReadAsync(sql, row => known.Add(row.GetGuid(0)), cancellationToken);
        }

        return known;
    }

    private (EventRow? Row, NotCountedEvent? Refused) Check(HistoricalEvent source, int index, DateTimeOffset now)
    {
        if (source.Event is not { } kept)
        {
            return (null, Refusal(source, index, NotCountedReason.Malformed, "event: must be set"));
        }

        if ((EventRules.Broken(LiveOf(kept), out var id) ?? BrokenMore(source, kept)) is { } broken)
        {
            return (null, Refusal(source, index, NotCountedReason.Malformed, broken));
        }

        var occurredAt = kept.OccurredAt.ToDateTimeOffset();
        if (occurredAt > now - Past)
        {
            return (null, Refusal(source, index, occurredAt > now + EventRules.Ahead ? NotCountedReason.Future : NotCountedReason.NotHistorical));
        }

        if (occurredAt < Rollups.FoldableFrom(options, now))
        {
            return (null, Refusal(source, index, NotCountedReason.TooOld, "occurred_at: events of then are not kept any more"));
        }

        var page = new PageAddress(
            OrNull(kept.ReferrerHost), OrNull(kept.Path), OrNull(kept.UtmSource), OrNull(kept.UtmMedium), OrNull(kept.UtmCampaign), OrNull(kept.UtmTerm),
            OrNull(kept.UtmContent));
        return (new EventRow
        {
            Id = id,
            OccurredAt = occurredAt,
            Kind = (EventKind)(kept.DetailCase - KeptEvent.DetailOneofCase.View + 1),
            Story = OrNull(kept.Story),
            Revision = kept.Revision,
            Visit = OrNull(kept.Visit),
            Reader = OrNull(kept.Reader),
            Visitor = VisitorOf(source, kept, occurredAt),
            Page = page,
            Device = KeptEvents.DeviceOf(kept.Device)!.Value,
            EngagedSeconds = kept.Heartbeat?.EngagedSeconds,
            Sections = kept.Heartbeat?.Sections is { } sections ? [.. sections.Distinct(StringComparer.Ordinal)] : null,
            Name = kept.Share?.Channel ?? kept.SearchClick?.Query ?? kept.Custom?.Name,
            Position = kept.SearchClick?.Position,
            Properties = kept.Custom is { } custom ? EventRules.PropertiesOf(custom) : null,
            Channel = (byte)(kept.DetailCase != KeptEvent.DetailOneofCase.View ? Channel.Unknown
                : kept.Channel.Length > 0 ? KeptEvents.ChannelOf(kept.Channel)!.Value
                : channels.Of(page)),
            Imported = true,
        }, null);
    }

    // The same fields keep the same rules.
    private static ReadingEvent LiveOf(KeptEvent kept)
    {
        var live = new ReadingEvent
        {
            EventId = kept.EventId,
            Story = kept.Story,
            Revision = kept.Revision,
            OccurredAt = kept.OccurredAt,
            Visit = kept.Visit,
            Reader = kept.Reader,
        };
        switch (kept.DetailCase)
        {
            case KeptEvent.DetailOneofCase.View:
                live.View = kept.View;
                break;
            case KeptEvent.DetailOneofCase.Heartbeat:
                live.Heartbeat = kept.Heartbeat;
                break;
            case KeptEvent.DetailOneofCase.Share:
                live.Share = kept.Share;
                break;
            case KeptEvent.DetailOneofCase.SearchClick:
                live.SearchClick = kept.SearchClick;
                break;
            case KeptEvent.DetailOneofCase.Custom:
                live.Custom = kept.Custom;
                break;
            default:
                // The rules say what is missing.
                break;
        }

        return live;
    }

    private static string? BrokenMore(HistoricalEvent source, KeptEvent kept)
    {
        if (kept.Visitor.Length > 0 && (source.VisitorKey.Length > 0 || !Guid.TryParseExact(kept.Visitor, "D", out _)))
        {
            return "visitor: must be a UUID, and not together with visitor_key";
        }

        if (source.VisitorKey.Length > MaxKey)
        {
            return "visitor_key: at most 200 characters";
        }

        if (((string[])[kept.ReferrerHost, kept.Path, kept.UtmSource, kept.UtmMedium, kept.UtmCampaign, kept.UtmTerm, kept.UtmContent]).Any(part => part.Length > PageAddress.MaxPart))
        {
            return "referrer_host, path, utm_*: at most 200 characters";
        }

        return KeptEvents.DeviceOf(kept.Device) is null ? "device: desktop, phone, tablet or empty"
            : KeptEvents.ChannelOf(kept.Channel) is null ? "channel: none that there is"
            : null;
    }

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    private static DateTimeOffset HourOf(DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);

    private static NotCountedEvent Refusal(HistoricalEvent source, int index, NotCountedReason reason, string detail = "")
    {
        var id = source.Event?.EventId ?? "";
        return new NotCountedEvent { EventId = id.Length <= MaxShownId ? id : $"{id[..(MaxShownId - 1)]}…", Reason = reason, Detail = detail, Index = index };
    }

    // The same for each batch of an import, so it can't be keyed with a salt that is gone with its day.
    private Guid? VisitorOf(HistoricalEvent source, KeptEvent kept, DateTimeOffset occurredAt)
    {
        if (source.VisitorKey.Length == 0)
        {
            return kept.Visitor.Length == 0 ? null : Guid.ParseExact(kept.Visitor, "D");
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"{options.Site}\n{occurredAt.UtcDateTime:yyyy-MM-dd}\n{source.VisitorKey}");
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
