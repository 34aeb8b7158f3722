using System.Text;
using Broadsheet.Analytics.V1;
using Microsoft.Extensions.Time.Testing;

namespace Broadsheet.Analytics.Tests;

/// <summary>What is kept of a reader.</summary>
public sealed class PrivacyTests
{
    [Fact]
    public async Task Neither_address_nor_user_agent_is_in_any_file()
    {
        var analytics = await AnalyticsFixture.StartAsync();
        var view = analytics.View("stories/a", "visit-that-is-kept");
        view.Client = new ReadingClient { IpAddress = "203.0.113.77", UserAgent = "Mozilla/5.0 Uncommon/7.7.7" };
        view.Url = "https://example.org/stories/a?utm_source=letter&token=secret-of-the-url";
        view.Referrer = "https://news.example/path-that-is-not-kept";
        Assert.Equal(1, (await analytics.RecordAsync(view)).Counted);
        await analytics.StopAsync();

        Assert.True(IsInAFile(analytics.Folder, "visit-that-is-kept"u8));
        foreach (var secret in new[] { "203.0.113.77", "Uncommon/7.7.7", "secret-of-the-url", "path-that-is-not-kept" })
        {
            Assert.False(IsInAFile(analytics.Folder, Encoding.UTF8.GetBytes(secret)), secret);
        }
    }

    [Fact]
    public async Task After_the_day_the_salt_is_in_no_file_and_the_same_connection_is_another_reader()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using var analytics = await AnalyticsFixture.StartAsync(time: time);
        await analytics.RecordAsync(View());
        var file = Assert.Single(Directory.GetFiles(Path.Combine(analytics.Folder, "salt")));
        Assert.Equal("2026-03-01.salt", Path.GetFileName(file));
        var salt = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(32, salt.Length);

        // Nobody calls: the clock alone ends the day.
        time.Advance(TimeSpan.FromHours(13));
        Assert.Equal("2026-03-02.salt", Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(analytics.Folder, "salt")))));
        await analytics.RecordAsync(View());
        Assert.Equal(2, await analytics.CountedAsync());
        await analytics.StopAsync();
        Assert.False(IsInAFile(analytics.Folder, salt));

        ReadingEvent View()
        {
            var view = analytics.View("stories/a");
            view.Client = new ReadingClient { IpAddress = "203.0.113.77", UserAgent = "Firefox" };
            return view;
        }
    }

    internal static bool IsInAFile(string folder, ReadOnlySpan<byte> bytes)
    {
        // Nobody but its owner can open the lock; it is empty.
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            if (File.ReadAllBytes(file).AsSpan().IndexOf(bytes) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
