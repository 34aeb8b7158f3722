using Broadsheet.Analytics.V1;

namespace Broadsheet.Analytics.Ingest;

/// <summary>An event that keeps the rules, as it is stored. Holds neither address nor user agent.</summary>
internal sealed record EventRow
{
    public required Guid Id { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required EventKind Kind { get; init; }

    public string? Story { get; init; }

    public int Revision { get; init; }

    public string? Visit { get; init; }

    public string? Reader { get; init; }

    public Guid? Visitor { get; init; }

    public PageAddress Page { get; init; }

    public Device Device { get; init; }

    public double? EngagedSeconds { get; init; }

    public IReadOnlyList<string>? Sections { get; init; }

    public string? Name { get; init; }

    public int? Position { get; init; }

    public string? Properties { get; init; }

    /// <summary>What led to a view, by the numbers of <see cref="Channels.Channel"/>; 0 for what is no view.</summary>
    public byte Channel { get; init; }

    /// <summary>Brought by an import of what happened before.</summary>
    public bool Imported { get; init; }
}

/// <summary>What a reader did; the numbers are stored.</summary>
internal enum EventKind : byte
{
    View = 1,
    Heartbeat = 2,
    Share = 3,
    SearchClick = 4,
    Custom = 5,
}

/// <summary>What a page was read on; the numbers are stored.</summary>
internal enum Device : byte
{
    Unknown = 0,
    Desktop = 1,
    Phone = 2,
    Tablet = 3,
}

/// <summary>What is kept of the addresses of the page and of the one that led to it, and what only tells the channel.</summary>
internal readonly record struct PageAddress(string? ReferrerHost, string? Path, string? Source, string? Medium, string? Campaign, string? Term, string? Content)
{
    /// <summary>How many characters are kept of each.</summary>
    public const int MaxPart = 200;

    // Advertisers' systems mark what they were paid for in the address of the page.
    private static readonly string[] PaidClicks = ["gclid", "gbraid", "wbraid", "dclid", "msclkid", "ttclid"];

    private static readonly Uri Site = new("http://site/");

    /// <summary>Host of the page; null if its address does not say. Not stored.</summary>
    public string? Host { get; private init; }

    /// <summary>True if the page was opened by an advertisement that says so in the address. Not stored.</summary>
    public bool IsPaidClick { get; private init; }

    public static PageAddress Of(ReadingEvent source)
    {
        var host = source.Referrer.Length > 0 && Uri.TryCreate(source.Referrer, UriKind.Absolute, out var referrer) && referrer.Host.Length > 0 ? Cut(referrer.Host) : null;
        if (source.Url.Length == 0 || !Uri.TryCreate(Site, source.Url, out var url))
        {
            return new(host, null, null, null, null, null, null);
        }

        var text = url.Query;
        var query = text.Contains("utm_", StringComparison.Ordinal) || text.Contains("cl", StringComparison.Ordinal) || text.Contains("braid", StringComparison.Ordinal)
            ? Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(text)
            : [];
        return new(host, Cut(url.AbsolutePath), Part("utm_source"), Part("utm_medium"), Part("utm_campaign"), Part("utm_term"), Part("utm_content"))
        {
            Host = url.Host == Site.Host ? null : url.Host,
            IsPaidClick = query.Count > 0 && PaidClicks.Any(query.ContainsKey),
        };

        string? Part(string name) => query.TryGetValue(name, out var value) && value.Count > 0 && value[0] is { Length: > 0 } text ? Cut(text) : null;
    }

    private static string Cut(string text) => text.Length <= MaxPart ? text : text[..(char.IsHighSurrogate(text[MaxPart - 1]) ? MaxPart - 1 : MaxPart)];
}
