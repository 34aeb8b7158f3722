using System.Net;

namespace Broadsheet.Analytics.Ingest.Robots;

/// <summary>
/// Tells addresses of data centres, with a list that is kept up (its head names the source). Networks of VPNs and private
/// relays are not on it: people read through them.
/// </summary>
internal sealed class DataCentres
{
    private readonly AddressRanges _ranges;
    private readonly AddressRanges _readers;

    /// <exception cref="FormatException">A network in the configuration is none.</exception>
    public DataCentres(AnalyticsOptions options)
    {
        using var list = new StreamReader(typeof(DataCentres).Assembly.GetManifestResourceStream("Broadsheet.Analytics.Ingest.Robots.data-centres.txt")!);
        _ranges = new AddressRanges(list.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#')).SelectMany(Networks));
        _readers = new AddressRanges(options.ReaderAddresses.Select((network, i) => ExclusionRules.Network(network, $"ReaderAddresses:{i}")));
    }

    /// <summary>True if the address is one of a data centre, and configuration does not say that readers come from it.</summary>
    public bool Contains(IPAddress address) => _ranges.Contains(address) && !_readers.Contains(address);

    // A line is one IPv6 network, or the first two numbers of IPv4 networks and what follows in each.
    private static IEnumerable<IPNetwork> Networks(string line) =>
        line.Split(' ') is [var start, .. { Length: > 0 } ends] ? ends.Select(end => IPNetwork.Parse($"{start}.{end}")) : [IPNetwork.Parse(line)];
}
