namespace Broadsheet.Cli.Tests;

public sealed class UsageTests
{
    [Theory]
    [InlineData("search", "Required argument 'query' missing")]
    [InlineData("nonsense", "Unrecognized command or argument 'nonsense'")]
    [InlineData("search iceberg --limit many", "--limit")]
    [InlineData("search iceberg --server localhost:8081", "--server: must be an address")]
    [InlineData("explore --feed hottest", "Argument 'hottest' not recognized")]
    [InlineData("related", "Required argument 'story' missing")]
    [InlineData("timeline --from 19x", "--from must be a date")]
    [InlineData("timeline --from 1949-10-17-1", "--from must be a date")]
    [InlineData("import", "Required argument 'file' missing")]
    [InlineData("import a b --source-uri https://example.org/", "--source-uri can only name the source of one file")]
    [InlineData("up --http-port 70000", "--http-port: must be from 1 to 65535")]
    [InlineData("up --query-port 65530", "--query-port: must be from 1 to 65525")]
    public async Task Wrong_usage_ends_with_2_and_leaves_standard_output_alone(string typed, string error)
    {
        var run = await CommandRun.OfAsync(typed.Split(' '));

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("error: ", run.Errors, StringComparison.Ordinal);
        Assert.Contains(error, run.Errors, StringComparison.Ordinal);
        Assert.Contains("--help", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_in_the_environment_that_is_none_is_named()
    {
        var run = await CommandRun.OfAsync(["status"], server: "nowhere");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("BROADSHEET_SERVER", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("search iceberg")]
    [InlineData("stories --json")]
    public async Task Server_that_is_down_is_said_to_be_down(string typed)
    {
        var run = await CommandRun.OfAsync([.. typed.Split(' '), "--server", "http://127.0.0.1:1"]);

        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("error: nothing answers at http://127.0.0.1:1/", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "import")]
    [InlineData("search --help", "--community")]
    [InlineData("up --help", "--data")]
    public async Task Help_is_what_was_asked_for(string typed, string shown)
    {
        var run = await CommandRun.OfAsync(typed.Split(' '));

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains(shown, run.Out, StringComparison.Ordinal);
    }
}
