using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Validation;

namespace Broadsheet.Analytics.Ingest;

/// <summary>The rules that an event keeps, field by field as reading_event.proto states them.</summary>
internal static class EventRules
{
    /// <summary>Events that happened longer ago than this are too old, and their ids are forgotten.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>How far a client's clock may be ahead.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    private const int MaxVisit = 64;
    private const int MaxAddress = 2_000;
    private const int MaxSections = 500;
    private const int MaxEngaged = 86_400;
    private const int MaxProperties = 20;

    private static readonly SearchValues<char> VisitCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    private static readonly SearchValues<char> ChannelCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_");

    /// <summary>The field and the rule that the event breaks (<c>visit: at most 64 …</c>); null if it keeps all. Time apart.</summary>
    public static string? Broken(ReadingEvent source, out Guid id)
    {
        if (!Guid.TryParse(source.EventId, CultureInfo.InvariantCulture, out id) || source.EventId.Length != 36)
        {
            return "event_id: must be a UUID";
        }

        if (source.OccurredAt is not { } at)
        {
            return "occurred_at: must be set";
        }

        if (at.Seconds is < -62_135_596_800 or > 253_402_300_799 || at.Nanos is < 0 or > 999_999_999)
        {
            return "occurred_at: must be between the years 1 and 9999";
        }

        if (source.Story.Length == 0 ? source.DetailCase != ReadingEvent.DetailOneofCase.Custom : !NameRules.IsName(source.Story, "stories"))
        {
            return "story: must be a name of the form stories/{id}";
        }

        if (source.Revision < 0)
        {
            return "revision: must not be negative";
        }

        if (source.Visit.Length > MaxVisit || source.Visit.AsSpan().ContainsAnyExcept(VisitCharacters))
        {
            return "visit: at most 64 letters, digits, - and _";
        }

        if (source.Reader.Length > 0 && !IsReader(source.Reader))
        {
            return "reader: must be a name of the form readers/{id} or creators/{id}";
        }

        if (source.Referrer.Length > MaxAddress)
        {
            return "referrer: at most 2,000 characters";
        }

        return source.Url.Length > MaxAddress ? "url: at most 2,000 characters" : BrokenDetail(source);
    }

    /// <summary>True for a name of someone who can sign in.</summary>
    public static bool IsReader(string name) => NameRules.IsName(name, "readers") || NameRules.IsName(name, "creators");

    /// <summary>A custom event's properties as a JSON object, in the order of their names.</summary>
    public static string? PropertiesOf(CustomEvent custom) =>
        custom.Properties.Count == 0 ? null : JsonSerializer.Serialize(new SortedDictionary<string, string>(custom.Properties, StringComparer.Ordinal));

    private static string? BrokenDetail(ReadingEvent source)
    {
        switch (source.DetailCase)
        {
            case ReadingEvent.DetailOneofCase.View:
                return null;
            case ReadingEvent.DetailOneofCase.Heartbeat:
                // Written so that NaN is refused too.
                if (source.Heartbeat.EngagedSeconds is not (>= 0 and <= MaxEngaged))
                {
                    return "heartbeat.engaged_seconds: must be between 0 and 86,400";
                }

                return source.Heartbeat.Sections.Count > MaxSections ? "heartbeat.sections: at most 500"
                    : source.Heartbeat.Sections.Any(section => section.Length is 0 or > 100) ? "heartbeat.sections: an id has 1 to 100 characters"
                    : null;
            case ReadingEvent.DetailOneofCase.Share:
                return source.Share.Channel.Length > 50 || source.Share.Channel.AsSpan().ContainsAnyExcept(ChannelCharacters)
                    ? "share.channel: at most 50 lower-case letters, digits and hyphens"
                    : null;
            case ReadingEvent.DetailOneofCase.SearchClick:
                return source.SearchClick.Query.Length > 400 ? "search_click.query: at most 400 characters"
                    : source.SearchClick.Position < 0 ? "search_click.position: must not be negative"
                    : null;
            case ReadingEvent.DetailOneofCase.Custom:
                return !IsEventName(source.Custom.Name) ? "custom.name: 1 to 50 lower-case letters, digits, ., - and _"
                    : source.Custom.Properties.Count > MaxProperties ? "custom.properties: at most 20"
                    : source.Custom.Properties.Keys.Any(name => !IsEventName(name)) ? "custom.properties: a name has 1 to 50 lower-case letters, digits, ., - and _"
                    : source.Custom.Properties.Values.Any(value => value.Length > 200) ? "custom.properties: a value has at most 200 characters"
                    : null;
            default:
                return "detail: one of view, heartbeat, share, search_click, custom must be set";
        }
    }

    private static bool IsEventName(string name) => name.Length is >= 1 and <= 50 && !name.AsSpan().ContainsAnyExcept(NameCharacters);
}
