namespace Broadsheet.Cli.Tests;

/// <summary>Events into a file and out of one.</summary>
public sealed class EventTests
{
    private const string Umami =
        """
        website_id,session_id,visit_id,event_id,url_path,referrer_domain,utm_source,device,event_type,event_name,created_at
        w,s1,x1,01900000-0000-7000-8000-000000000001,/geeks/icebergs,news.example,"letter, weekly",laptop,1,,2025-03-01 10:00:00
        w,s1,x1,01900000-0000-7000-8000-000000000002,/geeks/icebergs/,,,mobile,1,,2025-03-01T10:01:00Z
        w,s1,x1,01900000-0000-7000-8000-000000000003,/geeks/icebergs,,,mobile,2,signup,2025-03-01T10:02:00Z
        w,s2,x2,01900000-0000-7000-8000-000000000004,/about,,,desktop,1,,2025-03-01T10:03:00Z

        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_views_of_an_Umami_export_come_in_once_and_go_out_and_in_again()
    {
        await using var suite = await TestSuite.StartAsync();
        var folder = Directory.CreateTempSubdirectory("broadsheet-cli-").FullName;
        var csv = Path.Combine(folder, "website_event.csv");
        await File.WriteAllTextAsync(csv, Umami, Cancel);

        var run = await CommandRun.OfAsync(["import-events", csv, "--community", "communities/geeks"], server: suite.Address);
        Assert.Equal((0, "", "2 counted, 2 rows of other pages"), (run.ExitCode, run.Errors, run.Lines.Single()));
        var first = suite.Events["01900000-0000-7000-8000-000000000001"];
        Assert.Equal(
            ("s1", "stories/1", "news.example", "letter, weekly", "desktop", "/geeks/icebergs", 10),
            (first.VisitorKey, first.Event.Story, first.Event.ReferrerHost, first.Event.UtmSource, first.Event.Device, first.Event.Path, first.Event.OccurredAt.ToDateTimeOffset().Hour));
        Assert.Equal("phone", suite.Events["01900000-0000-7000-8000-000000000002"].Event.Device);

        var lines = Path.Combine(folder, "events.jsonl");
        var export = await CommandRun.OfAsync(["export-events", lines, "--from", "2025-01-01T00:00Z"], server: suite.Address);
        Assert.Equal((0, ""), (export.ExitCode, export.Out));
        Assert.Equal(2, (await File.ReadAllLinesAsync(lines, Cancel)).Length);
        var again = await CommandRun.OfAsync(["import-events", lines], server: suite.Address);
        Assert.Equal((0, "0 counted, 2 not (duplicate)"), (again.ExitCode, again.Lines.Single()));
    }

    [Fact]
    public async Task What_is_no_export_is_said_so_and_what_came_broken_leaves_no_file()
    {
        await using var suite = await TestSuite.StartAsync();
        var folder = Directory.CreateTempSubdirectory("broadsheet-cli-").FullName;
        var file = Path.Combine(folder, "events.jsonl");
        await File.WriteAllTextAsync(file, "{\"eventId\": \"01900000-0000-7000-8000-000000000009\", \"occurredAt\": \"2030-01-01T00:00:00Z\"}\n", Cancel);
        var future = await CommandRun.OfAsync(["import-events", file], server: suite.Address);
        Assert.Equal((1, "01900000-0000-7000-8000-000000000009: future"), (future.ExitCode, future.Errors.Trim()));

        await File.WriteAllTextAsync(file, "{}\nno json\n", Cancel);
        var broken = await CommandRun.OfAsync(["import-events", file], server: suite.Address);
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("line 2", broken.Errors, StringComparison.Ordinal);

        var other = Path.Combine(folder, "other.csv");
        await File.WriteAllTextAsync(other, "a,b\n1,2\n", Cancel);
        Assert.Equal(2, (await CommandRun.OfAsync(["import-events", other], server: suite.Address)).ExitCode);
        var csv = await CommandRun.OfAsync(["import-events", other, "--community", "communities/geeks"], server: suite.Address);
        Assert.Equal(1, csv.ExitCode);
        Assert.Contains("there is no column event_id", csv.Errors, StringComparison.Ordinal);

        var cut = Path.Combine(folder, "cut.jsonl");
        var export = await CommandRun.OfAsync(["export-events", cut, "--story", "stories/broken"], server: suite.Address);
        Assert.Equal(1, export.ExitCode);
        Assert.Contains("did not arrive whole", export.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder, "cut*"));
    }
}
