using Broadsheet.Cli.Evaluation;
using Broadsheet.Query.Tests.Language;

namespace Broadsheet.Query.Tests.Search;

/// <summary>Ranking of real abstracts for real claims, through the Search RPC.</summary>
public sealed class SciFactTests(ITestOutputHelper output)
{
    private const double CheckValue = 0.6767;
    private const double Least = 0.69;

    [Fact]
    public async Task Search_ranks_abstracts_for_claims()
    {
        var set = RankingSet.Read(SharedData.Require("eval", "scifact"));
        var plain = new PlainBm25(set);
        var checks = set.Queries.ToDictionary(query => query.Id, query => plain.Rank(query.Text));
        Assert.Equal(CheckValue, set.Ndcg10(id => checks[id]), 0.003);

        await using var feed = await FeedServer.StartAsync();
        foreach (var text in set.Texts)
        {
            feed.Publish(Stories.Of($"t{text.Id}", text.Title, "", ("", [string.Join(' ', text.Sentences)])));
        }

        await using var query = await QueryFixture.StartAsync(feed.Address, wait: false);
        await query.CaughtUpAsync(feed, seconds: 300);
        var found = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (id, text) in set.Queries)
        {
            found[id] = [.. (await query.FoundAsync(text)).Select(story => story[1..])];
        }

        var all = set.Ndcg10(id => found[id]);
        output.WriteLine($"nDCG@10 {all:0.0000}; even queries {set.Ndcg10(id => found[id], i => i % 2 == 0):0.0000}, odd {set.Ndcg10(id => found[id], i => i % 2 == 1):0.0000}; plain BM25 {set.Ndcg10(id => checks[id]):0.0000}");
        Assert.True(all >= Least, $"nDCG@10 {all:0.0000} is below {Least}");
    }
}
