using System.Collections.Concurrent;
using System.Diagnostics;
using Broadsheet.Content.Comments;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using static Broadsheet.Content.Tests.Comments.CommentScene;

namespace Broadsheet.Content.Tests.Comments;

public abstract class CommentLoadTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parallel_comments_and_replies_are_all_there_and_counted()
    {
        const int Parallel = 32;
        await using var scene = await StartAsync(store);
        var root = await scene.CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, Parallel).Select(i => scene.CreateAsync(by: $"readers/r{i}", parent: i % 2 == 0 ? root.Name : "")));

        var list = await scene.ListAsync();
        Assert.Equal((Parallel + 1, (Parallel / 2) + 1, (Parallel / 2) + 1), (list.TotalSize, list.ThreadCount, list.Threads.Count));
        Assert.Equal(Parallel / 2, (await scene.ListAsync(thread: root.Name)).Replies.Count);
        Assert.Equal(Parallel / 2, (await scene.GetAsync(root)).ReplyCount);
        Assert.Equal(Parallel + 1, (await scene.ReplayAsync(FeedView.Published)).Count);
    }

    [Fact]
    public async Task Parallel_moderation_of_one_comment_ends_in_one_state_that_the_trail_explains()
    {
        await using var scene = await StartAsync(store);
        var root = await scene.CreateAsync();
        var comment = await scene.CreateAsync(by: Ben, parent: root.Name);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            i % 4 == 3 ? ReportAsync($"readers/r{i}") : scene.ModerateAsync(comment, i % 2 == 0 ? ModerationActionKind.Hide : ModerationActionKind.Approve)));

        var last = await scene.GetAsync(comment, Moderator);
        var trail = (await scene.Comments.ListModerationActionsAsync(new() { Comment = comment.Name }, Moderator, cancellationToken: Cancel)).Actions;
        Assert.Contains(last.Moderation, trail);
        Assert.Equal(last.Moderation.Kind == ModerationActionKind.Hide ? CommentState.Hidden : CommentState.Visible, last.State);
        var visible = last.State == CommentState.Visible;
        Assert.Equal(visible ? 1 : 0, (await scene.GetAsync(root)).ReplyCount);
        Assert.Equal(visible ? 2 : 1, (await scene.ListAsync()).TotalSize);
        Assert.Equal(last, (await scene.ReplayAsync(FeedView.All))[comment.Name]);
        Assert.Equal(visible, (await scene.ReplayAsync(FeedView.Published)).ContainsKey(comment.Name));

        async Task ReportAsync(string reader)
        {
            try
            {
                await scene.ReportAsync(comment, reader);
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
            {
                // It was hidden when the report came.
            }
        }
    }

    [Fact]
    public async Task Pages_of_a_long_discussion_cost_two_statements_and_little_time_wherever_they_are()
    {
        const int Threads = 9_000;
        const int Replies = 1_000;
        await using var scene = await StartAsync(store);
        var root = await scene.CreateAsync();
        await FillAsync(scene, root, Threads, Replies);

        var times = new List<TimeSpan>();
        using var statements = new StatementCount();
        async Task<int> PageAsync(string thread, ThreadOrder order)
        {
            var count = 0;
            var token = "";
            do
            {
                using var counted = statements.Begin();
                var started = Stopwatch.GetTimestamp();
                var page = await scene.ListAsync(As(Ben), thread, token: token, order: order);
                times.Add(Stopwatch.GetElapsedTime(started));
                // Only PostgreSQL's driver tells of its statements; SQLite is sent the same ones.
                Assert.Equal(store == StoreKind.Postgres ? 2 : 0, statements.Of(counted));
                count += page.Threads.Count + page.Replies.Count;
                token = page.NextPageToken;
                Assert.Equal((Threads + Replies + 1, Threads + 1), (page.TotalSize, page.ThreadCount));
            }
            while (token.Length > 0);
            return count;
        }

        Assert.Equal(Threads + 1, await PageAsync("", ThreadOrder.NewestFirst));
        Assert.Equal(Threads + 1, await PageAsync("", ThreadOrder.OldestFirst));
        Assert.Equal(Replies, await PageAsync(root.Name, ThreadOrder.Unspecified));
        var sorted = times.Order().ToList();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{times.Count} pages: median {sorted[sorted.Count / 2].TotalMilliseconds:F1} ms, p99 {sorted[sorted.Count * 99 / 100].TotalMilliseconds:F1} ms");
        // The end of the list costs what its beginning costs, give or take what else the machine does.
        var third = times.Count / 3;
        var (early, late) = (times.Take(third).Order().ElementAt(third / 2), times.TakeLast(third).Order().ElementAt(third / 2));
        Assert.InRange(late, TimeSpan.Zero, (early * 5) + TimeSpan.FromMilliseconds(20));
        var archiving = Stopwatch.GetTimestamp();
        await scene.Content.Stories.ArchiveStoryAsync(new() { Name = scene.Story.Name, Etag = "*" }, cancellationToken: Cancel);
        TestContext.Current.TestOutputHelper!.WriteLine($"archived in {Stopwatch.GetElapsedTime(archiving).TotalSeconds:F1} s");
    }

    /// <summary>Puts many comments straight into the store, because their feed is of no interest here.</summary>
    private static async Task FillAsync(CommentScene scene, Comment root, int threads, int replies)
    {
        var database = scene.Content.Services.GetRequiredService<ContentStore>();
        var begin = TimeProvider.System.GetUtcNow();
        var rows = Enumerable.Range(0, threads + replies).Select(i =>
        {
            var id = CommentName.NextId(begin.AddMilliseconds(i), "");
            var name = $"{scene.Story.Name}/comments/{id}";
            var isReply = i % ((threads + replies) / replies) == 0;
            return (Id: id, Parent: isReply ? CommentName.Parse(root.Name).Id : "", Message: new Comment
            {
                Name = name, Author = Ann, Text = "One of many.", State = CommentState.Visible, Parent = isReply ? root.Name : "", Thread = isReply ? root.Name : name, Depth = isReply ? 1 : 0,
            });
        });
        await database.WriteAsync(
            async content =>
            {
                foreach (var batch in rows.Chunk(500))
                {
                    var values = string.Join(", ", batch.Select((_, i) => $"(@story, @id{i}, @parent{i}, @thread{i}, @author, 1, 1, 0, 1, @message{i})"));
                    await content.ExecuteAsync(
                        $"insert into comments (story, id, parent, thread, author, state, shown, queued, version, message) values {values}",
                        [
                            ("@story", scene.Story.Name), ("@author", Ann),
                            .. batch.SelectMany((row, i) => new (string, object?)[]
                            {
                                ($"@id{i}", row.Id), ($"@parent{i}", row.Parent), ($"@thread{i}", CommentName.Parse(row.Message.Thread).Id), ($"@message{i}", row.Message),
                            }),
                        ]);
                }

                return await content.ExecuteAsync(
                    "update comment_counts set visible = visible + @all, threads = threads + @threads where story = @story",
                    ("@all", (long)(threads + replies)), ("@threads", (long)threads), ("@story", scene.Story.Name));
            },
            Cancel);
    }

    /// <summary>Counts the statements of PostgreSQL's driver by the trace that they belong to.</summary>
    private sealed class StatementCount : IDisposable
    {
        private readonly ConcurrentDictionary<ActivityTraceId, int> _counts = new();
        private readonly ActivitySource _source = new($"statements-{Guid.NewGuid():n}");
        private readonly ActivityListener _listener;

        public StatementCount()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Npgsql" || source == _source,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity => _counts.AddOrUpdate(activity.TraceId, activity.Source == _source ? 0 : 1, (_, count) => count + (activity.Source == _source ? 0 : 1)),
            };
            ActivitySource.AddActivityListener(_listener);
        }

        /// <summary>Begins a trace; what is called meanwhile carries it.</summary>
        public Activity Begin()
        {
            Activity.Current = null;
            return _source.StartActivity()!;
        }

        public int Of(Activity trace) => _counts.GetValueOrDefault(trace.TraceId);

        public void Dispose()
        {
            _listener.Dispose();
            _source.Dispose();
        }
    }
}

public sealed class CommentLoadOnSqliteTests() : CommentLoadTests(StoreKind.Sqlite);

public sealed class CommentLoadOnPostgresTests() : CommentLoadTests(StoreKind.Postgres);
