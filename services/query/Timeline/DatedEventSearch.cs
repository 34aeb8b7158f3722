using System.Globalization;
using Broadsheet.Hosting.Paging;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Google.Protobuf;

namespace Broadsheet.Query.Timeline;

/// <summary>
/// Lists rows of dated events, earliest first. Rows are merged when they are asked for, year by year, from numbers that the
/// index keeps of each event: so they hold nothing of a story that is gone, and no order in which stories came shows.
/// A page costs a look at the date of every event that passes the filters (13 ms with 100,000 generated stories) and the merging of
/// the years that it shows.
/// </summary>
internal static class DatedEventSearch
{
    private const int MaxSources = 20;
    private const int MaxEntities = 20;

    /// <summary>One page of the rows that pass the request's filters.</summary>
    public static ListDatedEventsResponse List(IndexReading reading, ListDatedEventsRequest request)
    {
        var size = PageToken.Size(request.PageSize);
        var shown = request.Modalities.Count > 0 ? request.Modalities.ToHashSet() : [EventModality.Happened, EventModality.Claimed, EventModality.Planned];
        var filter = FilterOf(request, shown);
        var after = After(PageToken.Decode(request.PageToken, filter));
        var (from, to) = (request.From is { } begin ? DateKey.Begin(begin) : long.MinValue, request.To is { } end ? DateKey.End(end) : long.MaxValue);

        // An event of the first year that ends before the first date may still be part of a row that does not.
        var query = TimelineQuery.Of(reading, request);
        var ends = from == long.MinValue ? from : DateKey.Begin(new Google.Type.Date { Year = DateKey.YearOf(from) });
        var years = new EventCollector(after is { } position ? DateKey.YearOf(position.Begin) : int.MinValue, to == long.MaxValue ? int.MaxValue : DateKey.YearOf(to), ends);
        reading.Searcher.Search(query, years);

        var rows = new List<TimelineRow>();
        var left = new Queue<(int Year, int Count)>(years.Years);
        while (rows.Count <= size && left.Count > 0)
        {
            // As many years at a time as hold what is missing, if nothing merges.
            var (first, last, count) = (left.Peek().Year, 0, 0);
            while (left.Count > 0 && (count == 0 || count + left.Peek().Count <= 4 * (size + 1)))
            {
                (last, var more) = left.Dequeue();
                count += more;
            }

            var events = new EventCollector(first, last, ends) { Events = new List<TimelineEvent>(count) };
            reading.Searcher.Search(query, events);
            foreach (var year in events.Events.GroupBy(one => one.Year).OrderBy(year => year.Key))
            {
                rows.AddRange(TimelineRow.Merge(year)
                    .Where(row => row.Best.End >= from && row.Best.Begin <= to && shown.Contains(row.Modality)
                        && (request.Precision == DatePrecision.Unspecified || row.Best.Traits.Precision == request.Precision)
                        && (after is not { } passed || row.Position.CompareTo(passed) > 0))
                    .OrderBy(row => row.Position));
                if (rows.Count > size)
                {
                    break;
                }
            }
        }

        var response = new ListDatedEventsResponse();
        var disagreements = new DisagreementSearch(reading.Searcher, request);
        foreach (var row in rows.Take(size))
        {
            response.Events.Add(Show(reading, row, disagreements));
        }

        if (rows.Count > size)
        {
            var last = rows[size - 1].Position;
            response.NextPageToken = PageToken.Encode(string.Create(CultureInfo.InvariantCulture, $"{last.Begin} {last.End} {last.Story} {last.Ordinal}"), filter);
        }

        return response;
    }

    private static DatedEvent Show(IndexReading reading, TimelineRow row, DisagreementSearch disagreements)
    {
        var told = row.Events.Take(MaxSources).Select(one => DatedEvent.Parser.ParseFrom(StoredBytes.Read(reading.Searcher, one.Document))).ToArray();
        var shown = told[0];
        foreach (var other in told.Skip(1))
        {
            shown.Sources.Add(other.Sources.Where(source => !shown.Sources.Contains(source)));
            shown.Entities.Add(other.Entities.Where(entity => shown.Entities.Count < MaxEntities && !shown.Entities.Any(known => known.Entity == entity.Entity)).DistinctBy(entity => entity.Entity));
        }

        while (shown.Entities.Count > MaxEntities)
        {
            shown.Entities.RemoveAt(shown.Entities.Count - 1);
        }

        shown.Modality = row.Modality;
        shown.SourceCount = row.Events.Count;
        shown.StoryCount = row.Stories.Count();
        shown.Disagreement.Add(disagreements.Of(row));
        return shown;
    }

    private static string FilterOf(ListDatedEventsRequest request, HashSet<EventModality> shown)
    {
        var filter = request.Clone();
        filter.PageSize = 0;
        filter.PageToken = "";
        filter.AtLeastAsFresh = null;
        // A token is good for the same modalities, named or not and in any order.
        filter.Modalities.Clear();
        filter.Modalities.Add(shown.Order());
        return "ListDatedEvents " + Convert.ToBase64String(filter.ToByteArray());
    }

    private static RowPosition? After(string key)
    {
        if (key.Length == 0)
        {
            return null;
        }

        return key.Split(' ') is [var begin, var end, var story, var ordinal]
            && long.TryParse(begin, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var first)
            && long.TryParse(end, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var last)
            && long.TryParse(story, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var which)
            && int.TryParse(ordinal, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new RowPosition(first, last, which, number)
            : throw PageToken.Invalid();
    }
}
