using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Contracts;
using Microsoft.Extensions.Caching.Memory;

namespace Broadsheet.Content.Stories;

/// <summary>
/// Published stories as ready messages, in bounded memory. What the store tells of changes keeps them true: a story
/// is forgotten when anything of it changes, all of them when a name does that is shown beside many. Messages from
/// here are shared; nobody changes them.
/// </summary>
internal sealed class PublishedStories : IDisposable
{
    // Of an entry that leads from an address to a name, in bytes, about.
    private const int AddressSize = 256;

    private readonly ContentStore _store;
    private readonly MemoryCache _stories;
    private long _changes;

    public PublishedStories(ContentStore store, ContentOptions options)
    {
        _store = store;
        _stories = new MemoryCache(new MemoryCacheOptions { SizeLimit = options.CacheMegabytes * 1024L * 1024, TrackStatistics = false });
        _store.Changed += Forget;
    }

    /// <summary>The story if it is here, and no older than the etag (empty: any age).</summary>
    public Story? Find(string name, string atLeastAsFresh) =>
        _store.TellsChanges
        && _stories.TryGetValue(name, out Story? story)
        && (atLeastAsFresh.Length == 0 || IsAsFresh(story!, atLeastAsFresh))
            ? story
            : null;

    /// <summary>The story from the store; null if readers see none of that name.</summary>
    public async Task<Story?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var changes = Volatile.Read(ref _changes);
        var row = await _store.ReadAsync(content => StoryRow.FindAsync(content, name), cancellationToken);
        return row?.ForReaders() is { } story ? Keep(story, changes) : null;
    }

    /// <summary>The story at the address if it is here. One that has moved is no longer at its old address here.</summary>
    public Story? FindByAddress(string community, string slug) =>
        _stories.TryGetValue((community, slug), out string? name) && Find(name!, atLeastAsFresh: "") is { } story && story.Community == community && story.Slug == slug
            ? story
            : null;

    /// <summary>The story whose address this is or was, from the store; null if readers see none there.</summary>
    public async Task<Story?> ReadByAddressAsync(string community, string slug, CancellationToken cancellationToken)
    {
        var changes = Volatile.Read(ref _changes);
        var row = await _store.ReadAsync(content => StoryRow.FindBySlugAsync(content, community, slug), cancellationToken);
        if (row?.ForReaders() is not { } story)
        {
            return null;
        }

        _stories.Set((community, slug), story.Name, new MemoryCacheEntryOptions { Size = AddressSize });
        return Keep(story, changes);
    }

    /// <summary>Those of the stories that readers see, by name.</summary>
    public async Task<Dictionary<string, Story>> FindAllAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Story>(names.Count, StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var name in names)
        {
            if (Find(name, atLeastAsFresh: "") is { } story)
            {
                found[name] = story;
            }
            else
            {
                missing.Add(name);
            }
        }

        if (missing.Count > 0)
        {
            var changes = Volatile.Read(ref _changes);
            foreach (var row in await _store.ReadAsync(content => StoryRow.ListByNamesAsync(content, missing), cancellationToken))
            {
                if (row.ForReaders() is { } story)
                {
                    found[row.Name] = Keep(story, changes);
                }
            }
        }

        return found;
    }

    public void Dispose()
    {
        _store.Changed -= Forget;
        _stories.Dispose();
    }

    // What was read before a change must not be kept after it. Which change that was is not looked at: under a
    // stream of changes a story is kept at one of the next reads.
    private Story Keep(Story story, long changes)
    {
        if (_store.TellsChanges && Volatile.Read(ref _changes) == changes)
        {
            _stories.Set(story.Name, story, new MemoryCacheEntryOptions { Size = story.CalculateSize() });
            if (Volatile.Read(ref _changes) != changes)
            {
                _stories.Remove(story.Name);
            }
        }

        return story;
    }

    private void Forget(IReadOnlyList<string> resources)
    {
        foreach (var resource in resources)
        {
            // What is below a resource is not shown in a story: comments below it, follows by a creator.
            if (resource.AsSpan().Count('/') != 1)
            {
                continue;
            }

            if (resource.StartsWith("stories/", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _changes);
                _stories.Remove(resource);
            }
            else if (resource.StartsWith("communities/", StringComparison.Ordinal) || resource.StartsWith("creators/", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _changes);
                _stories.Clear();
            }
        }
    }

    private static bool IsAsFresh(Story story, string etag) =>
        Etag.TryGetVersion(etag, out var wanted) && Etag.TryGetVersion(story.Etag, out var here) && here >= wanted;
}
