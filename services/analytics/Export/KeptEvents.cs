using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Ingest.Channels;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.V1;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Analytics.Export;

/// <summary>Events as they are kept, from their table.</summary>
internal static class KeptEvents
{
    /// <summary>The columns of the table that <see cref="Of"/> reads, in its order.</summary>
    public const string Columns =
        """
        event_id, received_at, occurred_at, kind, story, revision, visit, reader, visitor, referrer_host, path, utm_source, utm_medium,
        utm_campaign, utm_term, utm_content, device, engaged_seconds, sections, name, position, properties, imported, channel
        """;

    /// <summary>The event of a row of <see cref="Columns"/>.</summary>
    public static KeptEvent Of(DbDataReader row)
    {
        var kept = new KeptEvent
        {
            EventId = row.GetGuid(0).ToString(),
            ReceivedAt = Timestamp.FromDateTimeOffset(row.Moment(1)),
            OccurredAt = Timestamp.FromDateTimeOffset(row.Moment(2)),
            Story = row.TextOf(4),
            Revision = row.GetInt32(5),
            Visit = row.TextOf(6),
            Reader = row.TextOf(7),
            Visitor = row.IsDBNull(8) ? "" : row.GetGuid(8).ToString(),
            ReferrerHost = row.TextOf(9),
            Path = row.TextOf(10),
            UtmSource = row.TextOf(11),
            UtmMedium = row.TextOf(12),
            UtmCampaign = row.TextOf(13),
            UtmTerm = row.TextOf(14),
            UtmContent = row.TextOf(15),
            Device = WordOf((Device)row.GetByte(16)),
            Imported = row.GetBoolean(22),
            Channel = WordOf((Channel)row.GetByte(23)),
        };
        switch ((EventKind)row.GetByte(3))
        {
            case EventKind.View:
                kept.View = new View();
                break;
            case EventKind.Heartbeat:
                kept.Heartbeat = new Heartbeat { EngagedSeconds = row.IsDBNull(17) ? 0 : row.GetDouble(17), Sections = { row.IsDBNull(18) ? [] : row.ElementsOf<string>(18) } };
                break;
            case EventKind.Share:
                kept.Share = new Share { Channel = row.TextOf(19) };
                break;
            case EventKind.SearchClick:
                kept.SearchClick = new SearchClick { Query = row.TextOf(19), Position = row.IsDBNull(20) ? 0 : row.GetInt32(20) };
                break;
            default:
                kept.Custom = new CustomEvent { Name = row.TextOf(19) };
                if (!row.IsDBNull(21))
                {
                    kept.Custom.Properties.Add(JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(21))!);
                }

                break;
        }

        return kept;
    }

    /// <summary>What a device is called; empty if it is unknown.</summary>
    public static string WordOf(Device device) => device == Device.Unknown ? "" : device.ToString().ToLowerInvariant();

    /// <summary>The device that is called so; null if there is none.</summary>
    public static Device? DeviceOf(string word) => Named<Device>(word, WordOf);

    /// <summary>The channel that is called so; null if there is none.</summary>
    public static Channel? ChannelOf(string word) => Named<Channel>(word, WordOf);

    /// <summary>Expression for the word of a device in a statement; null if it is unknown.</summary>
    public static string DeviceWord => Words<Device>("device", WordOf);

    /// <summary>Expression for the word of a channel in a statement; null if it is unknown.</summary>
    public static string ChannelWord => Words<Channel>("channel", WordOf);

    private static string WordOf(Channel channel) => channel == Channel.Unknown ? "" : channel.ToString().ToLowerInvariant();

    private static T? Named<T>(string word, Func<T, string> wordOf)
        where T : struct, System.Enum =>
        System.Enum.GetValues<T>().Select(value => (T?)value).FirstOrDefault(value => wordOf(value!.Value) == word);

    private static string Words<T>(string column, Func<T, string> wordOf)
        where T : struct, System.Enum =>
        $"case {column} {string.Join(' ', System.Enum.GetValues<T>().Where(value => wordOf(value).Length > 0).Select(value => string.Create(CultureInfo.InvariantCulture, $"when {value:D} then '{wordOf(value)}'")))} end as {column}";
}
