using System.Net;
using System.Net.Sockets;

namespace Broadsheet.Analytics.Ingest.Robots;

/// <summary>A set of networks, in which an address is looked up by halving: no more than 16 steps for all data centres there are.</summary>
internal sealed class AddressRanges
{
    // Ranges that do not touch, in order; IPv4 apart, because it is nearly all and a sixteenth of the size.
    private readonly uint[] _first4;
    private readonly uint[] _last4;
    private readonly UInt128[] _first6;
    private readonly UInt128[] _last6;

    public AddressRanges(IEnumerable<IPNetwork> networks)
    {
        var families = networks.ToLookup(network => network.BaseAddress.AddressFamily);
        (_first4, _last4) = Merge(families[AddressFamily.InterNetwork].Select(network =>
        {
            var first = Number4(network.BaseAddress);
            return (first, first | (uint)(uint.MaxValue / (1UL << network.PrefixLength)));
        }));
        (_first6, _last6) = Merge(families[AddressFamily.InterNetworkV6].Select(network =>
        {
            var first = Number6(network.BaseAddress);
            return (first, first | (network.PrefixLength == 128 ? UInt128.Zero : UInt128.MaxValue >> network.PrefixLength));
        }));
    }

    /// <summary>True if the address is in one of the networks. An IPv4 address written as IPv6 is the IPv4 address.</summary>
    public bool Contains(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? Contains(_first4, _last4, Number4(address.MapToIPv4()))
        : address.AddressFamily == AddressFamily.InterNetwork ? Contains(_first4, _last4, Number4(address))
        : Contains(_first6, _last6, Number6(address));

    private static bool Contains<T>(T[] first, T[] last, T address)
        where T : struct, IComparable<T>
    {
        var at = Array.BinarySearch(first, address);
        at = at >= 0 ? at : ~at - 1;
        return at >= 0 && last[at].CompareTo(address) >= 0;
    }

    private static (T[] First, T[] Last) Merge<T>(IEnumerable<(T First, T Last)> ranges)
        where T : struct, IComparable<T>
    {
        var first = new List<T>();
        var last = new List<T>();
        foreach (var range in ranges.OrderBy(range => range.First))
        {
            if (first.Count > 0 && range.First.CompareTo(last[^1]) <= 0)
            {
                last[^1] = range.Last.CompareTo(last[^1]) > 0 ? range.Last : last[^1];
            }
            else
            {
                first.Add(range.First);
                last.Add(range.Last);
            }
        }

        return ([.. first], [.. last]);
    }

    private static uint Number4(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    private static UInt128 Number6(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
