using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Stories;

namespace Broadsheet.Analytics.Storage.ClickHouse;

/// <summary>Writes a batch as inserts. Only the writer uses it.</summary>
internal sealed class ClickHouseWriting(TimeProvider time)
{
    private const string Moment = "DateTime64(6, 'UTC')";

    private static readonly ClickHouseTable Events = new(
        "events",
        ("event_id", "UUID"), ("received_at", Moment), ("occurred_at", Moment), ("kind", "UInt8"), ("story", "Nullable(String)"), ("revision", "Int32"),
        ("visit", "Nullable(String)"), ("reader", "Nullable(String)"), ("visitor", "Nullable(UUID)"), ("referrer_host", "LowCardinality(Nullable(String))"),
        ("path", "Nullable(String)"), ("utm_source", "LowCardinality(Nullable(String))"), ("utm_medium", "LowCardinality(Nullable(String))"),
        ("utm_campaign", "LowCardinality(Nullable(String))"), ("utm_term", "LowCardinality(Nullable(String))"), ("utm_content", "LowCardinality(Nullable(String))"),
        ("device", "UInt8"), ("engaged_seconds", "Nullable(Float64)"), ("sections", "Array(String)"), ("name", "LowCardinality(Nullable(String))"),
        ("position", "Nullable(Int32)"), ("properties", "Nullable(String)"), ("channel", "UInt8"), ("imported", "Bool"));

    private static readonly ClickHouseTable Totals = new("ingest_totals", ("hour", Moment), ("reason", "UInt8"), ("count", "Int64"));

    private static readonly ClickHouseTable Stories = new(
        "stories",
        ("story", "String"), ("title", "String"), ("community", "String"), ("creator", "String"), ("published", "Bool"), ("revision", "Int32"),
        ("known_from", Moment), ("publish_time", Moment), ("version", "Int64"));

    private static readonly ClickHouseTable Revisions = new(
        "story_revisions", ("story", "String"), ("revision", "Int32"), ("shown_from", Moment), ("sections", "Array(String)"), ("reading_seconds", "Float64"));

    private static readonly ClickHouseTable Comments = new(
        "comments", ("comment", "String"), ("story", "String"), ("author", "String"), ("create_time", Moment), ("version", "UInt64"), ("is_deleted", "UInt8"));

    private static readonly ClickHouseTable Insights = new(
        "insights",
        ("story", "String"), ("reader", "String"), ("level", "UInt8"), ("strengths", "Array(UInt8)"), ("revision", "Int32"), ("create_time", Moment), ("update_time", Moment),
        ("version", "UInt64"), ("is_deleted", "UInt8"));

    private static readonly ClickHouseTable Feed = new("feed", ("cursor", "String"), ("moved_at", Moment));

    private static readonly string[] NoText = [];
    private static readonly byte[] NoStrengths = [];

    private ulong _version;

    /// <summary>Writes all of it. After an error nobody knows how much; all of it can be written again.</summary>
    public async Task WriteAsync(ClickHouseDatabase database, WriteBatch batch)
    {
        await InsertAsync(database, Stories, batch.Stories.Values, facts =>
            [facts.Story, facts.Title, facts.Community, facts.Creator, facts.Published, facts.Revision, facts.KnownFrom.UtcDateTime, facts.PublishTime.UtcDateTime, facts.Version]);
        await InsertAsync(database, Revisions, batch.Revisions, revision =>
            [revision.Story, revision.Revision, revision.ShownFrom.UtcDateTime, revision.Sections, revision.ReadingSeconds]);
        // What is written later stands, whichever replica wrote it.
        _version = Math.Max(_version + 1, (ulong)((time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond));
        await InsertAsync(database, Comments, batch.Comments, entry => entry.Value is { } comment
            ? [entry.Key, comment.Story, comment.Author, comment.CreateTime.UtcDateTime, _version, (byte)0]
            : [entry.Key, "", "", DateTime.UnixEpoch, _version, (byte)1]);
        await InsertAsync(database, Insights, batch.Insights, entry => entry.Value is { } insight
            ? [entry.Key.Story, entry.Key.Reader, insight.Level, insight.Strengths, insight.Revision, insight.CreateTime.UtcDateTime, insight.UpdateTime.UtcDateTime, _version, (byte)0]
            : [entry.Key.Story, entry.Key.Reader, (byte)0, NoStrengths, 0, DateTime.UnixEpoch, DateTime.UnixEpoch, _version, (byte)1]);
        await InsertAsync(database, Events, batch.Events, entry => EventOf(entry.Row, entry.ReceivedAt));
        await InsertAsync(database, Totals, batch.NotCounted, entry => [DateTime.SpecifyKind(entry.Key.Hour, DateTimeKind.Utc), entry.Key.Reason, entry.Value]);
        if (batch.Cursor is { } cursor)
        {
            await InsertAsync(database, Feed, [cursor], value => [value, DateTime.UnixEpoch.AddMicroseconds(_version)]);
        }
    }

    private static object?[] EventOf(EventRow row, DateTime receivedAt) =>
    [
        row.Id, DateTime.SpecifyKind(receivedAt, DateTimeKind.Utc), row.OccurredAt.UtcDateTime, (byte)row.Kind, row.Story, row.Revision,
        row.Visit, row.Reader, row.Visitor, row.Page.ReferrerHost,
        row.Page.Path, row.Page.Source, row.Page.Medium,
        row.Page.Campaign, row.Page.Term, row.Page.Content,
        (byte)row.Device, row.EngagedSeconds, row.Sections ?? NoText, row.Name,
        row.Position, row.Properties, row.Channel, row.Imported,
    ];

    private static Task InsertAsync<T>(ClickHouseDatabase database, ClickHouseTable table, IReadOnlyCollection<T> rows, Func<T, object?[]> row) =>
        rows.Count == 0 ? Task.CompletedTask : database.InsertAsync(table, [.. rows.Select(row)], CancellationToken.None);
}
