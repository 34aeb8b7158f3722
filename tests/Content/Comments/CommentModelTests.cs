using System.Globalization;
using Broadsheet.Content.V1;
using CsCheck;
using Grpc.Core;
using static Broadsheet.Content.Tests.Comments.CommentScene;

namespace Broadsheet.Content.Tests.Comments;

/// <summary>Whatever is done in whatever order, comments, counts, threads and feed stay those of a simple model.</summary>
public abstract class CommentModelTests(StoreKind store)
{
    private static readonly string[] Readers = [Ann, Ben, "readers/cay"];

    private static readonly ModerationActionKind[] Actions =
        [ModerationActionKind.Approve, ModerationActionKind.Hide, ModerationActionKind.Delete, ModerationActionKind.DismissReports];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_sequence_of_what_readers_and_moderators_do_ends_as_the_model_says()
    {
        await using var scene = await StartAsync(store);
        await Gen.Select(Gen.Int[0, 9], Gen.Int[0, 30], Gen.Int[0, 2], Gen.Int[0, 3]).Array[30].SampleAsync(
            async steps =>
            {
                var community = await scene.Content.Communities.CreateCommunityAsync(
                    new() { Community = new() { Name = $"communities/{Guid.NewGuid():n}", DisplayName = "Own" } }, cancellationToken: Cancel);
                var run = new Run(new CommentScene(scene.Content, await PublishAsync(scene.Content, community.Name, scene.Story.Creator)));
                foreach (var (kind, target, reader, action) in steps)
                {
                    await run.StepAsync(kind, target, Readers[reader], Actions[action]);
                }

                await run.CheckAsync();
            },
            iter: 8,
            threads: 1);
    }

    /// <summary>A comment as the model has it.</summary>
    private sealed class Node(Comment comment, Node? parent)
    {
        public Comment Comment => comment;
        public Node? Parent => parent;
        public List<Node> Replies { get; } = [];
        public string Author { get; set; } = comment.Author;
        public string Text { get; set; } = comment.Text;
        public CommentState State { get; set; } = comment.State;
        public HashSet<string> Open { get; } = [];
        public HashSet<string> Settled { get; } = [];
        public bool IsShown => State == CommentState.Visible || ReplyCount > 0;
        public int ReplyCount => Replies.Count(reply => reply.IsShown);

        public void Settle()
        {
            Settled.UnionWith(Open);
            Open.Clear();
        }

        public void Blank()
        {
            (Author, Text, State) = ("", "", CommentState.Deleted);
            Open.Clear();
            Settled.Clear();
        }
    }

    private sealed class Run(CommentScene scene)
    {
        private readonly List<Node> _nodes = [];
        private bool _pre;
        private bool _archived;
        private int _texts;

        public async Task StepAsync(int kind, int target, string reader, ModerationActionKind action)
        {
            var node = _nodes.Count == 0 ? null : _nodes[target % _nodes.Count];
            switch (kind)
            {
                case 0 or 1 or 2:
                    await CreateAsync(kind == 0 ? null : node, reader);
                    break;
                case 3 when node is not null:
                    await EditAsync(node, reader);
                    break;
                case 4 when node is not null:
                    if (await SucceedsAsync(() => scene.DeleteAsync(node.Comment, reader), !_archived && ((node.Author == reader) || (node is { State: CommentState.Deleted, IsShown: true }))))
                    {
                        node.Blank();
                    }

                    break;
                case 5 or 6 when node is not null:
                    var refused = node.State == CommentState.Deleted && action != ModerationActionKind.Delete;
                    Assert.Equal(refused, (await scene.ModerateAsync(node.Comment, action)).Error != Errors.V1.ErrorReason.Unspecified);
                    Moderate(node, action);
                    break;
                case 7 when node is not null:
                    if (await SucceedsAsync(() => scene.ReportAsync(node.Comment, reader), !_archived && node.State == CommentState.Visible) && !node.Settled.Contains(reader))
                    {
                        node.Open.Add(reader);
                    }

                    break;
                case 8:
                    _pre = !_pre;
                    await scene.Comments.SetCommentPolicyAsync(
                        new() { Policy = new() { Name = $"{scene.Story.Community}/commentPolicy", Etag = "*", Moderation = _pre ? CommentModeration.Pre : CommentModeration.Post } },
                        Moderator,
                        cancellationToken: Cancel);
                    break;
                case 9 when target % 3 == 0:
                    _archived = !_archived;
                    await (_archived
                        ? scene.Content.Stories.ArchiveStoryAsync(new() { Name = scene.Story.Name, Etag = "*" }, cancellationToken: Cancel)
                        : scene.Content.Stories.PublishStoryAsync(new() { Name = scene.Story.Name, Etag = "*" }, cancellationToken: Cancel));
                    break;
            }
        }

        public async Task CheckAsync()
        {
            var everything = await scene.ReplayAsync(FeedView.All);
            var published = await scene.ReplayAsync(FeedView.Published);
            foreach (var node in _nodes)
            {
                var full = await scene.GetAsync(node.Comment, Moderator);
                Assert.Equal((node.Author, node.Text, node.State, node.ReplyCount, node.Open.Count), (full.Author, full.Text, full.State, full.ReplyCount, full.ReportCount));
                Assert.Equal(full, everything[node.Comment.Name]);
                if (_archived || !node.IsShown)
                {
                    await scene.NotFoundAsync(node.Comment);
                    Assert.False(published.ContainsKey(node.Comment.Name));
                    continue;
                }

                var seen = await scene.GetAsync(node.Comment);
                var isVisible = node.State == CommentState.Visible;
                Assert.Equal((isVisible ? node.Author : "", isVisible ? node.Text : "", node.ReplyCount), (seen.Author, seen.Text, seen.ReplyCount));
                Assert.Equal(seen, published[node.Comment.Name]);
            }

            Assert.Equal(
                _nodes.Where(node => node.Open.Count > 0 || node.State == CommentState.Pending).Select(node => node.Comment.Name),
                (await scene.QueueAsync(new() { Story = scene.Story.Name, PageSize = 200 })).Select(comment => comment.Name));
            if (!_archived)
            {
                await CheckListAsync();
            }
        }

        private async Task CheckListAsync()
        {
            var list = await scene.ListAsync(pageSize: 200, order: ThreadOrder.OldestFirst);
            var roots = _nodes.Where(node => node.Parent is null && node.IsShown).ToList();
            Assert.Equal((_nodes.Count(node => node.State == CommentState.Visible), roots.Count), (list.TotalSize, list.ThreadCount));
            Assert.Equal(roots.Select(node => node.Comment.Name), list.Threads.Select(thread => thread.Comment.Name));
            foreach (var thread in list.Threads)
            {
                var replies = thread.Replies.Select(reply => reply.Name).ToList();
                if (thread.RepliesPageToken.Length > 0)
                {
                    replies.AddRange((await scene.ListAsync(thread: thread.Comment.Name, pageSize: 200, token: thread.RepliesPageToken)).Replies.Select(reply => reply.Name));
                }

                Assert.Equal(_nodes.Where(node => node.Parent is not null && node.IsShown && RootOf(node).Comment.Name == thread.Comment.Name).Select(node => node.Comment.Name), replies);
            }
        }

        private async Task CreateAsync(Node? parent, string reader)
        {
            Comment? created = null;
            var allowed = !_archived && (parent is null || (parent.State == CommentState.Visible && parent.Comment.Depth < 7));
            await SucceedsAsync(async () => created = await scene.CreateAsync(NextText(), reader, parent?.Comment.Name ?? ""), allowed);
            if (created is not null)
            {
                Assert.Equal(_pre ? CommentState.Pending : CommentState.Visible, created.State);
                var node = new Node(created, parent);
                _nodes.Add(node);
                parent?.Replies.Add(node);
            }
        }

        private async Task EditAsync(Node node, string reader)
        {
            var text = NextText();
            if (await SucceedsAsync(
                () => scene.UpdateAsync(new Comment { Name = node.Comment.Name, Etag = "*" }, text, reader),
                !_archived && node.Author == reader && node.State is (CommentState.Visible or CommentState.Pending)))
            {
                (node.Text, node.State) = (text, _pre ? CommentState.Pending : node.State);
                node.Settled.Clear();
            }
        }

        private static void Moderate(Node node, ModerationActionKind action)
        {
            if (node.State == CommentState.Deleted)
            {
                return;
            }

            if (action == ModerationActionKind.Delete)
            {
                node.Blank();
                return;
            }

            node.State = action switch
            {
                ModerationActionKind.Approve => CommentState.Visible,
                ModerationActionKind.Hide => CommentState.Hidden,
                _ => node.State,
            };
            node.Settle();
        }

        private string NextText() => string.Create(CultureInfo.InvariantCulture, $"Text {_texts++}");

        private static Node RootOf(Node node) => node.Parent is null ? node : RootOf(node.Parent);

        private static async Task<bool> SucceedsAsync(Func<Task> call, bool expected)
        {
            try
            {
                await call();
                Assert.True(expected, "should have been refused");
                return true;
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition or StatusCode.PermissionDenied or StatusCode.InvalidArgument)
            {
                Assert.False(expected, error.Status.Detail);
                return false;
            }
        }
    }
}

public sealed class CommentModelOnSqliteTests() : CommentModelTests(StoreKind.Sqlite);

public sealed class CommentModelOnPostgresTests() : CommentModelTests(StoreKind.Postgres);
