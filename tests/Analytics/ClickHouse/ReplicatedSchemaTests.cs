using System.Text.RegularExpressions;

namespace Broadsheet.Analytics.Tests.ClickHouse;

/// <summary>
/// The tables of a cluster can't be made here, because the engine knows neither replication nor Keeper. What can be
/// checked is that they are the tables of a single server.
/// </summary>
public sealed partial class ReplicatedSchemaTests
{
    [Fact]
    public async Task Tables_of_a_cluster_are_those_of_a_server_but_for_their_engines()
    {
        var assembly = typeof(AnalyticsHost).Assembly;
        using var single = new StreamReader(assembly.GetManifestResourceStream("Broadsheet.Analytics.Storage.ClickHouse.Migrations.0001-core.sql")!);
        var expected = await single.ReadToEndAsync(TestContext.Current.CancellationToken);
        var replicated = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Storage", "ClickHouse", "Replicated", "0001-core.sql"), TestContext.Current.CancellationToken);
        Assert.Equal(FromEvents(expected), FromEvents(Single(replicated)));
    }

    private static string Single(string text) =>
        Place().Replace(text.Replace(" on cluster '{cluster}'", "", StringComparison.Ordinal), "MergeTree($1)")
            .Replace("Replicated", "", StringComparison.Ordinal)
            .Replace("MergeTree()", "MergeTree", StringComparison.Ordinal);

    private static string FromEvents(string text) => text[text.IndexOf("-- Every table", StringComparison.Ordinal)..];

    [GeneratedRegex(@"MergeTree\('[^']*', '\{replica\}'(?:, )?([^)]*)\)")]
    private static partial Regex Place();
}
