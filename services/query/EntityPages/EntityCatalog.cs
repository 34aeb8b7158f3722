using System.Runtime.CompilerServices;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Broadsheet.Query.EntityPages;

/// <summary>
/// All entities of the index at one moment, with the number of their stories, and which of them are one. It is told by all
/// stories together, so it is the same in whatever order they came. Made when first asked for, in a few passes over the
/// stories' doc values; nothing is read of the stories themselves.
/// </summary>
internal sealed class EntityCatalog
{
    private const int Several = -2;
    private const int MostJoined = 100;

    private static readonly ConditionalWeakTable<IndexReader, Lazy<EntityCatalog>> Known = [];
    private static readonly string[] Types = ["PER", "ORG", "LOC", "MISC"];

    private readonly IndexReader _reader;
    private readonly int[] _own;
    private readonly int[] _stories;
    private readonly int[] _target;
    private readonly EntityTerm?[] _names;
    private readonly byte[] _types;
    private readonly Dictionary<int, List<int>> _joined = [];
    private readonly Dictionary<int, List<int>> _meanings = [];
    private readonly Dictionary<int, List<int>> _acronyms = [];
    private readonly HashSet<int> _open = [];
    private readonly Lazy<int[]> _sorted;

    private EntityCatalog(IndexReader reader)
    {
        _reader = reader;
        foreach (var leaf in reader.Leaves)
        {
            EntitySegment.Of(leaf.AtomicReader);
        }

        // Segments that come later may give more numbers; none of this index has a higher one.
        var count = EntityTerm.Count;
        _own = new int[count];
        _names = new EntityTerm?[count];
        _types = new byte[count];
        _target = [.. Enumerable.Range(0, count)];
        CountVariants();
        Join();
        _stories = _joined.Count == 0 ? _own : CountStories(null);
        _sorted = new Lazy<int[]>(() => Sorted(_stories));
    }

    /// <summary>The catalogue of an index; whoever asks while it is made waits for it.</summary>
    public static EntityCatalog Of(IndexReading reading) =>
        Known.GetValue(reading.Searcher.IndexReader, static reader => new Lazy<EntityCatalog>(() => new EntityCatalog(reader))).Value;

    /// <summary>The number of the entity that an id belongs to, itself or joined to another; null if no story mentions it.</summary>
    public int? Find(string id) =>
        EntityTerm.Find(id) is { } number && number < _target.Length && _target[number] is var target && _stories[target] > 0 ? target : null;

    /// <summary>The ids that stand in the index for the entity: its own first, then those joined to it.</summary>
    public IReadOnlyList<string> IdsOf(int entity) =>
        [EntityTerm.IdOf(entity), .. (_joined.GetValueOrDefault(entity) ?? []).Select(EntityTerm.IdOf).Order(StringComparer.Ordinal).Take(MostJoined)];

    /// <summary>The entity in a list.</summary>
    public EntitySummary Summary(int entity, int? stories = null) => new()
    {
        Name = $"{EntityId.Collection}/{EntityTerm.IdOf(entity)}",
        DisplayName = _names[entity]?.Name ?? EntityTerm.IdOf(entity),
        Type = Types[_types[entity]],
        StoryCount = stories ?? _stories[entity],
    };

    /// <summary>Number of stories that mention the entity.</summary>
    public int StoriesOf(int entity) => _stories[entity];

    /// <summary>The entity to which one that a story mentions belongs.</summary>
    public int TargetOf(EntityTerm term) => _target[term.Number];

    /// <summary>Ids of the acronyms that stories use for the entity.</summary>
    public IEnumerable<string> AcronymsOf(int entity) =>
        (_joined.GetValueOrDefault(entity) ?? []).Append(entity).SelectMany(each => _acronyms.GetValueOrDefault(each) ?? []).Select(EntityTerm.IdOf).Distinct(StringComparer.Ordinal);

    /// <summary>What an acronym or a surname that stayed open can mean, in most stories first.</summary>
    public IEnumerable<int> MeaningsOf(int entity)
    {
        if (!_open.Contains(entity))
        {
            return [];
        }

        var found = _meanings.GetValueOrDefault(entity) ?? [.. Persons().Where(term => term.Surname == entity).Select(term => term.Number)];
        return found.Select(number => _target[number]).Where(number => number != entity).Distinct()
            .OrderByDescending(number => _stories[number]).ThenBy(EntityTerm.IdOf, StringComparer.Ordinal);
    }

    /// <summary>All entities with the number of their stories, in most stories first, equals by id.</summary>
    /// <param name="community">Counts only its stories; empty = all.</param>
    public IEnumerable<(int Entity, int Stories)> List(string community)
    {
        var (sorted, stories) = (_sorted.Value, _stories);
        if (community.Length > 0)
        {
            stories = CountStories(community);
            sorted = Sorted(stories);
        }

        return sorted.Select(entity => (entity, stories[entity]));
    }

    /// <summary>True if some name or acronym of the entity has words that begin with each of these.</summary>
    public bool Matches(int entity, string[] words) =>
        NamesMatch(entity, words)
        || (_joined.GetValueOrDefault(entity)?.Exists(joined => NamesMatch(joined, words)) ?? false)
        || (words.Length == 1 && AcronymsOf(entity).Any(acronym => acronym.StartsWith(words[0], StringComparison.Ordinal)));

    /// <summary>The type of an entity.</summary>
    public string TypeOf(int entity) => Types[_types[entity]];

    private bool NamesMatch(int entity, string[] words)
    {
        var id = EntityTerm.IdOf(entity);
        var name = id.Contains("--", StringComparison.Ordinal) ? Language.EntityKeys.Plain(_names[entity]?.Name ?? "") : id;
        return Array.TrueForAll(words, word =>
        {
            for (var at = name.IndexOf(word, StringComparison.Ordinal); at >= 0; at = name.IndexOf(word, at + 1, StringComparison.Ordinal))
            {
                if (at == 0 || name[at - 1] == '-')
                {
                    return true;
                }
            }

            return false;
        });
    }

    // Persons as stories have them, each once.
    private IEnumerable<EntityTerm> Persons() => _names.OfType<EntityTerm>().Where(term => term.Surname >= 0 && term.Surname < _own.Length && _own[term.Number] > 0 && _types[term.Number] == 0);

    private void CountVariants()
    {
        var variants = new Dictionary<EntityTerm, int>();
        var acronyms = new HashSet<(int Acronym, int Entity)>();
        foreach (var leaf in _reader.Leaves.Select(context => context.AtomicReader))
        {
            var segment = EntitySegment.Of(leaf);
            var counts = new int[segment.Terms.Length];
            var used = new bool[segment.Acronyms.Length];
            var entities = leaf.GetSortedSetDocValues(EntityField.Entity);
            var acronymsOf = leaf.GetSortedSetDocValues(EntityField.Acronym);
            Each(leaf, story =>
            {
                Ords(entities, story, ord => counts[ord]++);
                Ords(acronymsOf, story, ord => used[ord] = true);
            });
            for (var ord = 0; ord < counts.Length; ord++)
            {
                if (counts[ord] > 0)
                {
                    variants[segment.Terms[ord]] = variants.GetValueOrDefault(segment.Terms[ord]) + counts[ord];
                }
            }

            acronyms.UnionWith(segment.Acronyms.Where((_, ord) => used[ord]));
        }

        var byType = new int[_own.Length * Types.Length];
        var most = new int[_own.Length];
        foreach (var (term, count) in variants)
        {
            _own[term.Number] += count;
            byType[(term.Number * Types.Length) + Math.Max(0, Array.IndexOf(Types, term.Type))] += count;
            var best = _names[term.Number];
            if (best is null || count > most[term.Number] || (count == most[term.Number] && Before(term, best)))
            {
                (_names[term.Number], most[term.Number]) = (term, count);
            }
        }

        for (var number = 0; number < _types.Length; number++)
        {
            var counts = byType.AsSpan(number * Types.Length, Types.Length);
            for (byte type = 1; type < Types.Length; type++)
            {
                _types[number] = counts[type] > counts[_types[number]] ? type : _types[number];
            }
        }

        foreach (var (acronym, entity) in acronyms)
        {
            Add(_meanings, acronym, entity);
            Add(_acronyms, entity, acronym);
        }
    }

    private static bool Before(EntityTerm left, EntityTerm right) =>
        (string.CompareOrdinal(left.Name, right.Name), string.CompareOrdinal(left.Type, right.Type)) is ( < 0, _) or (0, < 0);

    // An acronym is what stories say it stands for, a surname the one person who has it. With several of them it stays open.
    private void Join()
    {
        var surnames = new Dictionary<int, int>();
        foreach (var person in Persons())
        {
            surnames[person.Surname] = surnames.TryGetValue(person.Surname, out var other) && other != person.Number ? Several : person.Number;
        }

        foreach (var (surname, person) in surnames)
        {
            // "Paris" alone is a town, even if somebody is called so.
            if (_own[surname] == 0 || (_types[surname] == 0 && !_meanings.ContainsKey(surname)))
            {
                Join(surname, person);
            }
        }

        foreach (var (acronym, entities) in _meanings)
        {
            Join(acronym, entities.Count == 1 ? entities[0] : Several);
        }

        for (var number = 0; number < _target.Length; number++)
        {
            var target = _target[number];
            // An acronym of what is itself short for something.
            for (var steps = 0; steps < 3 && _target[target] != target; steps++)
            {
                target = _target[target];
            }

            _target[number] = _target[target] == target ? target : number;
        }

        for (var number = 0; number < _target.Length; number++)
        {
            if (_target[number] != number && _own[number] > 0)
            {
                Add(_joined, _target[number], number);
            }
        }
    }

    private void Join(int name, int entity)
    {
        if (entity == Several)
        {
            _open.Add(name);
        }
        else
        {
            _target[name] = entity;
        }
    }

    // A story that says both the acronym and the name counts once.
    private int[] CountStories(string? community)
    {
        var stories = new int[_own.Length];
        var counted = new int[_own.Length];
        var number = 0;
        foreach (var leaf in _reader.Leaves.Select(context => context.AtomicReader))
        {
            var terms = EntitySegment.Of(leaf).Terms;
            var entities = leaf.GetSortedSetDocValues(EntityField.Entity);
            var communities = community is null ? null : leaf.GetSortedDocValues(IndexField.Community);
            var wanted = community is null ? 0 : communities?.LookupTerm(new BytesRef(community)) ?? -1;
            if (wanted < 0)
            {
                continue;
            }

            Each(leaf, story =>
            {
                if (communities is not null && communities.GetOrd(story) != wanted)
                {
                    return;
                }

                number++;
                Ords(entities, story, ord =>
                {
                    var target = _target[terms[ord].Number];
                    if (counted[target] != number)
                    {
                        counted[target] = number;
                        stories[target]++;
                    }
                });
            });
        }

        return stories;
    }

    private static int[] Sorted(int[] stories)
    {
        var found = new List<int>();
        for (var entity = 0; entity < stories.Length; entity++)
        {
            if (stories[entity] > 0)
            {
                found.Add(entity);
            }
        }

        var sorted = found.ToArray();
        Array.Sort(sorted, (left, right) => stories[right].CompareTo(stories[left]) is var order and not 0 ? order : string.CompareOrdinal(EntityTerm.IdOf(left), EntityTerm.IdOf(right)));
        return sorted;
    }

    private static void Each(AtomicReader leaf, Action<int> visit)
    {
        var stories = leaf.GetTermDocsEnum(new Term(IndexField.Kind, IndexField.Kinds.Story));
        while (stories is not null && stories.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
        {
            visit(stories.DocID);
        }
    }

    private static void Ords(SortedSetDocValues? values, int story, Action<int> visit)
    {
        if (values is null)
        {
            return;
        }

        values.SetDocument(story);
        for (var ord = values.NextOrd(); ord != SortedSetDocValues.NO_MORE_ORDS; ord = values.NextOrd())
        {
            visit((int)ord);
        }
    }

    private static void Add(Dictionary<int, List<int>> lists, int key, int value)
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        list.Add(value);
    }
}
