using System.Data.Common;
using Broadsheet.Analytics.Export;
using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Analytics.Privacy;

/// <summary>Sends everything that is kept of a reader: by way of a file, so that a slow client holds no statement open.</summary>
internal sealed class ReaderExport(IAnalyticsStore store, ExportFolder folder)
{
    public async Task SendAsync(string reader, IServerStreamWriter<ExportReaderResponse> to, CancellationToken cancellationToken)
    {
        await using var file = folder.Create();
        await using (var rows = file.OpenWrite())
        {
            await file.WatchRoomAsync(
                async room =>
                {
                    var sql = new Sql(store.Dialect);
                    sql.Text = $"select {KeptEvents.Columns} from {store.Dialect.Events(ReaderEvents.Condition(sql, reader))} e order by occurred_at, event_id";
                    await WriteAsync(sql, row => new ExportReaderResponse { Event = KeptEvents.Of(row) });
                    sql = new Sql(store.Dialect);
                    sql.Text =
                        $"""
                        select story, revision, viewed_at, views, shares, engaged, reached, referrer_host, utm_source, utm_medium, utm_campaign, utm_term, utm_content, device
                        from visits where {store.Dialect.Rolled} and reader = {sql.Parameter(reader)} order by viewed_at, story, revision
                        """;
                    await WriteAsync(sql, VisitOf);
                    sql = new Sql(store.Dialect);
                    sql.Text =
                        $"""
                        select story, level, strengths, revision, create_time, update_time
                        from {store.Dialect.Current("insights")} i where reader = {sql.Parameter(reader)} order by create_time, story
                        """;
                    await WriteAsync(sql, row => InsightOf(row, reader));
                    sql = new Sql(store.Dialect);
                    sql.Text = $"select comment, create_time from {store.Dialect.Current("comments")} c where author = {sql.Parameter(reader)} order by create_time, comment";
                    await WriteAsync(sql, row => new ExportReaderResponse
                    {
                        Comment = new KeptComment { Comment = row.GetString(0), CreateTime = Timestamp.FromDateTimeOffset(row.Moment(1)) },
                    });

                    Task WriteAsync(Sql read, Func<DbDataReader, ExportReaderResponse> item) => store.ReadAsync(read, row => item(row).WriteDelimitedTo(rows), room);
                },
                cancellationToken);
        }

        await using var written = file.OpenRead();
        while (written.Position < written.Length)
        {
            await to.WriteAsync(ExportReaderResponse.Parser.ParseDelimitedFrom(written), cancellationToken);
        }
    }

    private static ExportReaderResponse VisitOf(DbDataReader row) => new()
    {
        Visit = new KeptVisit
        {
            Story = row.GetString(0),
            Revision = row.GetInt32(1),
            ViewedAt = Timestamp.FromDateTimeOffset(row.Moment(2)),
            Views = row.GetInt32(3),
            Shares = row.GetInt32(4),
            EngagedSeconds = row.GetDouble(5),
            Sections = { row.ElementsOf<string>(6) },
            ReferrerHost = row.TextOf(7),
            UtmSource = row.TextOf(8),
            UtmMedium = row.TextOf(9),
            UtmCampaign = row.TextOf(10),
            UtmTerm = row.TextOf(11),
            UtmContent = row.TextOf(12),
            Device = KeptEvents.WordOf((Device)row.GetByte(13)),
        },
    };

    private static ExportReaderResponse InsightOf(DbDataReader row, string reader) => new()
    {
        Insight = new Insight
        {
            Story = row.GetString(0),
            Reader = reader,
            Level = (InsightLevel)row.GetByte(1),
            Strengths = { row.ElementsOf<byte>(2).Select(strength => (InsightStrength)strength) },
            Revision = row.GetInt32(3),
            CreateTime = Timestamp.FromDateTimeOffset(row.Moment(4)),
            UpdateTime = Timestamp.FromDateTimeOffset(row.Moment(5)),
        },
    };
}
