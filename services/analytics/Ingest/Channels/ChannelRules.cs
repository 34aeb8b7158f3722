using System.Collections.Frozen;

namespace Broadsheet.Analytics.Ingest.Channels;

/// <summary>
/// Tells the channel of a view. The first of these that says something: the own site led here; <c>utm_medium</c>; the mark of
/// a paid click; <c>utm_source</c>, as a host or the name of one; the host that led here; any other <c>utm_*</c>.
/// Hosts and media are lists (<c>*.txt</c>) that name their source.
/// </summary>
internal sealed class ChannelRules
{
    private readonly FrozenDictionary<string, Channel> _hosts;
    private readonly FrozenDictionary<string, Channel>.AlternateLookup<ReadOnlySpan<char>> _hostsBySpan;
    private readonly FrozenDictionary<string, Channel> _mediums;
    private readonly FrozenSet<string> _site;

    /// <exception cref="FormatException">A host in the configuration is none.</exception>
    public ChannelRules(AnalyticsOptions options)
    {
        // What stands in two lists is what the first says.
        _hosts = Read("assistants").Concat(Read("referrers")).DistinctBy(entry => entry.Key).ToFrozenDictionary(StringComparer.Ordinal);
        _hostsBySpan = _hosts.GetAlternateLookup<ReadOnlySpan<char>>();
        _mediums = Read("mediums").ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _site = options.SiteHosts.Select(host => Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? WithoutWww(host.ToLowerInvariant()).ToString()
            : throw new FormatException($"Broadsheet:Analytics:SiteHosts: '{host}' is no host")).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The channel of a view of the page.</summary>
    public Channel Of(PageAddress page)
    {
        var referrer = page.ReferrerHost is { } host ? WithoutWww(host) : default;
        if (referrer.Length > 0 && IsOwn(referrer, page.Host))
        {
            return Channel.Internal;
        }

        if (page.Medium is { } medium && _mediums.TryGetValue(medium, out var channel))
        {
            return channel;
        }

        if (page.IsPaidClick)
        {
            return Channel.Paid;
        }

        return page.Source is { } source && OfSource(source) is { } told ? told
            : OfHost(referrer) is { } known ? known
            : page.Source is not null || page.Medium is not null || page.Campaign is not null ? Channel.Campaign
            : referrer.Length > 0 ? Channel.Referral
            : Channel.Direct;
    }

    private static ReadOnlySpan<char> WithoutWww(string host) => host.AsSpan(host.StartsWith("www.", StringComparison.Ordinal) ? 4 : 0);

    private bool IsOwn(ReadOnlySpan<char> referrer, string? pageHost) =>
        (pageHost is not null && referrer.SequenceEqual(WithoutWww(pageHost)))
        || (_site.Count > 0 && _site.GetAlternateLookup<ReadOnlySpan<char>>().Contains(referrer));

    // Some write the name of a site ("facebook"), some its host.
    private Channel? OfSource(string source)
    {
        var name = source.ToLowerInvariant();
        return OfHost(WithoutWww(name)) ?? (name.Contains('.', StringComparison.Ordinal) ? null : OfHost($"{name}.com"));
    }

    private Channel? OfHost(ReadOnlySpan<char> host)
    {
        if (_hostsBySpan.TryGetValue(host, out var channel))
        {
            return channel;
        }

        // Networks have many hosts below their own (l.facebook.com, m.vk.com); what a search engine has there is no search.
        for (var dot = host.IndexOf('.'); dot >= 0; dot = host.IndexOf('.'))
        {
            host = host[(dot + 1)..];
            if (_hostsBySpan.TryGetValue(host, out channel))
            {
                return channel == Channel.Search ? null : channel;
            }
        }

        return null;
    }

    private static IEnumerable<KeyValuePair<string, Channel>> Read(string name)
    {
        using var list = new StreamReader(typeof(ChannelRules).Assembly.GetManifestResourceStream($"Broadsheet.Analytics.Ingest.Channels.{name}.txt")!);
        return list.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' '))
            .SelectMany(line => line.Skip(1).Select(value => KeyValuePair.Create(value, Enum.Parse<Channel>(line[0], ignoreCase: true))));
    }
}
