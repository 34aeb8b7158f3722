using System.Diagnostics;

namespace Broadsheet.Cli.Tests;

public sealed class ReadingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_marks_matches_by_code_point()
    {
        await using var suite = await TestSuite.StartAsync();

        var run = await CommandRun.OfAsync("search", "iceberg", "--server", suite.Address);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("1 found", run.Lines);
        Assert.Contains("𝔸n [iceberg].", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("search iceberg", "results")]
    [InlineData("explore", "stories")]
    [InlineData("related stories/1", "stories")]
    [InlineData("ask When?", "answers")]
    [InlineData("ask Why?", "noAnswerReason")]
    [InlineData("timeline", "date")]
    [InlineData("claims", "stance")]
    [InlineData("figures", "asOf")]
    [InlineData("entities ann", "storyCount")]
    [InlineData("entity ann-lee", "claimsBy")]
    [InlineData("stories stories/1", "plainText")]
    [InlineData("status", "storyCount")]
    [InlineData("stats stories/1 --from 2026-03-01 --to 2026-03-31", "readRatio")]
    [InlineData("stats --by channel --from 2026-03-01 --to 2026-03-31", "rows")]
    public async Task Json_is_one_object_a_line_and_nothing_else(string command, string property)
    {
        await using var suite = await TestSuite.StartAsync();

        var run = await CommandRun.OfAsync([.. command.Split(' '), "--json"], server: suite.Address);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.NotEmpty(run.Json);
        Assert.All(run.Json, line => Assert.True(line.TryGetProperty(property, out _)));
    }

    [Theory]
    [InlineData("explore", "latest", "")]
    [InlineData("explore --community communities/geeks --topic ice", "latest in communities/geeks on ice", "")]
    [InlineData("explore --feed following --caller readers/rosa", "you follow creators/ada", "")]
    [InlineData("explore --feed trending", "latest", "No analytics: the latest instead of what trends.")]
    public async Task Explore_says_why_each_story_is_there(string command, string reason, string note)
    {
        await using var suite = await TestSuite.StartAsync();

        var run = await CommandRun.OfAsync(command.Split(' '), server: suite.Address);

        Assert.Equal((0, note), (run.ExitCode, run.Errors.Trim()));
        Assert.Equal(["Icebergs", $"  stories/1 by creators/ada: {reason}"], run.Lines);
    }

    [Theory]
    [InlineData("stats", "site, 2026-03-01 to 2026-03-31, , read/1|  all: views 4, read ratio 50 %")]
    [InlineData("stats creators/ada --by channel story --zone Europe/Berlin", "creators/ada, 2026-03-01 to 2026-03-31, Europe/Berlin, read/1|  search, stories/1 Icebergs: views 12")]
    [InlineData("stats communities/geeks --compare", "communities/geeks, 2026-03-01 to 2026-03-31, , read/1 (before: 2026-03-01 to 2026-03-31)|  all: views 17 (before 2)")]
    [InlineData("stats stories/1", "stories/1, 2026-03-01 to 2026-03-31|  views 4, reads 2 (50 %) by read/1, engaged 90 s, shares 0|  signed-in readers 1, reader-days 3")]
    public async Task Stats_are_of_the_site_a_story_a_creator_or_a_community(string command, string lines)
    {
        await using var suite = await TestSuite.StartAsync();

        var run = await CommandRun.OfAsync([.. command.Split(' '), "--from", "2026-03-01", "--to", "2026-03-31"], server: suite.Address);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(lines.Split('|'), run.Lines);
    }

    [Theory]
    [InlineData("stats readers/ann")]
    [InlineData("stats --by weather")]
    [InlineData("stats --metric applause")]
    [InlineData("stats --from yesterday")]
    public async Task Stats_of_what_there_is_not_are_wrong_usage(string command) => Assert.Equal(2, (await CommandRun.OfAsync(command.Split(' '))).ExitCode);

    [Fact]
    public async Task Related_shows_what_is_shared()
    {
        await using var suite = await TestSuite.StartAsync();

        var run = await CommandRun.OfAsync(["related", "stories/1"], server: suite.Address);

        Assert.Equal(["  4.25  Glaciers", "        stories/2", "        names: Titanic", "        dates: 1912-04", "        words: ice, drift"], run.Lines);
        Assert.Equal(1, (await CommandRun.OfAsync(["related", "stories/9"], server: suite.Address)).ExitCode);
    }

    [Fact]
    public async Task Ask_shows_the_sentence_and_where_it_stands_or_why_there_is_no_answer()
    {
        await using var suite = await TestSuite.StartAsync();

        var answered = await CommandRun.OfAsync("ask", "When was it founded?", "--server", suite.Address);
        var refused = await CommandRun.OfAsync("ask", "Why?", "--server", suite.Address);

        Assert.Contains("1949", answered.Lines[0], StringComparison.Ordinal);
        Assert.Contains("It was founded in 1949.", answered.Out, StringComparison.Ordinal);
        Assert.Contains("stories/1 revision 2, section lead", answered.Out, StringComparison.Ordinal);
        Assert.Equal((0, "No answer: stories speak of it, but none says this."), (refused.ExitCode, refused.Out.Trim()));
    }

    [Fact]
    public async Task Timeline_shows_no_more_of_a_date_than_is_known()
    {
        await using var suite = await TestSuite.StartAsync();

        var open = await CommandRun.OfAsync("timeline", "--server", suite.Address);
        var bounded = await CommandRun.OfAsync("timeline", "--from", "1949", "--to", "1949-10-17", "--server", suite.Address);

        Assert.Equal(["509 BC", "1990s", "2014-10-07"], Dates(open));
        Assert.Equal(["1949", "1990s", "1949-10-17"], Dates(bounded));
        Assert.Equal(
            ["2014-10-07              [planned] The third.", "                        stories/1 revision 2 3..26; also stories/2", "                        but 2015 in 1 story (stories/3): Another."],
            open.Lines.TakeLast(3));

        static IEnumerable<string> Dates(CommandRun run) => run.Lines.Select(line => line[..23].Trim()).Where(date => date.Length > 0);
    }

    [Fact]
    public async Task Claims_shows_every_page_and_who_denies()
    {
        await using var suite = await TestSuite.StartAsync();

        var run = await CommandRun.OfAsync("claims", "--source", "Lee", "--stance", "says", "--server", suite.Address);

        Assert.Equal(
            ["Ann Lee claims: the fees were low", "  stories/1, section lead", "  the port denies: this", "somebody says: Lee", "  stories/2, section s"],
            run.Lines);
    }

    [Fact]
    public async Task Figures_shows_what_has_aged()
    {
        await using var suite = await TestSuite.StartAsync();

        var run = await CommandRun.OfAsync("figures", "--server", suite.Address);

        Assert.Equal(["1949                    Union 12 members (superseded)", "2021-06 – 2022          30 %"], run.Lines);
    }

    [Fact]
    public async Task Entity_is_found_by_its_id_alone()
    {
        await using var suite = await TestSuite.StartAsync();

        var one = await CommandRun.OfAsync("entity", "ann-lee", "--server", suite.Address);
        var list = await CommandRun.OfAsync("entities", "--type", "PER", "--server", suite.Address);

        Assert.Equal(["Ann Lee  PER  (entities/ann-lee), 1 story", "Names: Lee (1)"], one.Lines.Take(2));
        Assert.Contains("Claims by (4)", one.Lines);
        Assert.Equal(["     3  PER   Ann Lee  (entities/ann-lee)"], list.Lines);
    }

    [Fact]
    public async Task Stories_lists_every_page()
    {
        await using var suite = await TestSuite.StartAsync();

        var run = await CommandRun.OfAsync("stories", "--json", "--server", suite.Address);

        Assert.Equal(Enumerable.Range(1, 201).Select(i => $"stories/{i}"), run.Json.Select(story => story.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Story_shows_what_its_page_said_of_its_date()
    {
        await using var suite = await TestSuite.StartAsync();

        var run = await CommandRun.OfAsync("stories", "stories/1", "--server", suite.Address);

        Assert.Contains("about a year ago", run.Out, StringComparison.Ordinal);
        Assert.Contains("The whole text.", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_story_is_an_error_with_its_reason()
    {
        await using var suite = await TestSuite.StartAsync();

        var run = await CommandRun.OfAsync("stories", "stories/none", "--json", "--server", suite.Address);

        Assert.Equal((1, "", "error: stories/none: not found (RESOURCE_NOT_FOUND)"), (run.ExitCode, run.Out, run.Errors.Trim()));
    }

    [Fact]
    public async Task Caller_is_sent()
    {
        await using var suite = await TestSuite.StartAsync();

        await CommandRun.OfAsync("status", "--caller", "creators/ada;roles=editor", "--server", suite.Address);

        Assert.Equal("creators/ada;roles=editor", suite.Caller);
    }

    [Fact]
    public async Task Watch_follows_the_feed_until_it_is_interrupted()
    {
        await using var suite = await TestSuite.StartAsync();
        using var watch = CommandRun.Start(["watch", "--json", "--all", "--server", suite.Address]);

        var first = await watch.StandardOutput.ReadLineAsync(Cancel);
        var second = await watch.StandardOutput.ReadLineAsync(Cancel);
        using (var kill = Process.Start("kill", ["-TERM", $"{watch.Id}"]))
        {
            await kill.WaitForExitAsync(Cancel);
        }

        await watch.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Contains("\"cursor\": \"c1\"", first, StringComparison.Ordinal);
        Assert.Contains("\"tombstone\"", second, StringComparison.Ordinal);
        Assert.Equal(0, watch.ExitCode);
        Assert.Equal(Content.V1.FeedView.All, Assert.Single(suite.Watched).View);
    }

    [Fact]
    public async Task Watch_with_an_expired_cursor_fails()
    {
        await using var suite = await TestSuite.StartAsync();

        var run = await CommandRun.OfAsync("watch", "--cursor", "old", "--server", suite.Address);

        Assert.Equal((1, "error: cursor: too old"), (run.ExitCode, run.Errors.Trim()));
    }

    [Fact]
    public async Task Watch_says_why_it_stands_still()
    {
        using var watch = CommandRun.Start(["watch", "--server", "http://127.0.0.1:1"]);

        var said = await watch.StandardError.ReadLineAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        watch.Kill();

        Assert.StartsWith("http://127.0.0.1:1/: ", said, StringComparison.Ordinal);
        Assert.EndsWith("trying again", said, StringComparison.Ordinal);
    }
}
