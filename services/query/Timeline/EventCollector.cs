using Broadsheet.Query.Indexing;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Broadsheet.Query.Timeline;

/// <summary>An event as merging sees it: numbers of the index only.</summary>
/// <param name="Document">Its document.</param>
/// <param name="Begin">Sort key of the earliest that its date can mean.</param>
/// <param name="End">Sort key of the latest.</param>
/// <param name="Key">What happened to whom.</param>
/// <param name="Story">The story, as a number that is the same everywhere.</param>
/// <param name="Ordinal">Which event of the story.</param>
/// <param name="Traits">Precision, modality, quality.</param>
internal readonly record struct TimelineEvent(int Document, long Begin, long End, long Key, long Story, int Ordinal, EventTraits Traits)
{
    /// <summary>Year of the begin.</summary>
    public int Year => DateKey.YearOf(Begin);
}

/// <summary>Collects events from the columns of the index, those of a stretch of years.</summary>
internal sealed class EventCollector(int firstYear, int lastYear, long endsFrom) : ICollector
{
    // Years are those that the contract knows, -9999 to 9999.
    private const int YearZero = 10_000;

    private readonly int[] _years = new int[(2 * YearZero) + 1];
    private NumericDocValues? _begins;
    private NumericDocValues? _ends;
    private NumericDocValues? _keys;
    private NumericDocValues? _stories;
    private NumericDocValues? _ordinals;
    private NumericDocValues? _traits;
    private int _base;

    /// <summary>How many events begin in each year.</summary>
    public IEnumerable<(int Year, int Count)> Years => _years.Select((count, i) => (Year: i - YearZero, Count: count)).Where(year => year.Count > 0);

    /// <summary>The events; null = they are only counted.</summary>
    public List<TimelineEvent>? Events { get; init; }

    /// <inheritdoc/>
    public bool AcceptsDocsOutOfOrder => true;

    /// <inheritdoc/>
    public void SetScorer(Scorer scorer)
    {
    }

    /// <inheritdoc/>
    public void SetNextReader(AtomicReaderContext context)
    {
        var segment = context.AtomicReader;
        _base = context.DocBase;
        _begins = segment.GetNumericDocValues(IndexField.EventBegin);
        _ends = segment.GetNumericDocValues(IndexField.EventEnd);
        _keys = segment.GetNumericDocValues(IndexField.EventKey);
        _stories = segment.GetNumericDocValues(IndexField.EventStory);
        _ordinals = segment.GetNumericDocValues(IndexField.Ordinal);
        _traits = segment.GetNumericDocValues(IndexField.EventTraits);
    }

    /// <inheritdoc/>
    public void Collect(int doc)
    {
        var begin = _begins!.Get(doc);
        var year = DateKey.YearOf(begin);
        if (year < firstYear || year > lastYear || _ends!.Get(doc) < endsFrom)
        {
            return;
        }

        if (Events is { } events)
        {
            events.Add(new TimelineEvent(
                _base + doc, begin, _ends.Get(doc), _keys!.Get(doc), _stories!.Get(doc), (int)_ordinals!.Get(doc), EventTraits.Of(_traits!.Get(doc))));
        }
        else
        {
            _years[year + YearZero]++;
        }
    }
}
