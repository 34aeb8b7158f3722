using System.Data.Common;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Errors;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Broadsheet.Content.Transfer;

/// <summary>A table whose rows move: its columns in the order in which they are written, and what stands in them.</summary>
internal sealed class ArchiveTable
{
    private readonly string _columns;
    private readonly string _key;
    private readonly (string Name, FieldDescriptor Field)[] _fields;

    /// <param name="name">The table.</param>
    /// <param name="key">The columns of its primary key.</param>
    /// <param name="columns">All columns, each with its field of <see cref="ArchiveColumn"/>.</param>
    private ArchiveTable(string name, string key, params (string Name, string Field)[] columns)
    {
        Name = name;
        _key = key;
        _columns = string.Join(", ", columns.Select(column => column.Name));
        _fields = [.. columns.Select(column => (column.Name, ArchiveColumn.Descriptor.FindFieldByName(column.Field)))];
    }

    /// <summary>In the order in which they can be put back: what is referred to comes before what refers to it.</summary>
    public static IReadOnlyList<ArchiveTable> All { get; } =
    [
        new("site", "id", ("id", "number"), ("version", "number"), ("message", "site")),
        new("handles", "collection, handle", ("collection", "text"), ("handle", "text"), ("shown", "text"), ("owner", "text"), ("is_current", "number")),
        new("communities", "name", ("name", "text"), ("version", "number"), ("display_name", "text"), ("message", "community")),
        new("creators", "name", ("name", "text"), ("version", "number"), ("display_name", "text"), ("message", "creator")),
        new("stories", "name", ("name", "text"), ("version", "number"), ("state", "number"), ("community", "text"), ("creator", "text"), ("slug", "text"), ("working", "story"), ("published_revision", "number"), ("published", "story"), ("working_community", "text"), ("working_creator", "text"), ("stage", "number"), ("owner", "text"), ("review", "review"), ("review_state", "number"), ("schedule_time", "number"), ("schedule_revision", "number"), ("scheduler", "text")),
        new("story_slugs", "community, slug", ("community", "text"), ("slug", "text"), ("story", "text")),
        new("revisions", "story, revision", ("story", "text"), ("revision", "number"), ("create_time", "number"), ("author", "text"), ("message", "story")),
        new("sources", "identity", ("identity", "text"), ("story", "text"), ("content_hash", "data")),
        new("comments", "story, id", ("story", "text"), ("id", "text"), ("parent", "text"), ("thread", "text"), ("author", "text"), ("state", "number"), ("shown", "number"), ("queued", "number"), ("version", "number"), ("message", "comment")),
        new("comment_counts", "story", ("story", "text"), ("visible", "number"), ("threads", "number"), ("last_id", "text"), ("in_feed", "number")),
        new("comment_policies", "resource", ("resource", "text"), ("version", "number"), ("comments", "number"), ("moderation", "number"), ("update_time", "number")),
        new("comment_bans", "reader, community", ("reader", "text"), ("community", "text"), ("expire_time", "number"), ("message", "ban")),
        new("comment_reports", "story, comment, reader", ("story", "text"), ("comment", "text"), ("reader", "text"), ("settled", "number"), ("message", "report")),
        new("comment_actions", "id", ("id", "text"), ("comment", "text"), ("moderator", "text"), ("message", "action")),
        new("follows", "reader, followed", ("reader", "text"), ("followed", "text"), ("kind", "number"), ("create_time", "number")),
    ];

    public string Name { get; }

    public IEnumerable<string> Columns => _fields.Select(column => column.Name);

    /// <summary>The rows in the order of their key, one by one.</summary>
    public IAsyncEnumerable<ArchiveRow> ReadAsync(ContentTransaction content) => content.EachAsync($"select {_columns} from {Name} order by {_key}", Map);

    /// <summary>Puts a row back.</summary>
    public async Task WriteAsync(ContentTransaction content, ArchiveRow row)
    {
        var values = new (string Name, object? Value)[row.Columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var column = row.Columns[i];
            var (_, field) = Array.Find(_fields, known => known.Name == column.Name);
            if (field is null || (int)column.ValueCase != field.FieldNumber)
            {
                throw RpcError.InvalidField("row.columns", $"{Name} has no column {column.Name} of this kind");
            }

            values[i] = ($"@{column.Name}", field.Accessor.GetValue(column));
        }

        await content.ExecuteAsync(
            $"insert into {Name} ({string.Join(", ", row.Columns.Select(column => column.Name))}) values ({string.Join(", ", values.Select(value => value.Name))})", values);
    }

    private ArchiveRow Map(DbDataReader reader)
    {
        var row = new ArchiveRow { Table = Name };
        for (var i = 0; i < _fields.Length; i++)
        {
            if (reader.IsDBNull(i))
            {
                continue;
            }

            var (name, field) = _fields[i];
            var column = new ArchiveColumn { Name = name };
            field.Accessor.SetValue(column, field.FieldType switch
            {
                FieldType.Int64 => reader.GetInt64(i),
                FieldType.String => reader.GetString(i),
                FieldType.Bytes => ByteString.CopyFrom(reader.GetFieldValue<byte[]>(i)),
                _ => field.MessageType.Parser.ParseFrom(reader.GetFieldValue<byte[]>(i)),
            });
            row.Columns.Add(column);
        }

        return row;
    }
}
