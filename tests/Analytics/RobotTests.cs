using System.Net;
using Broadsheet.Analytics.Ingest.Robots;
using Broadsheet.Analytics.V1;
using CsCheck;

namespace Broadsheet.Analytics.Tests;

/// <summary>Who is no reader: data centres, and what this installation leaves out.</summary>
public sealed class RobotTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.5.140.2", true)] // Amazon
    [InlineData("34.90.1.1", true)] // Google Cloud
    [InlineData("::ffff:34.90.1.1", true)]
    [InlineData("95.216.1.1", true)] // Hetzner
    [InlineData("2a01:4f8::1", true)] // Hetzner
    [InlineData("192.0.2.7", false)] // for documents
    [InlineData("10.1.2.3", false)]
    [InlineData("91.64.1.1", false)] // a cable network
    [InlineData("104.28.28.1", false)] // a private relay in a data centre
    [InlineData("2003:c0::1", false)] // a telephone company
    [InlineData("255.255.255.255", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    public void DataCentres_knows_the_address(string address, bool known) =>
        Assert.Equal(known, new DataCentres(new AnalyticsOptions()).Contains(IPAddress.Parse(address)));

    [Fact]
    public void AddressRanges_holds_what_its_networks_hold()
    {
        var networks = Gen.OneOf(
            Gen.Select(Gen.Byte.Array[4], Gen.Int[0, 32]).Select((bytes, prefix) => Of(bytes, prefix)),
            Gen.Select(Gen.Byte.Array[16], Gen.Int[0, 128]).Select((bytes, prefix) => Of(bytes, prefix)));
        Gen.Select(networks.List[0, 20], Gen.Byte.Array[4], Gen.Byte.Array[16], Gen.Int[0, 19]).Sample((some, four, sixteen, at) =>
        {
            var ranges = new AddressRanges(some);
            foreach (var address in (IPAddress[])[new(four), new(sixteen), .. some.Skip(at).Take(1).Select(network => network.BaseAddress)])
            {
                var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
                Assert.Equal(some.Any(network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain)), ranges.Contains(address));
            }
        });

        static IPNetwork Of(byte[] bytes, int prefix)
        {
            for (var bit = prefix; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
            }

            return new IPNetwork(new IPAddress(bytes), prefix);
        }
    }

    [Fact]
    public async Task An_event_from_a_data_centre_counts_only_where_the_address_is_not_the_readers_or_configuration_says_so()
    {
        await using var analytics = await AnalyticsFixture.StartAsync(settings: "--Broadsheet:Analytics:ReaderAddresses:0=34.90.0.0/16");
        var stated = await analytics.RecordAsync(Of("3.5.140.2"), Of("34.90.1.1"), Of("2a01:4f8::1"), Of("not an address"), Of(""));
        Assert.Equal(3, stated.Counted);
        Assert.Equal([0L, 2L], stated.NotCounted.Where(one => one.Reason == NotCountedReason.DataCentre).Select(one => one.Index));

        // A newsroom's own renderer stands in a data centre; what it does not state of its readers is not held against them.
        var request = new RecordEventsRequest { Events = { analytics.View("stories/a") } };
        var headers = AnalyticsFixture.As("readers/site;roles=events.write");
        headers.Add("X-Forwarded-For", "3.5.140.2");
        Assert.Equal(1, (await analytics.Ingest.RecordEventsAsync(request, headers, cancellationToken: Cancel)).Counted);
        var reader = AnalyticsFixture.As("readers/ann");
        reader.Add("X-Forwarded-For", "198.51.100.7, 3.5.140.2");
        request.Events[0].EventId = Guid.NewGuid().ToString();
        Assert.Equal(NotCountedReason.DataCentre, Assert.Single((await analytics.Ingest.RecordEventsAsync(request, reader, cancellationToken: Cancel)).NotCounted).Reason);
        Assert.Equal(3, await analytics.NotCountedAsync(NotCountedReason.DataCentre));

        ReadingEvent Of(string address)
        {
            var view = analytics.View("stories/a");
            view.Client = new ReadingClient { IpAddress = address, UserAgent = "Mozilla/5.0 Firefox/140.0" };
            return view;
        }
    }

    [Fact]
    public async Task A_rule_of_the_installation_leaves_events_out_by_its_name()
    {
        await using var analytics = await AnalyticsFixture.StartAsync(settings:
        [
            "--Broadsheet:Analytics:Exclude:0:Name=office",
            "--Broadsheet:Analytics:Exclude:0:Addresses:0=203.0.113.0/24",
            "--Broadsheet:Analytics:Exclude:0:Addresses:1=2001:db8::7",
            "--Broadsheet:Analytics:Exclude:1:Name=spam",
            "--Broadsheet:Analytics:Exclude:1:ReferrerHosts:0=Spam.example",
            "--Broadsheet:Analytics:Exclude:2:Name=probe of previews",
            "--Broadsheet:Analytics:Exclude:2:UserAgents:0=statusprobe",
            "--Broadsheet:Analytics:Exclude:2:Paths:0=/preview/*",
            "--Broadsheet:Analytics:Exclude:2:Paths:1=/probe",
        ]);
        var answer = await analytics.RecordAsync(
            Of("203.0.113.9"),
            Of("2001:db8::7"),
            Of("192.0.2.1", referrer: "https://spam.example/x"),
            Of("192.0.2.1", referrer: "https://www.spam.example/x"),
            Of("192.0.2.1", "StatusProbe/1", "https://example.org/preview/a"),
            Of("192.0.2.1", "StatusProbe/1", "https://example.org/probe?a=b"),
            // None of the rules in full.
            Of("192.0.2.1", "StatusProbe/1", "https://example.org/probe/a"),
            Of("192.0.2.1", "Firefox", "https://example.org/preview/a"),
            Of("192.0.2.1", referrer: "https://notspam.example/x"));
        Assert.Equal(3, answer.Counted);
        Assert.Equal("office office spam spam probe of previews probe of previews", string.Join(' ', answer.NotCounted.Select(one => one.Detail)));
        Assert.All(answer.NotCounted, one => Assert.Equal(NotCountedReason.Excluded, one.Reason));
        Assert.Equal(6, await analytics.NotCountedAsync(NotCountedReason.Excluded));

        ReadingEvent Of(string address, string userAgent = "Firefox", string url = "", string referrer = "")
        {
            var view = analytics.View("stories/a");
            view.Client = new ReadingClient { IpAddress = address, UserAgent = userAgent };
            view.Url = url;
            view.Referrer = referrer;
            return view;
        }
    }

    [Theory]
    [InlineData("Exclude:0:Name: 1 to 100 characters", "Exclude:0:Addresses:0=192.0.2.1")]
    [InlineData("Exclude:0 ('a'): states no condition", "Exclude:0:Name=a")]
    [InlineData("Exclude:0:Addresses:0: '192.0.2.1/40' is neither", "Exclude:0:Name=a", "Exclude:0:Addresses:0=192.0.2.1/40")]
    [InlineData("Exclude:0:ReferrerHosts: 'https://spam.example' is no host", "Exclude:0:Name=a", "Exclude:0:ReferrerHosts:0=https://spam.example")]
    [InlineData("Exclude:0:Paths: 'preview' must begin with /", "Exclude:0:Name=a", "Exclude:0:Paths:0=preview")]
    [InlineData("Exclude:0:Paths: '/*/x' must begin with /", "Exclude:0:Name=a", "Exclude:0:Paths:0=/*/x")]
    [InlineData("Exclude:0:UserAgents: must not be empty", "Exclude:0:Name=a", "Exclude:0:UserAgents:0= ")]
    [InlineData("ReaderAddresses:0: 'home' is neither", "ReaderAddresses:0=home")]
    [InlineData("SiteHosts: 'a b' is no host", "SiteHosts:0=a b")]
    public async Task A_rule_that_is_none_ends_the_start_with_its_setting(string message, params string[] settings)
    {
        var error = await Assert.ThrowsAsync<FormatException>(() => AnalyticsFixture.StartAsync(settings: [.. settings.Select(setting => $"--Broadsheet:Analytics:{setting}")]));
        Assert.StartsWith($"Broadsheet:Analytics:{message}", error.Message, StringComparison.Ordinal);
    }
}
