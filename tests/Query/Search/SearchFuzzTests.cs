using Broadsheet.Query.V1;
using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Query.Tests.Search;

/// <summary>Queries as nobody would type them, against invariants that hold for every query.</summary>
public sealed class SearchFuzzTests : IAsyncLifetime
{
    private const int StoryCount = 160;

    private static readonly string[] Vocabulary =
        ["river", "rivers", "harbour", "tide", "moon", "bridge", "old", "NATO", "treaty", "1949", "1990s", "Łódź", "café", "日本", "😀", "sea", "the", "of", "ice", "flows"];

    private static readonly string[] Topics = ["one", "two", "three"];

    private static readonly Gen<string> Part = Gen.OneOf(
        OneOf(Vocabulary),
        OneOf("\"", "“", "”", "-", "--", "+", "*", "?", "~2", "^9", "(", ")", "[", "]", "{", "}", "\\", "/", ":", "AND", "OR", "NOT", "title:", "\0", "\u202E", "\u200F", "e\u0301", "\u0301\u0301\u0301", "👩‍🚀", "שלום", "مرحبا", " ", "  ", "\t\n", "&&", "||", "!", "$", "%s", "<b>", "'", "riv", "harbuor", "xx"),
        Gen.String[Gen.Char['\u0001', '\uD7FF'], 0, 12],
        OneOf("a", "z", "é", "1").Select(Gen.Int[1, 600], static (text, count) => string.Concat(Enumerable.Repeat(text, count))));

    private static readonly Gen<string> Query = Part.Array[0, 14].Select(OneOf("", " "), static (parts, between) => string.Join(between, parts));

    private FeedServer _feed = null!;
    private QueryFixture _query = null!;

    public async ValueTask InitializeAsync()
    {
        _feed = await FeedServer.StartAsync();
        _query = await QueryFixture.StartAsync(_feed.Address);
        var random = new Random(7);
        for (var i = 0; i < StoryCount; i++)
        {
            var story = Stories.Of($"s{i}", Words(random, 3), Words(random, 4), ("", [Words(random, 12) + ".", Words(random, 8) + "."]), (Words(random, 2), [Words(random, 20) + "."]));
            story.Community = $"communities/c{random.Next(4)}";
            story.Creator = $"creators/a{random.Next(5)}";
            story.Topics.AddRange(Topics.Where(_ => random.Next(2) == 0));
            story.PublishTime = Timestamp.FromDateTime(new DateTime(2015 + random.Next(6), 1 + random.Next(12), 1, 0, 0, 0, DateTimeKind.Utc));
            _feed.Publish(story);
            if (i % 37 == 0)
            {
                // Several segments.
                await _query.CaughtUpAsync(_feed);
            }
        }

        // Some are gone.
        _feed.Remove("stories/s3");
        _feed.Remove("stories/s77");
        await _query.CaughtUpAsync(_feed);
    }

    public async ValueTask DisposeAsync()
    {
        await _query.DisposeAsync();
        await _feed.DisposeAsync();
        Directory.Delete(_query.Folder, recursive: true);
    }

    [Fact]
    public async Task Any_query_gets_an_answer_that_agrees_with_itself() => await Query.SampleAsync(
        async query =>
        {
            var all = await _query.SearchAsync(query, request =>
            {
                (request.PageSize, request.Explain) = (100, true);
                request.Facets.AddRange([FacetField.Community, FacetField.Topic, FacetField.Year]);
            });
            // What is skipped because it can't be among the best depends on how many are asked for; what is shown must not.
            var seen = new List<string>();
            var token = "";
            do
            {
                var page = await _query.SearchAsync(query, request => (request.PageSize, request.PageToken) = (9, token));
                seen.AddRange(page.Results.Select(result => result.Story));
                token = page.NextPageToken;
            }
            while (token.Length > 0 && seen.Count < 99);
            Assert.Equal(all.Results.Take(seen.Count).Select(result => result.Story), seen);

            Assert.Equal(all.TotalSize, all.Facets[0].Values.Sum(value => value.Count));
            Assert.Equal(all.TotalSize, all.Facets[2].Values.Sum(value => value.Count));
            Assert.DoesNotContain(all.Results, result => result.Story is "stories/s3" or "stories/s77");
            Assert.All(all.Results, result =>
            {
                Assert.Equal(result.Score, result.ScoreParts.Sum(part => part.Score), 1e-3 * (1 + result.Score));
                Assert.All(result.Highlights, highlight => Assert.All(highlight.Matches, match => Assert.True(match.Start >= highlight.Start && match.End <= highlight.End && match.Start < match.End)));
            });
            var newest = await _query.SearchAsync(query, request => (request.Order, request.PageSize) = (SearchOrder.Newest, 100));
            Assert.Equal(all.TotalSize, newest.TotalSize);
            if (all.Facets[0].Values.Count > 0)
            {
                var value = all.Facets[0].Values[0];
                Assert.Equal(value.Count, (await _query.SearchAsync(query, request => request.Community = value.Value)).TotalSize);
            }
        },
        iter: 150,
        threads: 1);

    [Fact]
    public async Task Any_beginning_gets_suggestions() => await Query.SampleAsync(
        async query =>
        {
            var prefix = query.Length <= 200 ? query : query[..200];
            await _query.Searching.SuggestAsync(new SuggestRequest { Prefix = prefix }, cancellationToken: TestContext.Current.CancellationToken);
        },
        iter: 300,
        threads: 1);

    [Fact]
    public async Task Oversized_queries_are_refused_by_name()
    {
        string[] hostile = [new('a', 1 << 20), string.Concat(Enumerable.Repeat("a OR ", 10_000)), new('x', 100_000), string.Concat(Enumerable.Repeat("\"", 100_000))];
        foreach (var query in hostile)
        {
            var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => _query.SearchAsync(query));
            Assert.Equal(["query"], fields);
        }

        var (_, prefix) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", async () => await _query.Searching.SuggestAsync(
            new SuggestRequest { Prefix = new string('a', 201) }, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(["prefix"], prefix);
        var (_, values) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => _query.SearchAsync("a", request => request.Topics.AddRange(Enumerable.Repeat("t", 101))));
        Assert.Equal(["topics"], values);
        var (_, facets) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => _query.SearchAsync("a", request => request.Facets.Add((FacetField)99)));
        Assert.Equal(["facets[0]"], facets);
    }

    [Fact]
    public async Task Largest_queries_are_answered_in_bounded_time()
    {
        string[] largest =
        [
            string.Join(' ', Enumerable.Range(0, 800).Select(i => Vocabulary[i % Vocabulary.Length] + (i / 20)))[..4_000],
            string.Concat(Enumerable.Repeat("\"old river\" ", 330)),
            string.Concat(Enumerable.Repeat("-\"old river\" ", 300)),
            string.Concat(Enumerable.Range(0, 700).Select(i => $"harbu{(char)('a' + (i % 26))}r "))[..4_000],
            new('é', 4_096),
        ];
        foreach (var query in largest)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(10));
            await _query.Searching.SearchAsync(new SearchRequest { Query = query, PageSize = 100, Explain = true }, cancellationToken: patience.Token);
        }
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string Words(Random random, int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Vocabulary[random.Next(Vocabulary.Length)]));
}
