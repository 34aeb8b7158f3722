using System.Net;

namespace Broadsheet.Analytics.Ingest.Robots;

/// <summary>What an installation does not count, by rules of its own. An entry of <c>Broadsheet:Analytics:Exclude</c>.</summary>
/// <remarks>An event is left out if it fulfils each kind of condition that the rule states, by any one of its values.</remarks>
internal sealed class ExclusionOptions
{
    /// <summary>Name of the rule, told with each event that it leaves out, at most 100 characters. Required.</summary>
    public string Name { get; set; } = "";

    /// <summary>Words in the reader's user agent, without regard to case.</summary>
    public IList<string> UserAgents { get; init; } = [];

    /// <summary>Networks of the reader's address (<c>203.0.113.0/24</c>, <c>2001:db8::/32</c>), or single addresses.</summary>
    public IList<string> Addresses { get; init; } = [];

    /// <summary>Hosts that led here, those below them included (<c>spam.example</c>).</summary>
    public IList<string> ReferrerHosts { get; init; } = [];

    /// <summary>Paths of the page, or with <c>*</c> at the end what they begin with (<c>/preview/*</c>).</summary>
    public IList<string> Paths { get; init; } = [];
}

/// <summary>The rules of <see cref="ExclusionOptions"/>, in their order.</summary>
internal sealed class ExclusionRules
{
    private const int MaxName = 100;

    private readonly Rule[] _rules;

    /// <exception cref="FormatException">A rule is not as it must be; the message names the setting.</exception>
    public ExclusionRules(AnalyticsOptions options) => _rules = [.. options.Exclude.Select(Read)];

    /// <summary>Name of the first rule that leaves the event out; null if none does.</summary>
    /// <param name="page">Page and what led to it.</param>
    /// <param name="address">Address of the reader; null if not known.</param>
    /// <param name="userAgent">User agent of the reader; empty if not known.</param>
    public string? Find(PageAddress page, IPAddress? address, string userAgent)
    {
        foreach (var rule in _rules)
        {
            if (rule.Fits(page, address, userAgent))
            {
                return rule.Name;
            }
        }

        return null;
    }

    /// <summary>A network or a single address of the configuration.</summary>
    /// <exception cref="FormatException">It is none; the message names the setting.</exception>
    public static IPNetwork Network(string text, string setting) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128)
        : throw new FormatException($"Broadsheet:Analytics:{setting}: '{text}' is neither an address nor a network");

    private static Rule Read(ExclusionOptions source, int index)
    {
        var setting = $"Exclude:{index}";
        if (source.Name.Trim().Length is 0 or > MaxName)
        {
            throw Error("Name", "1 to 100 characters");
        }

        if (source.UserAgents.Count + source.Addresses.Count + source.ReferrerHosts.Count + source.Paths.Count == 0)
        {
            throw new FormatException($"Broadsheet:Analytics:{setting} ('{source.Name}'): states no condition, so it would leave everything out");
        }

        return new Rule(
            source.Name.Trim(),
            [.. source.UserAgents.Select(word => word.Trim().Length > 0 ? word.Trim() : throw Error("UserAgents", "must not be empty"))],
            source.Addresses.Count == 0 ? null : new AddressRanges(source.Addresses.Select((network, i) => Network(network, $"{setting}:Addresses:{i}"))),
            [.. source.ReferrerHosts.Select(host => Uri.CheckHostName(host) != UriHostNameType.Unknown ? host.ToLowerInvariant() : throw Error("ReferrerHosts", $"'{host}' is no host"))],
            [.. source.Paths.Select(path => path.StartsWith('/') && !path.AsSpan(0, path.Length - 1).Contains('*') ? path : throw Error("Paths", $"'{path}' must begin with / and may have one *, at its end"))]);

        FormatException Error(string field, string rule) => new($"Broadsheet:Analytics:{setting}:{field}: {rule}");
    }

    private sealed record Rule(string Name, string[] Words, AddressRanges? Addresses, string[] Hosts, string[] Paths)
    {
        public bool Fits(PageAddress page, IPAddress? address, string userAgent) =>
            (Words.Length == 0 || Words.Any(word => userAgent.Contains(word, StringComparison.OrdinalIgnoreCase)))
            && (Addresses is null || (address is not null && Addresses.Contains(address)))
            && (Hosts.Length == 0 || (page.ReferrerHost is { } host && Hosts.Any(one => IsOrBelow(host, one))))
            && (Paths.Length == 0 || (page.Path is { } path && Paths.Any(one => one.EndsWith('*') ? path.AsSpan().StartsWith(one.AsSpan(0, one.Length - 1), StringComparison.Ordinal) : path == one)));

        private static bool IsOrBelow(string host, string other) =>
            host.EndsWith(other, StringComparison.Ordinal) && (host.Length == other.Length || host[^(other.Length + 1)] == '.');
    }
}
