using Broadsheet.Query.V1;

namespace Broadsheet.Query.Search;

/// <summary>Counts stories by the values of the fields asked for, while they are found.</summary>
internal sealed class FacetCounter
{
    private const int UsualSize = 10;
    private const int MaxSize = 100;

    private readonly FacetField[] _fields;
    private readonly int[]?[] _counts = new int[]?[(int)FacetField.Year + 1];
    private readonly int _size;

    /// <summary>A counter of what a request asks for. The columns of all segments must have been made.</summary>
    public FacetCounter(SearchRequest request)
    {
        _fields = [.. request.Facets.Distinct()];
        _size = request.FacetSize == 0 ? UsualSize : Math.Min(request.FacetSize, MaxSize);
        foreach (var field in _fields)
        {
            _counts[(int)field] = new int[TableOf(field).Count];
            Bits |= StoryFilter.BitOf(field);
        }
    }

    /// <summary>The bits of the fields counted by, as <see cref="StoryFilter.Failed"/> has them.</summary>
    public int Bits { get; }

    /// <summary>Counts a story that passes all filters.</summary>
    public void Count(StoryColumns columns, int story)
    {
        foreach (var field in _fields)
        {
            Count(columns, story, field);
        }
    }

    /// <summary>Counts a story by one field.</summary>
    public void Count(StoryColumns columns, int story, FacetField field)
    {
        var counts = _counts[(int)field]!;
        if (field == FacetField.Topic)
        {
            for (var i = columns.TopicsFrom[story]; i < columns.TopicsFrom[story + 1]; i++)
            {
                counts[columns.TopicNumbers[i]]++;
            }

            return;
        }

        var number = (field switch
        {
            FacetField.Community => columns.Community,
            FacetField.Creator => columns.Creator,
            FacetField.Language => columns.Language,
            _ => columns.Year,
        })[story];
        if (number >= 0)
        {
            counts[number]++;
        }
    }

    /// <summary>The counts, most first.</summary>
    public IEnumerable<FacetCounts> Counts(StoryFilter filter)
    {
        foreach (var field in _fields)
        {
            var counts = _counts[(int)field]!;
            var table = TableOf(field);
            var values = new PriorityQueue<int, (int Count, string Name)>(Comparer<(int Count, string Name)>.Create(static (left, right) =>
                left.Count != right.Count ? left.Count.CompareTo(right.Count) : string.CompareOrdinal(right.Name, left.Name)));
            var distinct = 0;
            for (var number = 0; number < counts.Length; number++)
            {
                if (counts[number] == 0)
                {
                    continue;
                }

                distinct++;
                values.Enqueue(number, (counts[number], table.NameOf(number)));
                if (values.Count > _size)
                {
                    values.Dequeue();
                }
            }

            var facet = new FacetCounts { Field = field, DistinctValues = distinct };
            while (values.TryDequeue(out var number, out var key))
            {
                facet.Values.Insert(0, new FacetValue { Value = key.Name, Count = key.Count, Selected = filter.Selects(field, number) });
            }

            yield return facet;
        }
    }

    private static NameTable TableOf(FacetField field) => field switch
    {
        FacetField.Community => StoryColumns.Communities,
        FacetField.Creator => StoryColumns.Creators,
        FacetField.Topic => StoryColumns.Topics,
        FacetField.Language => StoryColumns.Languages,
        _ => StoryColumns.Years,
    };
}
