using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Broadsheet.Content.V1;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Store;
using Lucene.Net.Util;
using Directory = Lucene.Net.Store.Directory;
using Lock = System.Threading.Lock;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// One index folder, open for writing and reading. Changes and the feed cursor behind them become durable in one
/// commit, so whatever the process dies of, the index goes on from a cursor that fits what it holds.
/// </summary>
internal sealed partial class StoryIndex : IDisposable
{
    /// <summary>Version of the layout. An index of another version is built anew from the feed.</summary>
    public const int SchemaVersion = 3;

    private const string CursorKey = "cursor";
    private const string SchemaKey = "schema";
    private const string TimeKey = "time";

    // Fewer than this are not worth spreading over processors.
    private const int ParallelFrom = 8;

    // Applying, refreshing and committing go on beside each other, each once at a time.
    private readonly Lock _applying = new();
    private readonly Lock _refreshing = new();
    private readonly Lock _committing = new();
    private readonly ConditionalWeakTable<IndexReader, IndexContents> _contents = [];
    private readonly Directory _directory;
    private readonly IndexWriter _writer;
    private readonly SearcherManager _searchers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private TaskCompletionSource _refreshed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Unseen _unseen = new(null);
    private volatile string _cursor = "";
    private volatile string _committed = "";
    private long _applied;
    private long _committedApplied;

    private StoryIndex(string folder, string? recovery, TimeProvider time, ILogger logger)
    {
        _time = time;
        _logger = logger;
        Folder = folder;
        Recovery = recovery;
        // Flushing a segment forces it to the disk, so small ones stay in memory until the commit.
        _directory = new NRTCachingDirectory(new MappedDirectory(folder), maxMergeSizeMB: 8, maxCachedMB: 48);
        _writer = new IndexWriter(_directory, new IndexWriterConfig(LuceneVersion.LUCENE_48, TextAnalyzer.PerField)
        {
            Similarity = StorySimilarity.Instance,
            IndexDeletionPolicy = new KeepLastCommits(),
            RAMBufferSizeMB = 64,
            MergedSegmentWarmer = new WithColumns(),
            OpenMode = OpenMode.CREATE_OR_APPEND,
        });
        _searchers = new SearcherManager(_writer, applyAllDeletes: true, new WithSimilarity());
        if (_writer.CommitData.TryGetValue(CursorKey, out var cursor))
        {
            _cursor = _committed = VisibleCursor = cursor;
            CommitTime = TimeOf(_writer.CommitData);
        }
    }

    /// <summary>Where the index lies.</summary>
    public string Folder { get; }

    /// <summary>What happened when the index was opened, if it was not simply opened.</summary>
    public string? Recovery { get; }

    /// <summary>Cursor behind the last change applied; empty before the first.</summary>
    public string Cursor => _cursor;

    /// <summary>Cursor behind the last change that can be found.</summary>
    public string VisibleCursor { get; private set; } = "";

    /// <summary>When the index was last made durable; null if it never was.</summary>
    public DateTimeOffset? CommitTime { get; private set; }

    /// <summary>How many changes were applied since the index was opened.</summary>
    public long Applied => Volatile.Read(ref _applied);

    /// <summary>How many of them can be found.</summary>
    public long Visible { get; private set; }

    /// <summary>How many of them are durable.</summary>
    public long Committed => Volatile.Read(ref _committedApplied);

    /// <summary>The changes that are kept aside.</summary>
    public ParkedChanges Parked { get; } = new();

    /// <summary>Completes when changes applied after now can be found.</summary>
    public Task NextRefresh => Volatile.Read(ref _refreshed).Task;

    /// <summary>Opens the index in the folder, the newest sound commit of it; an empty one if there is none.</summary>
    public static StoryIndex Open(string folder, TimeProvider time, ILogger logger)
    {
        System.IO.Directory.CreateDirectory(folder);
        var recovery = CommitCheck.RemoveDamaged(folder);
        if (recovery is null && SchemaOf(folder) is { } schema && schema != SchemaVersion)
        {
            recovery = $"rebuilt: schema {schema} → {SchemaVersion}";
            foreach (var file in System.IO.Directory.EnumerateFiles(folder))
            {
                File.Delete(file);
            }
        }

        if (recovery is not null)
        {
            LogRecovered(logger, folder, recovery);
        }

        var index = new StoryIndex(folder, recovery, time, logger);
        index.RetryParked();
        return index;
    }

    /// <summary>
    /// Applies changes that the feed sent, in order, and moves the cursor. What can't be applied is parked. A change
    /// that the index holds already, or a newer one, is skipped, so reading again from an older cursor ends the same.
    /// </summary>
    /// <exception cref="IOException">The folder can't be written to. The index must be opened again.</exception>
    public void Apply(IReadOnlyList<Change> changes, string nextCursor)
    {
        lock (_applying)
        {
            // What can't be seen is taken first: what a refresh takes out of it meanwhile, the searcher has.
            var unseen = _unseen;
            var searcher = _searchers.Acquire();
            try
            {
                var resources = changes.GroupBy(ParkedChanges.KeyOf, StringComparer.Ordinal).ToArray();
                if (changes.Count < ParallelFrom)
                {
                    foreach (var resource in resources)
                    {
                        ApplyAll(resource, searcher.IndexReader, unseen);
                    }
                }
                else
                {
                    Parallel.ForEach(
                        Partitioner.Create(resources, loadBalance: true),
                        new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
                        resource => ApplyAll(resource, searcher.IndexReader, unseen));
                }
            }
            finally
            {
                _searchers.Release(searcher);
            }

            _cursor = nextCursor;
            Volatile.Write(ref _applied, _applied + changes.Count);
        }
    }

    /// <summary>Lets what was applied be found. Changes may be applied meanwhile; they may be found, too, but need not.</summary>
    public void Refresh()
    {
        lock (_refreshing)
        {
            string cursor;
            long applied;
            lock (_applying)
            {
                (cursor, applied) = (_cursor, _applied);
                _unseen = new Unseen(_unseen);
            }

            _searchers.MaybeRefreshBlocking();
            _unseen = _unseen.WithoutOlder();
            VisibleCursor = cursor;
            Visible = applied;
        }

        Interlocked.Exchange(ref _refreshed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>
    /// Makes what was applied durable, together with its cursor, if anything was. What is applied meanwhile may become
    /// durable with it, before its cursor does: it will be read again then, and skipped.
    /// </summary>
    public void Commit()
    {
        lock (_committing)
        {
            string cursor;
            long applied;
            lock (_applying)
            {
                (cursor, applied) = (_cursor, _applied);
            }

            if (applied == _committedApplied && cursor == _committed)
            {
                return;
            }

            var now = _time.GetUtcNow();
            _writer.SetCommitData(new Dictionary<string, string>
            {
                [CursorKey] = cursor,
                [SchemaKey] = SchemaVersion.ToString(CultureInfo.InvariantCulture),
                [TimeKey] = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            });
            _writer.Commit();
            DurableFiles.SyncFolder(Folder);
            CommitTime = now;
            _committed = cursor;
            Volatile.Write(ref _committedApplied, applied);
        }
    }

    /// <summary>The index as it can be searched now.</summary>
    public IndexReading Read()
    {
        var searcher = _searchers.Acquire();
        return new IndexReading(_searchers, searcher, _contents.GetValue(searcher.IndexReader, static reader => new IndexContents(reader)));
    }

    /// <summary>Gives the folder up without committing: what is not durable comes again from the feed. Reading goes on.</summary>
    public void StopWriting()
    {
        lock (_committing)
        {
            lock (_applying)
            {
                // Nothing is left to be made durable.
                (_committed, _committedApplied) = (_cursor, _applied);
                if (!_writer.IsClosed)
                {
                    _writer.Rollback();
                }
            }
        }
    }

    /// <summary>Closes without committing.</summary>
    public void Dispose()
    {
        StopWriting();
        _searchers.Dispose();
        _directory.Dispose();
    }

    /// <summary>Applies changes of one resource: the newest that can be, since each carries the whole resource.</summary>
    private void ApplyAll(IEnumerable<Change> resource, IndexReader reader, Unseen unseen)
    {
        foreach (var change in resource.OrderByDescending(change => change.Version))
        {
            using var activity = IndexTelemetry.StartApply(change);
            IndexTelemetry.Applied(activity, TryApply(change, reader, unseen));
        }
    }

    private ApplyOutcome TryApply(Change change, IndexReader reader, Unseen unseen)
    {
        if (IsComment(change.Resource))
        {
            // What is found and answered is what stories say, not what readers say about them. Told by the name, because
            // a tombstone has nothing else and must not be taken for a story's.
            Unpark(change);
            return ApplyOutcome.Skipped;
        }

        var held = unseen.VersionOf(change.Resource) ?? IndexReading.VersionOf(reader, change.Resource);
        if (change.Version <= held)
        {
            Unpark(change);
            return ApplyOutcome.Skipped;
        }

        try
        {
            switch (change.PayloadCase)
            {
                case Change.PayloadOneofCase.Story:
                    var documents = StoryDocuments.Of(change);
                    if (held == 0)
                    {
                        // Every segment would be searched for what is to be replaced.
                        _writer.AddDocuments(documents);
                    }
                    else
                    {
                        _writer.UpdateDocuments(new Term(IndexField.Block, change.Resource), documents);
                    }

                    break;
                case Change.PayloadOneofCase.Tombstone when change.Resource.StartsWith("stories/", StringComparison.Ordinal):
                    _writer.UpdateDocument(new Term(IndexField.Block, change.Resource), StoryDocuments.Gone(change));
                    break;
                case Change.PayloadOneofCase.Creator or Change.PayloadOneofCase.Community or Change.PayloadOneofCase.Site:
                case Change.PayloadOneofCase.Tombstone when IsProfile(change.Resource):
                    // Nothing that is answered here comes from a profile, or from the site's.
                    return ApplyOutcome.Skipped;
                default:
                    throw new InvalidDataException($"payload {change.PayloadCase} of {change.Resource} is not known");
            }
        }
        catch (Exception exception) when (exception is not IOException and not ObjectDisposedException and not OutOfMemoryException)
        {
            // Whatever is wrong with one change must not stop the feed. The story stays as it was before.
            Park(change, exception);
            return ApplyOutcome.Parked;
        }

        unseen.Set(change.Resource, change.Version);
        Unpark(change);
        return ApplyOutcome.Applied;
    }

    private void Park(Change change, Exception reason)
    {
        var key = ParkedChanges.KeyOf(change);
        LogParked(_logger, reason, key, change.Version);
        if (Parked.Add(key, change.Version, reason.Message, _time.GetUtcNow()) is { } entry)
        {
            _writer.UpdateDocument(new Term(IndexField.Parked, key), StoryDocuments.ParkedChange(key, change, entry));
        }
    }

    /// <summary>Forgets a parked change that this one replaces.</summary>
    private void Unpark(Change change)
    {
        var key = ParkedChanges.KeyOf(change);
        if (Parked.Remove(key, change.Version))
        {
            _writer.DeleteDocuments(new Term(IndexField.Parked, key));
        }
    }

    /// <summary>Tries parked changes again: this version of the service may be able to apply them.</summary>
    private void RetryParked()
    {
        List<Change> parked;
        using (var reading = Read())
        {
            parked = Parked.Read(reading.Searcher);
        }

        if (parked.Count > 0)
        {
            Apply(parked, Cursor);
            Refresh();
        }
    }

    /// <summary>Cursor and time of the newest commit in a folder, which has one.</summary>
    public static (string Cursor, DateTimeOffset Time) CommitOf(string folder)
    {
        var data = UserDataOf(folder) ?? throw new InvalidDataException($"{folder} has no commit");
        return (data[CursorKey], TimeOf(data));
    }

    private static DateTimeOffset TimeOf(IDictionary<string, string> data) =>
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(data[TimeKey], CultureInfo.InvariantCulture));

    private static int? SchemaOf(string folder) =>
        UserDataOf(folder) is { } data && data.TryGetValue(SchemaKey, out var schema) ? int.Parse(schema, CultureInfo.InvariantCulture) : null;

    private static IDictionary<string, string>? UserDataOf(string folder)
    {
        using var directory = new MappedDirectory(folder);
        if (!DirectoryReader.IndexExists(directory))
        {
            return null;
        }

        using var reader = DirectoryReader.Open(directory);
        return reader.IndexCommit.UserData;
    }

    private static bool IsComment(string resource) =>
        resource.StartsWith("stories/", StringComparison.Ordinal) && resource.Contains("/comments/", StringComparison.Ordinal);

    private static bool IsProfile(string resource) =>
        resource.StartsWith("creators/", StringComparison.Ordinal) || resource.StartsWith("communities/", StringComparison.Ordinal);

    [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "The index in {Folder}: {Recovery}")]
    private static partial void LogRecovered(ILogger logger, string folder, string recovery);

    [LoggerMessage(EventId = 101, Level = LogLevel.Error, Message = "A change of {Resource} (version {Version}) can't be applied and is parked")]
    private static partial void LogParked(ILogger logger, Exception reason, string resource, long version);

    /// <summary>
    /// Versions that were applied since the last refresh began, and those that it is about to show. What was taken once
    /// goes on answering the same when the refresh has ended.
    /// </summary>
    private sealed class Unseen
    {
        private readonly ConcurrentDictionary<string, long> _versions;
        private readonly Unseen? _older;

        public Unseen(Unseen? older)
            : this(new ConcurrentDictionary<string, long>(StringComparer.Ordinal), older)
        {
        }

        private Unseen(ConcurrentDictionary<string, long> versions, Unseen? older) => (_versions, _older) = (versions, older);

        public long? VersionOf(string resource) =>
            _versions.TryGetValue(resource, out var version) ? version : _older?.VersionOf(resource);

        public void Set(string resource, long version) => _versions[resource] = version;

        public Unseen WithoutOlder() => new(_versions, null);
    }

    /// <summary>Makes what searches need of a large segment before it takes the place of those it was merged from.</summary>
    private sealed class WithColumns : IndexWriter.IndexReaderWarmer
    {
        public override void Warm(AtomicReader reader) => Search.SearchTables.Prepare(reader);
    }

    private sealed class WithSimilarity : SearcherFactory
    {
        public override IndexSearcher NewSearcher(IndexReader reader)
        {
            // New segments are small; large ones were made ready when they were merged.
            Search.SearchTables.Prepare(reader);
            return new IndexSearcher(reader) { Similarity = StorySimilarity.Instance };
        }
    }
}
