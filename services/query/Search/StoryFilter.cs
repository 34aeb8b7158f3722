using System.Globalization;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.Search;

/// <summary>
/// The filters of a search. A story that fails one only still counts for the facet of that one, so all are looked at.
/// </summary>
internal sealed class StoryFilter
{
    /// <summary>What <see cref="Failed"/> gives for a story that nothing may count.</summary>
    public const int Out = -1;

    // A year that nobody can have published in.
    private static readonly int[] None = [int.MinValue];

    private readonly int[]? _communities;
    private readonly int[]? _creators;
    private readonly int[]? _topics;
    private readonly int[]? _languages;
    private readonly int[]? _years;
    private readonly long _from;
    private readonly long _before;

    public StoryFilter(SearchRequest request)
    {
        _communities = Numbers(StoryColumns.Communities, request.Community, request.Communities);
        _creators = Numbers(StoryColumns.Creators, request.Creator, request.Creators);
        _topics = Numbers(StoryColumns.Topics, TopicOf(request.Topic), request.Topics.Select(TopicOf));
        _languages = Languages([request.Language, .. request.Languages]);
        _years = Numbers(StoryColumns.Years, "", request.Years.Select(year => year.ToString(CultureInfo.InvariantCulture)));
        _from = request.PublishedFrom is { } from ? StoryDocuments.Microseconds(from) : long.MinValue;
        _before = request.PublishedBefore is { } before ? StoryDocuments.Microseconds(before) : long.MaxValue;
        IsEmpty = _communities is null && _creators is null && _topics is null && _languages is null && _years is null
            && _from == long.MinValue && _before == long.MaxValue;
    }

    /// <summary>True if every story passes.</summary>
    public bool IsEmpty { get; }

    /// <summary>A topic as it stands in the index and is asked for: without case and the spaces around it. Blank is none.</summary>
    public static string TopicOf(string topic) => topic.Trim().ToLowerInvariant();

    /// <summary>The bit that a filter has in <see cref="Failed"/>.</summary>
    public static int BitOf(FacetField field) => 1 << (int)field;

    /// <summary>Which filters a story fails, one bit each; 0 if none.</summary>
    public int Failed(StoryColumns columns, int story)
    {
        var time = columns.PublishTime[story];
        if (time < _from || time >= _before)
        {
            return Out;
        }

        return Fails(_communities, columns.Community[story], FacetField.Community)
            | Fails(_creators, columns.Creator[story], FacetField.Creator)
            | Fails(_languages, columns.Language[story], FacetField.Language)
            | Fails(_years, columns.Year[story], FacetField.Year)
            | FailsTopics(columns, story);
    }

    /// <summary>True if a value is filtered by.</summary>
    public bool Selects(FacetField field, int number) => (field switch
    {
        FacetField.Community => _communities,
        FacetField.Creator => _creators,
        FacetField.Topic => _topics,
        FacetField.Language => _languages,
        _ => _years,
    })?.Contains(number) ?? false;

    private static int Fails(int[]? allowed, int number, FacetField field) => allowed is null || allowed.AsSpan().Contains(number) ? 0 : BitOf(field);

    private int FailsTopics(StoryColumns columns, int story)
    {
        if (_topics is null)
        {
            return 0;
        }

        var own = columns.TopicNumbers.AsSpan(columns.TopicsFrom[story]..columns.TopicsFrom[story + 1]);
        return own.ContainsAny(_topics) ? 0 : BitOf(FacetField.Topic);
    }

    private static int[]? Numbers(NameTable table, string one, IEnumerable<string> several)
    {
        var values = several.Append(one).Where(value => value.Length > 0).ToArray();
        return values.Length == 0 ? null : NoneIfEmpty([.. values.Select(table.Find).OfType<int>()]);
    }

    private static int[]? Languages(IEnumerable<string> tags)
    {
        var values = tags.Where(tag => tag.Length > 0).Select(tag => tag.ToLowerInvariant()).ToArray();
        return values.Length == 0 ? null : NoneIfEmpty([.. values.SelectMany(StoryColumns.Languages.WithTag).Distinct()]);
    }

    private static int[] NoneIfEmpty(int[] numbers) => numbers.Length == 0 ? None : numbers;
}
