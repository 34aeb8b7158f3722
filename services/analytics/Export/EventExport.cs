using System.Security.Cryptography;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Broadsheet.Analytics.Export;

/// <summary>
/// Writes the events of a period into a file and sends that. A file, because a client that is slow would else keep a snapshot of the
/// store open for as long as it takes; it is removed whatever happens.
/// </summary>
internal sealed class EventExport(IAnalyticsStore store, ExportFolder folder)
{
    private const int MaxChunk = 256 * 1024;

    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default);

    public async Task SendAsync(ExportEventsRequest request, IServerStreamWriter<ExportEventsResponse> to, CancellationToken cancellationToken)
    {
        await using var file = folder.Create();
        var count = request.Format == ExportFormat.Parquet
            ? await WriteParquetAsync(request, file, cancellationToken)
            : await WriteLinesAsync(request, file, cancellationToken);
        await SendAsync(file, count, to, cancellationToken);
    }

    private static async Task SendAsync(ExportFile file, long count, IServerStreamWriter<ExportEventsResponse> to, CancellationToken cancellationToken)
    {
        await using var bytes = file.OpenRead();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var total = 0L;
        var chunk = new byte[MaxChunk];
        while (true)
        {
            var length = await bytes.ReadAtLeastAsync(chunk, MaxChunk, throwOnEndOfStream: false, cancellationToken);
            if (length == 0)
            {
                break;
            }

            hash.AppendData(chunk, 0, length);
            total += length;
            await to.WriteAsync(new ExportEventsResponse { Chunk = ByteString.CopyFrom(chunk, 0, length) }, cancellationToken);
        }

        await to.WriteAsync(
            new ExportEventsResponse { Summary = new ExportSummary { EventCount = count, ByteCount = total, Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()) } },
            cancellationToken);
    }

    private async Task<long> WriteLinesAsync(ExportEventsRequest request, ExportFile file, CancellationToken cancellationToken)
    {
        var count = 0L;
        await using var lines = new StreamWriter(file.OpenWrite(), bufferSize: 1 << 16) { NewLine = "\n" };
        var sql = new Sql(store.Dialect);
        sql.Text = $"select {KeptEvents.Columns} from {Events(sql, request)} e order by occurred_at, event_id";
        await file.WatchRoomAsync(
            room => store.ReadAsync(
                sql,
                row =>
                {
                    Json.Format(KeptEvents.Of(row), lines);
                    lines.WriteLine();
                    count++;
                },
                room),
            cancellationToken);
        return count;
    }

    private async Task<long> WriteParquetAsync(ExportEventsRequest request, ExportFile file, CancellationToken cancellationToken)
    {
        var sql = new Sql(store.Dialect);
        sql.Text =
            $"""
            select cast(event_id as varchar) as event_id, received_at, occurred_at,
                case kind when 1 then 'view' when 2 then 'heartbeat' when 3 then 'share' when 4 then 'search_click' else 'custom' end as kind,
                story, revision, visit, reader, cast(visitor as varchar) as visitor, referrer_host, path, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
                {KeptEvents.DeviceWord}, engaged_seconds, coalesce(sections, {store.Dialect.NoText}) as sections, name, position, properties, imported, {KeptEvents.ChannelWord}
            from {Events(sql, request)} e
            """;
        var count = 0L;
        await file.WatchRoomAsync(async room => count = await store.WriteParquetAsync(sql, file.Path, room), cancellationToken);
        return count;
    }

    private string Events(Sql sql, ExportEventsRequest request)
    {
        var conditions = new List<string> { "true" };
        if (request.From is { } from)
        {
            conditions.Add($"occurred_at >= {sql.Parameter(from.ToDateTimeOffset())}");
        }

        if (request.To is { } to)
        {
            conditions.Add($"occurred_at < {sql.Parameter(to.ToDateTimeOffset())}");
        }

        if (request.Story.Length > 0)
        {
            conditions.Add($"story = {sql.Parameter(request.Story)}");
        }

        return store.Dialect.Events(string.Join(" and ", conditions));
    }
}
