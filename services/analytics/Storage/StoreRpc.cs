using System.Globalization;
using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Callers;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Analytics.Storage;

/// <summary>What those who run analytics ask of its store.</summary>
internal sealed class StoreRpc(IAnalyticsStore store, Rollups rollups, ReadRule rule, AnalyticsOptions options, TimeProvider time) : StoreService.StoreServiceBase
{
    public override async Task<StoreStatus> GetStoreStatus(GetStoreStatusRequest request, ServerCallContext context)
    {
        context.RequireRole(Caller.EditorRole);
        var (events, oldest) = await EventsAsync(context.CancellationToken);
        var visits = await store.QueryAsync($"select cast(count(*) as bigint) from visits where {store.Dialect.Rolled}", row => row.GetInt64(0), context.CancellationToken);
        return new StoreStatus
        {
            Engine = store.Engine,
            Events = events,
            OldestEvent = oldest is { } moment ? Timestamp.FromDateTimeOffset(moment) : null,
            KeptFrom = Timestamp.FromDateTimeOffset(options.RawEventsFrom(time.GetUtcNow())),
            Visits = visits[0],
            OpenHours = (await rollups.OpenHoursAsync(context.CancellationToken)).Count,
            ReadRule = rule.Id,
        };
    }

    public override async Task<StoreBackup> BackUpStore(BackUpStoreRequest request, ServerCallContext context)
    {
        context.RequireRole(Caller.EditorRole);
        var now = time.GetUtcNow();
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetFullPath(options.DataPath), "backups")).FullName;
        var file = Path.Combine(folder, now.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture) + ".duckdb");
        var (events, _) = await EventsAsync(context.CancellationToken);
        await store.BackUpAsync(file, context.CancellationToken);
        return new StoreBackup { Path = file, Bytes = new FileInfo(file).Length, CreateTime = Timestamp.FromDateTimeOffset(now), Events = events };
    }

    private async Task<(long Count, DateTimeOffset? Oldest)> EventsAsync(CancellationToken cancellationToken) => (await store.QueryAsync(
        "select cast(count(*) as bigint), min(occurred_at) from events", row => (row.GetInt64(0), row.IsDBNull(1) ? (DateTimeOffset?)null : row.Moment(1)), cancellationToken))[0];
}
