using Broadsheet.Content.V1;
using Google.Rpc;
using Grpc.Core;

namespace Broadsheet.Content.Tests.Importing;

public abstract class ImportStoriesTests(StoreKind store)
{
    private const string Feed = """
        <rss version="2.0"><channel><title>Lamp Room</title><link>https://lamps.example/</link>
        <item><title>One</title><guid>https://lamps.example/1</guid><description>The first story.</description></item>
        <item><title>Empty</title><guid>https://lamps.example/2</guid></item>
        <item><title>Three</title><guid>https://lamps.example/3</guid><description>The third story.</description></item>
        <item><title>Three</title><guid>https://lamps.example/3</guid><description>The third story.</description></item>
        </channel></rss>
        """;

    [Fact]
    public async Task ImportStories_answers_each_story_in_order_and_each_document_at_its_end()
    {
        await using var content = await ContentFixture.StartAsync(store);
        ImportStoriesRequest[] requests =
        [
            ImportStreamClient.Request("A title\n\nIt was so.\n", "text/plain", "a", "https://a.example/1"),
            ImportStreamClient.Request("nothing", "application/pdf", "b"),
            ImportStreamClient.Request(Feed, "application/rss+xml", "c"),
            new ImportStoriesRequest { Key = "d" },
            ImportStreamClient.Request("# Last\n\nIt was so.\n", "text/markdown", "e", "https://a.example/2"),
        ];

        var responses = await content.Imports.ImportAsync(requests);

        Assert.Equal(
            ["a story A title Created", "a 1/0/0/0/0", "b 0/0/0/0/0 MEDIA_TYPE_UNSUPPORTED document.media_type", "c story One Created", "c story Empty Unspecified DOCUMENT_UNREADABLE document.content", "c story Three Created", "c 2/0/0/1/1", "d 0/0/0/0/0 INVALID_FIELD document", "e story Last Created", "e 1/0/0/0/0"],
            responses.Select(Describe));
        Assert.Equal([0, 0, 1, 2, 2, 2, 2, 3, 4, 4], responses.Select(response => response.DocumentIndex));
        Assert.Equal([0, 1, 2], responses.Where(response => response is { Key: "c", Story: not null }).Select(response => response.Story.Index));
        Assert.Contains(responses[6].Document.Diagnostics, diagnostic => diagnostic.Code == "ENTRY_SKIPPED");

        var stored = responses[0].Story;
        var story = await content.Stories.GetStoryAsync(new() { Name = stored.Name }, ContentFixture.Editor, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((stored.Etag, StoryState.Published, "A title", "https://a.example/1"), (story.Etag, story.State, story.Title, stored.SourceUri));
    }

    [Fact]
    public async Task ImportStories_again_changes_nothing_and_a_newer_feed_updates_its_stories()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var first = await content.Imports.ImportAsync([ImportStreamClient.Request(Feed, "application/rss+xml")]);

        var again = await content.Imports.ImportAsync([ImportStreamClient.Request(Feed, "application/rss+xml")]);
        var newer = await content.Imports.ImportAsync([ImportStreamClient.Request(Feed.Replace("The first", "The very first", StringComparison.Ordinal), "application/xml", source: "https://lamps.example/feed")]);

        Assert.Equal((0, 2, 1, 1), (again[^1].Document.Created, again[^1].Document.Unchanged, again[^1].Document.Failed, again[^1].Document.Skipped));
        Assert.Equal(Names(first), Names(again));
        Assert.Equal((1, 1), (newer[^1].Document.Updated, newer[^1].Document.Unchanged));
        Assert.Equal(Names(first), Names(newer));
        Assert.Equal(2, await CountAsync(content));
    }

    [Fact]
    public async Task ImportStories_tries_without_storing_and_keeps_drafts_drafts()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var trial = ImportStreamClient.Request("Tried\n\nIt was so.\n", "text/plain", "trial");
        trial.ValidateOnly = true;
        var draft = ImportStreamClient.Request("Drafted\n\nIt was so.\n", "text/plain", "draft");
        draft.Publish = false;
        const string Members = """{"data":{"posts":[{"id":"1","title":"For members","status":"published","visibility":"paid","html":"<p>It was so.</p>"}]}}""";

        var responses = await content.Imports.ImportAsync([trial, draft, trial.Clone(), ImportStreamClient.Request(Members, "application/json", "members")]);

        Assert.Equal(
            ["trial story Tried Created", "trial 1/0/0/0/0", "draft story Drafted Created", "draft 1/0/0/0/0", "trial story Tried Created", "trial 1/0/0/0/0", "members story For members Created", "members 1/0/0/0/0"],
            responses.Select(Describe));
        Assert.Equal(["", "Draft", "", "Draft"], await Task.WhenAll(responses.Where(response => response.Story is not null).Select(async response => response.Story.Name.Length == 0
            ? ""
            : (await content.Stories.GetStoryAsync(new() { Name = response.Story.Name }, ContentFixture.Editor, cancellationToken: TestContext.Current.CancellationToken)).State.ToString())));
        Assert.Equal(2, await CountAsync(content));
    }

    [Fact]
    public async Task ImportStories_of_many_documents_stores_every_one_once()
    {
        await using var content = await ContentFixture.StartAsync(store);

        // Every tenth is broken, every seventh a repetition.
        var requests = Enumerable.Range(1, 150).Select(seed => seed % 10 == 0 ? ImportStreamClient.Request("\0\0\0", "text/plain", $"page-{seed}") : ImportStreamClient.Page(seed % 7 == 0 ? seed - 1 : seed)).ToArray();
        var responses = await content.Imports.ImportAsync(requests);

        var sources = requests.Where(request => request.Document.SourceUri.Length > 0).Select(request => request.Document.SourceUri).Distinct().Count();
        Assert.Equal(Enumerable.Range(0, 150).Select(index => (long)index), responses.Where(response => response.Document is not null).Select(response => response.DocumentIndex));
        Assert.Equal(15, responses.Count(response => response.Document?.Error is not null));
        Assert.Equal(sources, await CountAsync(content));
        Assert.Equal(sources, responses.Where(response => response.Story is not null).Select(response => response.Story.Name).Distinct().Count());
    }

    [Fact]
    public async Task ImportStories_of_a_client_that_goes_away_keeps_what_was_answered()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var answered = new List<string>();
        using (var call = content.Imports.ImportStories(cancellationToken: TestContext.Current.CancellationToken))
        {
            for (var seed = 1; seed <= 20; seed++)
            {
                await call.RequestStream.WriteAsync(ImportStreamClient.Page(seed), TestContext.Current.CancellationToken);
            }

            while (answered.Count < 10 && await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
                if (call.ResponseStream.Current.Story is { } story)
                {
                    answered.Add(story.Name);
                }
            }
        }

        foreach (var name in answered)
        {
            await content.Stories.GetStoryAsync(new() { Name = name }, ContentFixture.Editor, cancellationToken: TestContext.Current.CancellationToken);
        }

        await content.Imports.ImportAsync(Enumerable.Range(1, 20).Select(ImportStreamClient.Page));
        Assert.Equal(20, await CountAsync(content));
    }

    [Fact]
    public async Task ImportStories_lets_a_writer_change_only_their_own_stories_and_a_reader_none()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var request = ImportStreamClient.Request("A title\n\nBy Ana Lu\n\nIt was so.\n", "text/plain", source: "https://a.example/1");
        await content.Imports.ImportAsync([request]);
        var changed = ImportStreamClient.Request("A title\n\nBy Ana Lu\n\nIt was not so.\n", "text/plain", "changed", "https://a.example/1");
        changed.Publish = false;
        var own = ImportStreamClient.Request("Another\n\nBy Bea Lu\n\nIt was so.\n", "text/plain", "own", "https://a.example/2");
        own.Publish = false;

        var responses = await content.Imports.ImportAsync([changed, own, own.Clone()], caller: "creators/bea;roles=writer");
        var reader = await Assert.ThrowsAsync<RpcException>(() => content.Imports.ImportAsync([own], caller: "creators/cy"));

        Assert.Equal(
            ["changed story A title Unspecified PERMISSION_MISSING", "changed 0/0/0/1/0", "own story Another Created", "own 1/0/0/0/0", "own story Another Unchanged", "own 0/0/1/0/0"],
            responses.Select(response => Describe(response).TrimEnd()));
        Assert.Equal(StatusCode.PermissionDenied, reader.StatusCode);
    }

    internal static async Task<int> CountAsync(ContentFixture content)
    {
        var count = 0;
        var token = "";
        do
        {
            var page = await content.Stories.ListStoriesAsync(new() { PageSize = 100, PageToken = token }, ContentFixture.Editor, cancellationToken: TestContext.Current.CancellationToken);
            count += page.Stories.Count;
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return count;
    }

    private static string[] Names(List<ImportStoriesResponse> responses) => [.. responses.Where(response => response.Story is { Error: null }).Select(response => response.Story.Name)];

    private static string Describe(ImportStoriesResponse response)
    {
        var text = response.Story is { } story
            ? $"{response.Key} story {story.Title} {story.Outcome}"
            : $"{response.Key} {response.Document.Created}/{response.Document.Updated}/{response.Document.Unchanged}/{response.Document.Failed}/{response.Document.Skipped}";
        var error = response.Story?.Error ?? response.Document?.Error;
        return error is null ? text : $"{text} {error.GetDetail<ErrorInfo>()?.Reason} {string.Join(' ', error.GetDetail<BadRequest>()?.FieldViolations.Select(violation => violation.Field) ?? [])}";
    }
}

public sealed class ImportStoriesOnSqliteTests() : ImportStoriesTests(StoreKind.Sqlite);

public sealed class ImportStoriesOnPostgresTests() : ImportStoriesTests(StoreKind.Postgres);
