using System.Collections.Concurrent;
using Broadsheet.Query.V1;
using Google.Protobuf.WellKnownTypes;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Change = Broadsheet.Content.V1.Change;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// The changes that one index keeps aside because it can't take them. They stand in the index themselves, so that they
/// are durable with the cursor behind them; here is what is asked of them often.
/// </summary>
internal sealed class ParkedChanges
{
    private const int MaxReason = 500;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Reads those that stand in the index; answers the changes themselves.</summary>
    public List<Change> Read(IndexSearcher searcher)
    {
        var changes = new List<Change>();
        foreach (var hit in searcher.Search(new TermQuery(new Term(IndexField.Kind, IndexField.Kinds.Parked)), int.MaxValue).ScoreDocs)
        {
            var change = Change.Parser.ParseFrom(StoredBytes.Read(searcher, hit.Doc));
            var leaf = searcher.IndexReader.Leaves[ReaderUtil.SubIndex(hit.Doc, searcher.IndexReader.Leaves)];
            var reason = new BytesRef();
            leaf.AtomicReader.GetBinaryDocValues(IndexField.ParkReason)?.Get(hit.Doc - leaf.DocBase, reason);
            var time = leaf.AtomicReader.GetNumericDocValues(IndexField.ParkTime)?.Get(hit.Doc - leaf.DocBase) ?? 0;
            _entries[KeyOf(change)] = new Entry(change.Version, reason.Utf8ToString(), new DateTimeOffset(time, TimeSpan.Zero));
            changes.Add(change);
        }

        return changes;
    }

    /// <summary>What to keep a change under: its resource, or its place in the feed if it names none.</summary>
    public static string KeyOf(Change change) => change.Resource.Length > 0 ? change.Resource : $"cursor:{change.Cursor}";

    /// <summary>Keeps a change; null if a newer one of the resource is kept. The same version keeps its time.</summary>
    public Entry? Add(string key, long version, string reason, DateTimeOffset now)
    {
        var known = _entries.GetValueOrDefault(key);
        return known?.Version > version
            ? null
            : _entries[key] = new Entry(version, reason.Length <= MaxReason ? reason : reason[..MaxReason], known?.Version == version ? known.Time : now);
    }

    /// <summary>Forgets what a change of this version replaces; true if there was something.</summary>
    public bool Remove(string key, long version) =>
        _entries.TryGetValue(key, out var known) && known.Version <= version && _entries.TryRemove(key, out _);

    /// <summary>Those that were kept first, so many at most.</summary>
    public IEnumerable<ParkedChange> Oldest(int count) => _entries
        .OrderBy(entry => entry.Value.Time)
        .ThenBy(entry => entry.Key, StringComparer.Ordinal)
        .Take(count)
        .Select(entry => new ParkedChange
        {
            Resource = entry.Key,
            Version = entry.Value.Version,
            Reason = entry.Value.Reason,
            ParkTime = entry.Value.Time.ToTimestamp(),
        });

    /// <summary>What is known of a change that is kept.</summary>
    /// <param name="Version">Version of the resource.</param>
    /// <param name="Reason">What is wrong with it.</param>
    /// <param name="Time">When it was first kept.</param>
    internal sealed record Entry(long Version, string Reason, DateTimeOffset Time);
}
