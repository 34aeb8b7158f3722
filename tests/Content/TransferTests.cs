using Broadsheet.Content.Storage;
using Broadsheet.Content.Transfer;
using Broadsheet.Content.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Broadsheet.Content.Tests;

/// <summary>Everything out, and in again.</summary>
public abstract class TransferTests(StoreKind store)
{
    private static readonly Metadata Ann = new() { { "x-broadsheet-caller", "readers/ann" } };
    private static readonly Metadata Moderator = new() { { "x-broadsheet-caller", "creators/mo;roles=moderator" } };

    // In none of the rows: made anew, or bound to this database.
    private static readonly string[] StaysBehind =
        ["feed", "compaction", "changes", "outbox", "requests", "room", "profile_counts", "comment_rates", "schemaversions", "SchemaVersions", "sqlite_sequence"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Export_restored_into_an_empty_store_of_either_engine_is_exported_the_same(StoreKind target)
    {
        await using var content = await ContentFixture.StartAsync(store);
        var story = await FillAsync(content);
        var exported = await ExportAsync(content);
        await using var empty = await ContentFixture.StartAsync(target);
        // A reader that began before belongs to the feed of before.
        var cursor = (await empty.Feed.ListChangesAsync(new(), cancellationToken: Cancel)).NextCursor;

        var response = await RestoreAsync(empty, exported);

        Assert.Equal((exported.Count, 3), (response.Rows, response.Stories));
        Assert.Equal(exported.Select(row => row.ToByteString()), (await ExportAsync(empty)).Select(row => row.ToByteString()));
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "CURSOR_EXPIRED", () => empty.Feed.ListChangesAsync(new() { Cursor = cursor }, cancellationToken: Cancel).ResponseAsync);

        // What is served is the same, etags included, and the feed tells the same.
        Assert.Equal(await content.Stories.GetStoryAsync(new() { Name = story }, cancellationToken: Cancel), await empty.Stories.GetStoryAsync(new() { Name = story }, cancellationToken: Cancel));
        Assert.Equal(
            await content.Stories.ListRevisionsAsync(new() { Parent = story }, ContentFixture.Editor, cancellationToken: Cancel),
            await empty.Stories.ListRevisionsAsync(new() { Parent = story }, ContentFixture.Editor, cancellationToken: Cancel));
        Assert.Equal(
            await content.Creators.ListCreatorsAsync(new(), cancellationToken: Cancel), await empty.Creators.ListCreatorsAsync(new(), cancellationToken: Cancel));
        Assert.Equal(await NewestAsync(content), await NewestAsync(empty));

        // And it can be worked on.
        var etag = (await empty.Stories.GetStoryAsync(new() { Name = story }, ContentFixture.Editor, cancellationToken: Cancel)).Etag;
        var edited = await empty.Stories.UpdateStoryAsync(new() { Story = new() { Name = story, Etag = etag, Dek = "After the move" } }, cancellationToken: Cancel);
        Assert.True(Contracts.Etag.TryGetVersion(etag, out var before) && Contracts.Etag.TryGetVersion(edited.Etag, out var after) && after > before);
        Assert.Equal("After the move", (await NewestAsync(empty))[story].Story.Dek);
    }

    [Fact]
    public async Task Restoring_takes_all_or_nothing_and_only_into_an_empty_store()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await FillAsync(content);
        var exported = await ExportAsync(content);
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => RestoreAsync(content, exported));
        await using var empty = await ContentFixture.StartAsync(store);
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => RestoreAsync(empty, [.. exported, new ArchiveRow { Table = "sqlite_master" }]));
        var forged = new ArchiveRow { Table = "sources", Columns = { new ArchiveColumn { Name = "identity) values ('x'); --", Text = "x" } } };
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => RestoreAsync(empty, [.. exported, forged]));
        Assert.Empty(await ExportAsync(empty));
        await RestoreAsync(empty, exported);

        using var anonymous = GrpcChannel.ForAddress(content.Address);
        using var call = new TransferService.TransferServiceClient(anonymous).ExportContent(new(), cancellationToken: Cancel);
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => call.ResponseStream.MoveNext(Cancel));
    }

    [Fact]
    public async Task Every_table_and_column_moves_or_is_known_to_stay_behind()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var sql = store == StoreKind.Sqlite
            ? "select m.name, c.name from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table'"
            : "select table_name, column_name from information_schema.columns where table_schema = 'public'";
        var columns = await content.Services.GetRequiredService<ContentStore>().ReadAsync(
            transaction => transaction.AllAsync(sql, row => (Table: row.GetString(0), Column: row.GetString(1))), Cancel);
        Assert.Equal(
            columns.Where(column => !StaysBehind.Contains(column.Table)).Order(),
            ArchiveTable.All.SelectMany(table => table.Columns, (table, column) => (Table: table.Name, Column: column)).Order());
    }

    /// <summary>Something of everything; returns the name of a story that has most of it.</summary>
    private static async Task<string> FillAsync(ContentFixture content)
    {
        var (community, creator) = await content.SeedAsync();
        using var channel = GrpcChannel.ForAddress(content.Address);
        await new SiteService.SiteServiceClient(channel).UpdateSiteAsync(new() { Site = new() { Etag = "*", Tagline = "Questions, answered" } }, ContentFixture.Editor, cancellationToken: Cancel);
        await content.Creators.UpdateCreatorAsync(new() { Creator = new() { Name = creator, Etag = "*", Handle = "Countess" } }, cancellationToken: Cancel);
        var imported = await content.Imports.ImportStoryAsync(
            new() { Document = new() { Content = ByteString.CopyFromUtf8("# A page\n\nA paragraph of 1949."), MediaType = "text/markdown", SourceUri = "https://example.org/page" } }, cancellationToken: Cancel);
        var submitted = await content.CreateAsync(community, creator, "Handed in");
        await content.Stories.SubmitStoryAsync(new() { Name = submitted.Name, Etag = submitted.Etag }, cancellationToken: Cancel);
        var story = await content.CreateAsync(community, creator, "The first address");
        story = await content.Stories.PublishStoryAsync(new() { Name = story.Name, Etag = story.Etag }, cancellationToken: Cancel);
        story = await content.Stories.UpdateStoryAsync(new() { Story = new() { Name = story.Name, Etag = story.Etag, Title = "Another", Slug = "another" }, UpdateMask = new() { Paths = { "title", "slug" } } }, cancellationToken: Cancel);
        var comment = await content.Comments.CreateCommentAsync(new() { Parent = story.Name, Comment = new() { Text = "First" } }, Ann, cancellationToken: Cancel);
        var reply = await content.Comments.CreateCommentAsync(new() { Parent = story.Name, Comment = new() { Text = "Second", Parent = comment.Name } }, ContentFixture.Editor, cancellationToken: Cancel);
        await content.Comments.ReportCommentAsync(new() { Name = reply.Name, Reason = ReportReason.Spam }, Ann, cancellationToken: Cancel);
        await content.Comments.ModerateCommentsAsync(new() { Names = { comment.Name }, Action = ModerationActionKind.Hide, Reason = "no" }, Moderator, cancellationToken: Cancel);
        await content.Comments.BanCommenterAsync(new() { Reader = "readers/bob", Reason = "noise" }, Moderator, cancellationToken: Cancel);
        await content.Comments.SetCommentPolicyAsync(new() { Policy = new() { Name = $"{community}/commentPolicy", Etag = "*", Moderation = CommentModeration.Pre } }, ContentFixture.Editor, cancellationToken: Cancel);
        await new FollowService.FollowServiceClient(channel).FollowCreatorAsync(new() { Name = creator }, Ann, cancellationToken: Cancel);
        Assert.NotEmpty(imported.Story.Name);
        return story.Name;
    }

    private static async Task<Dictionary<string, Change>> NewestAsync(ContentFixture content)
    {
        var newest = new Dictionary<string, Change>(StringComparer.Ordinal);
        foreach (var change in await content.ReadAllAsync(FeedView.All))
        {
            // Where, when and as which change it was told belongs to the feed; what is told is compared.
            newest[change.Resource] = new Change(change) { Cursor = "", Version = 0, CommitTime = null, TraceParent = "" };
        }

        return newest;
    }

    private static async Task<List<ArchiveRow>> ExportAsync(ContentFixture content)
    {
        using var channel = GrpcChannel.ForAddress(content.Address);
        using var call = new TransferService.TransferServiceClient(channel).ExportContent(new(), ContentFixture.Editor, cancellationToken: Cancel);
        var rows = new List<ArchiveRow>();
        await foreach (var response in call.ResponseStream.ReadAllAsync(Cancel))
        {
            rows.Add(response.Row);
        }

        return rows;
    }

    private static async Task<RestoreContentResponse> RestoreAsync(ContentFixture content, IEnumerable<ArchiveRow> rows)
    {
        using var channel = GrpcChannel.ForAddress(content.Address);
        using var call = new TransferService.TransferServiceClient(channel).RestoreContent(ContentFixture.Editor, cancellationToken: Cancel);
        foreach (var row in rows)
        {
            try
            {
                await call.RequestStream.WriteAsync(new() { Row = row }, Cancel);
            }
            catch (Exception exception) when (exception is RpcException or InvalidOperationException)
            {
                // Refused already; the answer says why.
                return await call;
            }
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }
}

public sealed class TransferOnSqliteTests() : TransferTests(StoreKind.Sqlite);

public sealed class TransferOnPostgresTests() : TransferTests(StoreKind.Postgres);
