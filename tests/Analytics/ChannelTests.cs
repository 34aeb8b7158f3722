using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Ingest.Channels;
using Broadsheet.Analytics.V1;

namespace Broadsheet.Analytics.Tests;

/// <summary>What led a reader to a page.</summary>
public sealed class ChannelTests
{
    private static readonly ChannelRules Rules = new(new AnalyticsOptions { SiteHosts = { "letters.example.org" } });

    [Theory]
    [InlineData("", "", "Direct")]
    [InlineData("", "https://example.org/a", "Direct")]
    [InlineData("https://www.google.com/", "https://example.org/a", "Search")]
    [InlineData("https://google.de/search", "https://example.org/a", "Search")]
    [InlineData("https://news.google.com/", "https://example.org/a", "Search")]
    [InlineData("https://docs.google.com/document", "https://example.org/a", "Referral")]
    [InlineData("https://mail.google.com/", "https://example.org/a", "Mail")]
    [InlineData("https://t.co/x", "https://example.org/a", "Social")]
    [InlineData("https://l.facebook.com/l.php", "https://example.org/a", "Social")]
    [InlineData("https://de-de.facebook.com/", "https://example.org/a", "Social")]
    [InlineData("android-app://com.linkedin.android/", "https://example.org/a", "Social")]
    [InlineData("https://chatgpt.com/", "https://example.org/a", "Assistant")]
    [InlineData("https://gemini.google.com/app", "https://example.org/a", "Assistant")]
    [InlineData("", "https://example.org/a?utm_source=chatgpt.com", "Assistant")]
    [InlineData("https://en.wikipedia.org/wiki/A", "https://example.org/a", "Referral")]
    [InlineData("https://news.example/", "https://example.org/a", "Referral")]
    [InlineData("https://notfacebook.com/", "https://example.org/a", "Referral")]
    [InlineData("https://example.org/", "https://example.org/a", "Internal")]
    [InlineData("https://www.example.org/", "https://example.org/a?utm_medium=email", "Internal")]
    [InlineData("https://letters.example.org/", "https://example.org/a", "Internal")]
    [InlineData("https://letters.example.org/", "/a", "Internal")]
    [InlineData("https://site/", "/a", "Referral")]
    [InlineData("https://www.google.com/", "https://example.org/a?utm_source=google&utm_medium=cpc", "Paid")]
    [InlineData("https://www.google.com/", "https://example.org/a?gclid=x", "Paid")]
    [InlineData("https://www.google.com/", "https://example.org/a?include=x", "Search")]
    [InlineData("https://t.co/x", "https://example.org/a?utm_medium=Email", "Mail")]
    [InlineData("", "https://example.org/a?utm_source=facebook", "Social")]
    [InlineData("", "https://example.org/a?utm_source=Twitter&utm_campaign=x", "Social")]
    [InlineData("", "https://example.org/a?utm_source=poster&utm_medium=qr", "Campaign")]
    [InlineData("", "https://example.org/a?utm_campaign=x", "Campaign")]
    [InlineData("https://www.google.com/", "https://example.org/a?utm_campaign=x", "Search")]
    [InlineData("not an address", "neither \u0000 is this", "Direct")]
    public void Of_tells_the_channel(string referrer, string url, string channel) =>
        Assert.Equal(channel, Rules.Of(PageAddress.Of(new ReadingEvent { Referrer = referrer, Url = url })).ToString());
}
