using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Stories;
using DuckDB.NET.Data;

namespace Broadsheet.Analytics.Storage.DuckDb;

/// <summary>
/// Writes a batch in the writer's transaction: by appender what is only added, by delete and appender what is replaced. Nothing has a
/// key; there is one writer.
/// </summary>
internal sealed class DuckDbWriting
{
    private readonly HashSet<(DateTime Hour, byte Reason)> _totals = [];

    /// <summary>Reads which rows of totals there are.</summary>
    public void Load(DuckDBConnection connection)
    {
        _totals.Clear();
        connection.Read(
            new Sql(new DuckDbDialect()) { Text = "select hour, reason from ingest_totals" },
            row => _totals.Add((row.GetDateTime(0), row.GetByte(1))));
    }

    /// <summary>Writes all of it. After an error <see cref="Load"/> is called before the next.</summary>
    public void Write(DuckDBConnection connection, WriteBatch batch)
    {
        WriteEvents(connection, batch.Events);
        WriteTotals(connection, batch.NotCounted);
        WriteStories(connection, batch.Stories.Values);
        WriteRevisions(connection, batch.Revisions);
        WriteComments(connection, batch.Comments);
        WriteInsights(connection, batch.Insights);
        if (batch.Cursor is { } cursor)
        {
            connection.Execute("update feed set cursor = $1", cursor);
        }
    }

    private static void WriteEvents(DuckDBConnection connection, List<(EventRow Row, DateTime ReceivedAt)> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        using var table = connection.CreateAppender("events");
        foreach (var (row, receivedAt) in events)
        {
            var to = table.CreateRow();
            to.AppendValue(row.Id).AppendValue(receivedAt).AppendValue(row.OccurredAt.UtcDateTime).AppendValue((byte)row.Kind)
                .AppendValue(row.Story).AppendValue(row.Revision).AppendValue(row.Visit).AppendValue(row.Reader).AppendValue(row.Visitor)
                .AppendValue(row.Page.ReferrerHost).AppendValue(row.Page.Path).AppendValue(row.Page.Source).AppendValue(row.Page.Medium)
                .AppendValue(row.Page.Campaign).AppendValue(row.Page.Term).AppendValue(row.Page.Content)
                .AppendValue((byte)row.Device).AppendValue(row.EngagedSeconds);
            if (row.Sections is { } sections)
            {
                to.AppendValue(sections);
            }
            else
            {
                to.AppendNullValue();
            }

            to.AppendValue(row.Name).AppendValue(row.Position).AppendValue(row.Properties).AppendValue(row.Channel).AppendValue(row.Imported).EndRow();
        }
    }

    private void WriteTotals(DuckDBConnection connection, Dictionary<(DateTime Hour, byte Reason), long> totals)
    {
        foreach (var ((hour, reason), count) in totals)
        {
            if (_totals.Add((hour, reason)))
            {
                connection.Execute("insert into ingest_totals values ($1, $2, $3)", hour, reason, count);
            }
            else
            {
                connection.Execute("update ingest_totals set count = count + $3 where hour = $1 and reason = $2", hour, reason, count);
            }
        }
    }

    private static void WriteStories(DuckDBConnection connection, Dictionary<string, StoryFacts>.ValueCollection stories)
    {
        if (stories.Count == 0)
        {
            return;
        }

        Delete(connection, "stories", "story", stories.Select(facts => facts.Story));
        using var rows = connection.CreateAppender("stories");
        foreach (var facts in stories)
        {
            rows.CreateRow()
                .AppendValue(facts.Story).AppendValue(facts.Title).AppendValue(facts.Community).AppendValue(facts.Creator)
                .AppendValue(facts.Published).AppendValue(facts.Revision).AppendValue(facts.KnownFrom.UtcDateTime).AppendValue(facts.PublishTime.UtcDateTime)
                .AppendValue(facts.Version).EndRow();
        }
    }

    private static void WriteRevisions(DuckDBConnection connection, List<StoryRevision> revisions)
    {
        if (revisions.Count == 0)
        {
            return;
        }

        using var rows = connection.CreateAppender("story_revisions");
        foreach (var revision in revisions)
        {
            rows.CreateRow()
                .AppendValue(revision.Story).AppendValue(revision.Revision).AppendValue(revision.ShownFrom.UtcDateTime)
                .AppendValue(revision.Sections).AppendValue(revision.ReadingSeconds).EndRow();
        }
    }

    private static void WriteComments(DuckDBConnection connection, Dictionary<string, CommentFacts?> comments)
    {
        if (comments.Count == 0)
        {
            return;
        }

        Delete(connection, "comments", "comment", comments.Keys);
        using var rows = connection.CreateAppender("comments");
        foreach (var (name, comment) in comments)
        {
            if (comment is not null)
            {
                rows.CreateRow().AppendValue(name).AppendValue(comment.Story).AppendValue(comment.Author).AppendValue(comment.CreateTime.UtcDateTime).EndRow();
            }
        }
    }

    private static void WriteInsights(DuckDBConnection connection, Dictionary<(string Story, string Reader), InsightRow?> insights)
    {
        foreach (var (story, reader) in insights.Keys)
        {
            connection.Execute("delete from insights where story = $1 and reader = $2", story, reader);
        }

        if (insights.Values.All(insight => insight is null))
        {
            return;
        }

        using var rows = connection.CreateAppender("insights");
        foreach (var ((story, reader), insight) in insights)
        {
            if (insight is not null)
            {
                rows.CreateRow().AppendValue(story).AppendValue(reader).AppendValue(insight.Level)
                    .AppendValue(insight.Strengths).AppendValue(insight.Revision)
                    .AppendValue(insight.CreateTime.UtcDateTime).AppendValue(insight.UpdateTime.UtcDateTime).EndRow();
            }
        }
    }

    private static void Delete(DuckDBConnection connection, string table, string key, IEnumerable<string> values)
    {
        var sql = new Sql(new DuckDbDialect());
        sql.Text = $"delete from {table} where {sql.In(key, values)}";
        connection.Execute(sql);
    }
}
