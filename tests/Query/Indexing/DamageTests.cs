using System.Diagnostics;
using Broadsheet.Content.V1;
using Broadsheet.Query.Indexing;
using Lucene.Net.Index;
using Lucene.Net.Util;
using Microsoft.Extensions.Logging.Abstractions;

namespace Broadsheet.Query.Tests.Indexing;

/// <summary>Files of the index that are cut, changed or missing, and copies of it that are whole.</summary>
public sealed class DamageTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _root = QueryFixture.NewFolder();
    private readonly List<Change> _changes = [];
    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void No_damage_of_any_file_is_taken_for_an_answer()
    {
        var index = Path.Combine(_root, "index");
        Fill(index);
        var whole = Whole();
        var commits = Files(index);
        Assert.Equal(2, commits.Count);
        var kinds = new SortedDictionary<string, string>(StringComparer.Ordinal);
        // Of each kind of file one that both commits have, and one that only the one has.
        foreach (var (kind, name) in Directory.EnumerateFiles(index).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).Select(name => (Kind: KindOf(name), name)).DistinctBy(file => file.Kind))
        {
            foreach (var (damage, apply) in Damages(new FileInfo(Path.Combine(index, name)).Length))
            {
                var copy = Copy(index);
                apply(Path.Combine(copy, name));
                using (var opened = StoryIndex.Open(copy, TimeProvider.System, NullLogger.Instance))
                {
                    var said = opened.Recovery ?? "";
                    Assert.True(Digest(opened) == _digests[opened.Cursor], $"{name} {damage}: does not hold what it says, {opened.Cursor} ({said})");
                    // That a commit was ever made can't be known without the file that says so.
                    Assert.True(said.Length > 0 || opened.Cursor == $"{_changes.Count}" || damage == "missing", $"{name} {damage}: fell back to {opened.Cursor} and says nothing");
                    opened.Apply([.. _changes.Skip(opened.Cursor.Length == 0 ? 0 : int.Parse(opened.Cursor, null))], "end");
                    opened.Refresh();
                    opened.Commit();
                    Assert.True(Digest(opened) == whole, $"{name} {damage}: does not end as a rebuild does ({said})");
                    kinds[$"{kind}: {damage}"] = said.Split(':')[0];
                }

                Directory.Delete(copy, recursive: true);
            }
        }

        string KindOf(string name)
        {
            var kind = name.StartsWith("segments_", StringComparison.Ordinal) ? "segments_N" : Path.GetExtension(name);
            return $"{kind} of {string.Join(" and ", commits.Where(commit => commit.Files.Contains(name)).Select(commit => commit.Age))}";
        }

        foreach (var (kind, said) in kinds)
        {
            output.WriteLine($"{kind} → {(said.Length == 0 ? "opened" : said)}");
        }

        // Merged segments have their parts in files of their own, small ones in one.
        Assert.Contains(kinds.Keys, kind => kind.StartsWith(".cfs ", StringComparison.Ordinal));
        Assert.Contains(kinds.Keys, kind => kind.StartsWith(".tim ", StringComparison.Ordinal));
        Assert.Contains(kinds.Keys, kind => kind.StartsWith(".del ", StringComparison.Ordinal));
    }

    [Fact]
    public void Index_of_an_older_layout_is_built_anew_and_says_so()
    {
        var index = Path.Combine(_root, "index");
        Fill(index);
        using (var directory = new MappedDirectory(index))
        using (var writer = new IndexWriter(directory, new IndexWriterConfig(LuceneVersion.LUCENE_48, TextAnalyzer.PerField)))
        {
            writer.SetCommitData(new Dictionary<string, string>(writer.CommitData) { ["schema"] = "1" });
            writer.Commit();
        }

        using var opened = StoryIndex.Open(index, TimeProvider.System, NullLogger.Instance);
        Assert.Equal(($"rebuilt: schema 1 → {StoryIndex.SchemaVersion}", ""), (opened.Recovery, opened.Cursor));
    }

    [Fact]
    public async Task Copy_made_while_stories_come_in_goes_on_from_its_cursor()
    {
        await using var feed = await FeedServer.StartAsync();
        var data = Path.Combine(_root, "data");
        var copies = new List<string>();
        await using var query = await QueryFixture.StartAsync(feed.Address, data);
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < 100; i++)
            {
                feed.Publish(Stories.Simple($"r{round}n{i}", "A story", $"It came in {1900 + i}."));
            }

            await query.UntilAsync(status => status.CommitTime is not null);
            copies.Add(Path.Combine(_root, $"copy{round}"));
            using var backup = QueryProcess.Run("backup", copies[^1], $"--Broadsheet:Query:DataPath={data}");
            var (said, error) = (await backup.StandardOutput.ReadToEndAsync(Cancel), await backup.StandardError.ReadToEndAsync(Cancel));
            await backup.WaitForExitAsync(Cancel);
            Assert.True(backup.ExitCode == 0, error);
            Assert.Contains("bytes, as of", said, StringComparison.Ordinal);
        }

        using (var again = QueryProcess.Run("backup", copies[0], $"--Broadsheet:Query:DataPath={data}"))
        {
            Assert.Contains("exists already", await again.StandardError.ReadToEndAsync(Cancel), StringComparison.Ordinal);
            await again.WaitForExitAsync(Cancel);
            Assert.Equal(1, again.ExitCode);
        }

        Assert.Empty(Directory.EnumerateDirectories(data, "held-*"));
        var digest = (await query.CaughtUpAsync(feed)).Digest;
        foreach (var copy in copies)
        {
            Assert.NotEqual("", StoryIndex.CommitOf(Path.Combine(copy, "index-1")).Cursor);
            await using var restored = await QueryFixture.StartAsync(feed.Address, copy);
            var status = await restored.CaughtUpAsync(feed);
            Assert.Equal((digest, ""), (status.Digest, status.Recovery));
        }

        // Its place in the feed is no longer known: it is built anew.
        feed.FeedId = "b";
        await using var expired = await QueryFixture.StartAsync(feed.Address, copies[0], wait: false);
        var rebuilt = await expired.CaughtUpAsync(feed);
        Assert.Equal(digest, rebuilt.Digest);
        Assert.StartsWith("rebuilt", rebuilt.Recovery, StringComparison.Ordinal);
    }

    /// <summary>An index with merged and small segments, deleted stories, and two commits that differ.</summary>
    private void Fill(string folder)
    {
        using var index = StoryIndex.Open(folder, TimeProvider.System, NullLogger.Instance);
        _digests[""] = Digest(index);
        for (var commit = 0; commit < 14; commit++)
        {
            var from = _changes.Count;
            for (var i = 0; i < 12; i++)
            {
                var story = Stories.Simple($"s{(commit * 10) + i}", $"Title {commit}", $"It came in {1800 + commit}. It went in {1900 + i}, said Ada Example.");
                _changes.Add(new Change { Resource = story.Name, Version = _changes.Count + 1, Story = story });
            }

            _changes.Add(new Change { Resource = $"stories/s{commit * 7}", Version = _changes.Count + 1, Tombstone = new Tombstone() });
            index.Apply(_changes[from..], $"{_changes.Count}");
            index.Refresh();
            index.Commit();
            _digests[index.Cursor] = Digest(index);
        }
    }

    private string Whole()
    {
        using var index = StoryIndex.Open(Path.Combine(_root, "whole"), TimeProvider.System, NullLogger.Instance);
        index.Apply(_changes, "end");
        index.Refresh();
        return Digest(index);
    }

    private static string Digest(StoryIndex index)
    {
        using var reading = index.Read();
        return reading.Contents.Summarize().Digest;
    }

    private static IEnumerable<(string Name, Action<string> Apply)> Damages(long length)
    {
        yield return ("missing", File.Delete);
        yield return ("empty", file => Cut(file, 0));
        yield return ("cut to half", file => Cut(file, length / 2));
        yield return ("cut by one byte", file => Cut(file, length - 1));
        for (var part = 0; part <= 4; part += 2)
        {
            var at = Math.Min(length * part / 4, length - 1);
            yield return ("one byte changed", file => Flip(file, at));
        }

        static void Cut(string file, long to)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Write);
            stream.SetLength(to);
        }

        static void Flip(string file, long at)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
            stream.Position = at;
            var value = stream.ReadByte();
            stream.Position = at;
            stream.WriteByte((byte)(value ^ 0x10));
        }
    }

    private static List<(string Age, HashSet<string> Files)> Files(string folder)
    {
        using var directory = new MappedDirectory(folder);
        var commits = DirectoryReader.ListCommits(directory).OrderByDescending(commit => commit.Generation).ToList();
        return [.. commits.Select((commit, at) => (at == 0 ? "the last commit" : "the one before", commit.FileNames.ToHashSet(StringComparer.Ordinal)))];
    }

    private string Copy(string folder)
    {
        var copy = Directory.CreateDirectory(Path.Combine(_root, $"copy-{Stopwatch.GetTimestamp()}")).FullName;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }
}
