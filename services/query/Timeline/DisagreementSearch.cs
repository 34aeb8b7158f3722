using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Broadsheet.Query.Timeline;

/// <summary>
/// Finds the other dates that stories give for what happens once. A date that can be the same is none, and so is one that a
/// story gives which tells of this date too: nobody contradicts himself, so it speaks of something else.
/// </summary>
internal sealed class DisagreementSearch(IndexSearcher searcher, ListDatedEventsRequest request)
{
    private const int MaxDates = 5;
    private const int MaxSources = 5;

    private readonly Dictionary<long, List<TimelineRow>> _rows = [];

    /// <summary>The other dates of a row, the one of most stories first.</summary>
    public IEnumerable<DateDisagreement> Of(TimelineRow row)
    {
        if (!row.Best.Traits.IsOnce || row.Modality is not (EventModality.Happened or EventModality.Claimed))
        {
            return [];
        }

        if (!_rows.TryGetValue(row.Best.Key, out var told))
        {
            _rows[row.Best.Key] = told = Told(row.Best.Key);
        }

        var agreeing = told.Where(other => Fits(row, other)).SelectMany(other => other.Stories).Concat(row.Stories).ToHashSet();
        return told.Where(other => !Fits(row, other) && !other.Stories.Any(agreeing.Contains))
            .OrderByDescending(other => other.Stories.Count()).ThenBy(other => other.Position)
            .Take(MaxDates).Select(Show);
    }

    // All that is told of the key, of any date.
    private List<TimelineRow> Told(long key)
    {
        var query = TimelineQuery.OfStories(request);
        query.Add(new TermQuery(new Term(IndexField.EventKey, TimelineDocuments.KeyTerm(key))), Occur.MUST);
        var events = new EventCollector(int.MinValue, int.MaxValue, long.MinValue) { Events = [] };
        searcher.Search(query, events);
        return [.. events.Events.GroupBy(one => one.Year).SelectMany(TimelineRow.Merge)];
    }

    private static bool Fits(TimelineRow row, TimelineRow other) => other.Best.Begin <= row.Best.End && other.Best.End >= row.Best.Begin;

    private DateDisagreement Show(TimelineRow row)
    {
        var told = row.Events.Take(MaxSources).Select(one => DatedEvent.Parser.ParseFrom(StoredBytes.Read(searcher, one.Document))).ToArray();
        return new DateDisagreement
        {
            Date = told[0].Date,
            EndDate = told[0].EndDate,
            Precision = told[0].Precision,
            Text = told[0].Text,
            StoryCount = row.Stories.Count(),
            Sources = { told.SelectMany(one => one.Sources) },
        };
    }
}
