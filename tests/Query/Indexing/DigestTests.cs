using Broadsheet.Content.V1;
using Broadsheet.Query.Indexing;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;

namespace Broadsheet.Query.Tests.Indexing;

public sealed class DigestTests
{
    private static readonly Gen<(int Story, int Kind, int Words)[]> History =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 5], Gen.Int[1, 6]).Array[1, 25];

    [Fact]
    public void Digest_is_equal_however_the_same_content_came_in() =>
        Gen.Select(History, Gen.Int[0, 1_000], Gen.Int[1, 7]).Sample(
            (history, rewind, batch) =>
            {
                var changes = history.Select(Change).ToArray();
                var once = IndexOf(index => index.Apply(changes, "end"));
                var replayed = IndexOf(index =>
                {
                    // In batches, and at some moment read again from an older cursor.
                    var back = rewind % changes.Length;
                    foreach (var part in changes[..(back + 1)].Chunk(batch).Concat(changes[(back / 2)..].Chunk(batch)))
                    {
                        index.Apply(part, "some");
                        index.Refresh();
                    }
                });
                // As a compacted feed has it: the newest change of each resource only.
                var compacted = IndexOf(index => index.Apply([.. changes.GroupBy(change => change.Resource).Select(group => group.Last())], "end"));
                Assert.Equal(once, replayed);
                if (!history.Any(change => change.Kind == 5))
                {
                    Assert.Equal(once.Digest, compacted.Digest);
                }
            },
            iter: 60,
            threads: 2);

    [Fact]
    public void Digest_differs_for_different_content()
    {
        var story = Stories.Simple("a", "A title", "A sentence. Another sentence.");
        var other = Stories.Simple("a", "A title", "A sentence. Another one.");

        var digests = new[]
        {
            IndexOf(static _ => { }),
            IndexOf(index => index.Apply([Published(story, 1)], "1")),
            IndexOf(index => index.Apply([Published(story, 2)], "1")),
            IndexOf(index => index.Apply([Published(other, 1)], "1")),
        };
        Assert.Equal(4, digests.Select(summary => summary.Digest).Distinct().Count());
    }

    private static Change Change((int Story, int Kind, int Words) change, int at)
    {
        var name = $"stories/s{change.Story}";
        switch (change.Kind)
        {
            case 4:
                return new Change { Resource = name, Version = at + 1, Tombstone = new Tombstone() };
            case 5:
                var broken = Stories.Simple($"s{change.Story}", "Broken", "One.");
                broken.Sections[0].Blocks[0].End = 1_000;
                return Published(broken, at + 1);
            default:
                return Published(Stories.Simple($"s{change.Story}", $"Title {change.Words}", [.. Enumerable.Repeat($"It came in 19{at:00}. It went.", change.Words)]), at + 1);
        }
    }

    private static Change Published(Story story, long version) => new() { Resource = story.Name, Version = version, Story = story };

    private static IndexContents.Summary IndexOf(Action<StoryIndex> fill)
    {
        var folder = QueryFixture.NewFolder();
        try
        {
            using (var index = StoryIndex.Open(folder, TimeProvider.System, NullLogger.Instance))
            {
                fill(index);
                index.Commit();
            }

            using var again = StoryIndex.Open(folder, TimeProvider.System, NullLogger.Instance);
            using var reading = again.Read();
            return reading.Contents.Summarize();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
