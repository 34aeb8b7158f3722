using System.Globalization;
using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.V1;

namespace Broadsheet.Analytics.Reports;

/// <summary>
/// The statement of a report. Its columns: a value for each dimension, the measures, the same measures of the previous period where
/// there is one, and the values that rows are ordered by. Each part counts what it knows by the same keys; then parts are added up.
/// Only columns that the metrics need are named, so that engines read no others.
/// </summary>
internal sealed class ReportStatement
{
    // A row each in the statement.
    private const int MostDaysListed = 400;

    private readonly ReportQuery _query;
    private readonly Sql _sql;
    private readonly string _facts;
    private readonly string _isRead;
    private readonly string? _ofStories;
    private readonly ReportTime _time;
    // The dimensions' values: k0, k1, … Beside them is_previous: 0 in the period, 1 in the previous one.
    private readonly List<string> _keys = [];

    private readonly IReadOnlyDictionary<DateOnly, long> _dayReaders;

    private ReportStatement(ReportQuery query, Sql sql, string facts, string isRead, string? ofStories, IReadOnlyDictionary<DateOnly, long> dayReaders)
    {
        _dayReaders = dayReaders;
        _query = query;
        _sql = sql;
        _facts = facts;
        _isRead = isRead;
        _ofStories = ofStories;
        _time = new ReportTime(query, sql);
        _keys.AddRange(query.Dimensions.Select((_, i) => Key(i)));
    }

    /// <summary>The statement for a query. <paramref name="dayReaders"/> are counted already (<see cref="CountsDays"/>).</summary>
    public static async Task<Sql> OfAsync(ReportQuery query, Facts facts, IReadOnlyDictionary<DateOnly, long> dayReaders, SqlDialect dialect, CancellationToken cancellationToken)
    {
        var sql = new Sql(dialect);
        var ofStories = OfStories(query, sql);
        // Comments and insights alone need no visits.
        var visits = query.Measures.Any(measure => measure is not (ReportMeasure.Comments or ReportMeasure.Insights));
        var from = visits ? await facts.SqlAsync(sql, PeriodOf(query), ofStories, cancellationToken) : "";
        sql.Text = new ReportStatement(query, sql, from, facts.IsRead, ofStories, dayReaders).Text();
        return sql;
    }

    /// <summary>All that is looked at, the previous period included.</summary>
    public static FactPeriod PeriodOf(ReportQuery query) => new((query.Previous ?? query.Period).Start, query.Period.End);

    /// <summary>
    /// True if readers of UTC days of the whole site can be added up for the query: nothing is filtered, and days are told apart by nothing
    /// but whole UTC days.
    /// </summary>
    public static bool CountsDays(ReportQuery query) => query.Measures.Contains(ReportMeasure.ReaderDays) && query.Filters.Count == 0
        && (query.Dimensions.Count == 0
            || (query is { Dimensions: [ReportDimension.Day or ReportDimension.Week or ReportDimension.Month] }
                && query.Period.Days + (query.Previous?.Days ?? 0) <= MostDaysListed
                && query.Period.IsWithinUtcDays(ReportDimension.Day) && (query.Previous?.IsWithinUtcDays(ReportDimension.Day) ?? true)));

    /// <summary>The filters on what stories are, as one condition on the column <c>story</c>; null if there are none.</summary>
    public static string? OfStories(ReportQuery query, Sql sql)
    {
        var conditions = query.Filters.Where(filter => filter.Dimension.IsOfStory()).Select(filter =>
        {
            var isOne = filter.Dimension == ReportDimension.Story
                ? sql.In("story", filter.Values)
                : $"story in (select story from {sql.Dialect.Current("stories")} own where {sql.In(filter.Dimension == ReportDimension.Community ? "community" : "creator", filter.Values)})";
            return Maybe(filter, isOne);
        }).ToList();
        return conditions.Count == 0 ? null : string.Join(" and ", conditions);
    }

    /// <summary>What a row without a value of a metric is ordered by: below or above all that there is, so that it comes last.</summary>
    public static double NoValue(ReportOrder order) => order.Descending ? -1 : 1e300;

    private static string Key(int dimension) => string.Create(CultureInfo.InvariantCulture, $"k{dimension}");

    private static string Listed(IEnumerable<string> columns) => string.Join(", ", columns);

    private static string Maybe(ReportFilter filter, string condition) => filter.Match == ReportMatch.IsNot ? $"not ({condition})" : condition;

    private string Text()
    {
        var measures = _query.Measures.Select((_, i) => i).ToList();
        var counts = measures.Select(i => $"c{i}").Concat(_query.Previous is null ? [] : measures.Select(i => $"d{i}")).ToList();
        var sums = _query.Previous is null
            ? measures.Select(i => $"coalesce(cast(sum(m{i}) as bigint), 0) as c{i}")
            : measures.Select(i => $"coalesce(cast(sum(case when is_previous = 0 then m{i} else 0 end) as bigint), 0) as c{i}")
                .Concat(measures.Select(i => $"coalesce(cast(sum(case when is_previous = 1 then m{i} else 0 end) as bigint), 0) as d{i}"));
        var columns = _keys.Concat(counts).ToList();
        var group = _keys.Count == 0 ? "" : $" group by {Listed(_keys)}";
        return
            $"""
            select {Listed(columns.Concat(_query.Order.Select((_, i) => $"o{i}")))}
            from (
                select {Listed(columns.Concat(_query.Order.Select((order, i) => $"{OrderValue(order)} as o{i}")))}
                from (select {Listed(_keys.Concat(sums))} from ({string.Join(" union all ", Parts())}) parts{group}) counted{OnlyMatched()}
            ) ordered{After()}{OrderBy()}
            limit {_query.Take.ToString(CultureInfo.InvariantCulture)}
            """;
    }

    private IEnumerable<string> Parts()
    {
        var ofVisits = _query.Measures.Where(measure => measure <= ReportMeasure.Shares).ToList();
        if (ofVisits.Count > 0)
        {
            yield return Summed(ofVisits);
        }

        // Both at once cost little more than one, unless most days are counted already.
        var (days, signedIn) = (_query.Measures.Contains(ReportMeasure.ReaderDays), _query.Measures.Contains(ReportMeasure.SignedInReaders));
        if (days)
        {
            yield return Readers(signedIn && _dayReaders.Count == 0 ? [ReportMeasure.ReaderDays, ReportMeasure.SignedInReaders] : [ReportMeasure.ReaderDays]);
        }

        if (signedIn && (!days || _dayReaders.Count > 0))
        {
            yield return Readers([ReportMeasure.SignedInReaders]);
        }

        foreach (var counted in CountedDays())
        {
            yield return counted;
        }

        if (_query.Measures.Contains(ReportMeasure.Comments))
        {
            yield return Part(new() { [ReportMeasure.Comments] = "count(*)" }, Told("comments"));
        }

        if (_query.Measures.Contains(ReportMeasure.Insights))
        {
            yield return Part(new() { [ReportMeasure.Insights] = "count(*)" }, Told("insights"));
        }

        if (_query.Measures.Contains(ReportMeasure.Reached))
        {
            yield return Part(new() { [ReportMeasure.Reached] = "count(*)" }, Visits([], "fact.visits > 0", [.. Keys(_time.OfVisits, _sql.Dialect.Unnest("fact.reached"))]));
            yield return Reachable();
        }
    }

    /// <summary>Some measures by the keys, and nothing of all others.</summary>
    private string Part(Dictionary<ReportMeasure, string> counted, string from)
    {
        var keys = PartKeys();
        var measures = _query.Measures.Select((measure, i) => $"{(counted.TryGetValue(measure, out var sum) ? $"cast(coalesce({sum}, 0) as bigint)" : "cast(0 as bigint)")} as m{i}");
        return $"select {Listed(keys.Concat(measures))} from {from} v{(keys.Count == 0 ? "" : $" group by {Listed(keys)}")}";
    }

    private string Summed(List<ReportMeasure> measures)
    {
        List<string> columns = [.. measures.SelectMany(ColumnsOf).Distinct().Select(column => $"fact.{column} as {column}")];
        var byHour = _query.Dimensions is [var only] && only.IsTime() && _time.IsOfHours;
        if (!byHour && !_query.Dimensions.Exists(IsOfOwner))
        {
            return Part(measures.ToDictionary(measure => measure, Sum), Visits(columns));
        }

        // First by what rows have, hour or story: what that means is worked out for each of these once, not for each row.
        var raw = byHour ? "hour" : "story";
        var keys = Keys(_time.OfVisits, null).ToList();
        var early = byHour ? [] : keys.Where(key => !IsOfOwner(key.Dimension)).ToList();
        var group = Listed(early.Select(key => key.Name).Prepend(raw));
        var sums = measures.Select((measure, i) => (Measure: measure, Name: $"n{i}")).ToList();
        var first =
            $"""
            (select {group}, {Listed(sums.Select(sum => $"{Sum(sum.Measure)} as {sum.Name}"))}
            from {Visits([.. columns, $"fact.{raw} as {raw}"], keys: early)} w group by {group})
            """;
        var selected = keys.Select(key => early.Contains(key) ? $"fact.{key.Name} as {key.Name}" : $"{key.Value} as {key.Name}").Concat(sums.Select(sum => $"fact.{sum.Name} as {sum.Name}"));
        return Part(sums.ToDictionary(sum => sum.Measure, sum => $"sum({sum.Name})"), $"(select {Listed(selected)} from {first} fact{Stories(keys)})");
    }

    private string Readers(ReportMeasure[] measures)
    {
        // Each reader once (a day), then counted: engines do that on all cores, and by the group's size.
        var days = measures.Contains(ReportMeasure.ReaderDays);
        List<string> person = days ? ["day", "person", "visitor"] : ["person"];
        string[] columns = days
            ? ["date_trunc('day', fact.hour) as day", "fact.reader as person", "case when fact.reader is null then fact.visitor end as visitor"]
            : ["fact.reader as person"];
        var known = days ? "(fact.reader is not null or fact.visitor is not null)" : "fact.reader is not null";
        var left = days ? string.Concat(Stretches(_dayReaders.Keys).Select(stretch => $" and (fact.hour < {_sql.Parameter(stretch.From)} or fact.hour >= {_sql.Parameter(stretch.To)})")) : "";
        var people = Listed(PartKeys().Concat(person));
        return Part(
            measures.ToDictionary(measure => measure, measure => days && measure == ReportMeasure.SignedInReaders ? "count(distinct person)" : "count(*)"),
            $"(select {people} from {Visits(columns, $"fact.views > 0 and {known}{left}")} w group by {people})");
    }

    /// <summary>Days one after another as stretches of time.</summary>
    private static IEnumerable<FactPeriod> Stretches(IEnumerable<DateOnly> days)
    {
        FactPeriod? last = null;
        foreach (var day in days.Order())
        {
            var (start, end) = (new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero), new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero));
            if (last is { } before && before.To != start)
            {
                yield return before;
                last = null;
            }

            last = new FactPeriod(last?.From ?? start, end);
        }

        if (last is { } rest)
        {
            yield return rest;
        }
    }

    /// <summary>The days that are counted already, added up by their keys.</summary>
    private IEnumerable<string> CountedDays()
    {
        var sums = new Dictionary<(bool Previous, long Bucket), long>();
        // The zone keeps UTC, so one number is added all the time.
        var (add, addBefore) = _query.Time is { } time ? (_query.Period.Numbering(time)[0].Add, _query.Previous?.Numbering(time)[0].Add ?? 0) : (0, 0);
        foreach (var (day, readers) in _dayReaders)
        {
            var moment = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
            var previous = moment < _query.Period.Start;
            var bucket = _query.Time is { } unit ? LocalPeriod.Count(unit, moment) + (previous ? addBefore : add) : 0;
            sums[(previous, bucket)] = sums.GetValueOrDefault((previous, bucket)) + readers;
        }

        foreach (var ((previous, bucket), readers) in sums)
        {
            var keys = PartKeys().Select(key => string.Create(CultureInfo.InvariantCulture, $"cast({(key == "is_previous" ? previous ? 1 : 0 : bucket)} as bigint) as {key}"));
            var measures = _query.Measures.Select((measure, i) => string.Create(CultureInfo.InvariantCulture, $"cast({(measure == ReportMeasure.ReaderDays ? readers : 0)} as bigint) as m{i}"));
            yield return $"select {Listed(keys.Concat(measures))}";
        }
    }

    // Visits by the sections that they could have reached: those of the revision that was shown.
    private string Reachable()
    {
        var section = _keys[_query.Dimensions.IndexOf(ReportDimension.Section)];
        var keys = PartKeys().Where(key => key != section).ToList();
        var shown =
            $"""
            (select {Listed(keys.Concat(["story", "revision", "sum(visits) as shown"]))}
            from {Visits(["fact.story as story", "fact.revision as revision", "fact.visits as visits"], "fact.visits > 0")} w group by {Listed(keys.Concat(["story", "revision"]))})
            """;
        var sections = $"(select story, revision, {_sql.Dialect.Unnest("sections")} as section from {_sql.Dialect.Current("story_revisions")} r)";
        return Part(
            new() { [ReportMeasure.SectionVisits] = "sum(shown)" },
            $"(select {Listed(keys.Select(key => $"a.{key} as {key}").Concat([$"b.section as {section}", "a.shown as shown"]))} from {shown} a join {sections} b on b.story = a.story and b.revision = a.revision)");
    }

    /// <summary>The facts that the filters let through: keys (all by default), and the columns given.</summary>
    private string Visits(IReadOnlyList<string> columns, string? condition = null, IReadOnlyList<KeyColumn>? keys = null)
    {
        keys ??= [.. Keys(_time.OfVisits, null)];
        var selected = keys.Select(key => $"{key.Value} as {key.Name}").Concat(columns).DefaultIfEmpty("1 as one");
        var conditions = _query.Filters.Where(filter => !filter.Dimension.IsOfStory()).Select(Condition).Concat(condition is null ? [] : [condition]).ToList();
        return $"(select {Listed(selected)} from {_facts} fact{Stories(keys)}{(conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}")})";
    }

    /// <summary>Rows of a table of what is said about stories, by their time.</summary>
    private string Told(string table)
    {
        var period = PeriodOf(_query);
        var condition = $"create_time >= {_sql.Parameter(period.From)} and create_time < {_sql.Parameter(period.To)}{(_ofStories is null ? "" : $" and {_ofStories}")}";
        var keys = Keys(_time.OfTold, null).ToList();
        var selected = keys.Select(key => $"{key.Value} as {key.Name}").DefaultIfEmpty("1 as one");
        return $"(select {Listed(selected)} from (select story, create_time from {_sql.Dialect.Current(table)} t where {condition}) fact{Stories(keys)})";
    }

    /// <summary>The keys of rows; a section's only where what it is is given.</summary>
    private IEnumerable<KeyColumn> Keys(Func<ReportDimension, string> time, string? section)
    {
        if (_query.Previous is not null)
        {
            yield return new("is_previous", time(ReportDimension.Unspecified), ReportDimension.Unspecified);
        }

        for (var i = 0; i < _query.Dimensions.Count; i++)
        {
            var dimension = _query.Dimensions[i];
            if ((dimension.IsTime() ? time(dimension) : dimension == ReportDimension.Section ? section : Value(dimension)) is { } value)
            {
                yield return new(Key(i), value, dimension);
            }
        }
    }

    private List<string> PartKeys() => _query.Previous is null ? _keys : ["is_previous", .. _keys];

    private string Stories(IReadOnlyList<KeyColumn> keys) => keys.Any(key => IsOfOwner(key.Dimension))
        ? $" left join (select story, community, creator from {_sql.Dialect.Current("stories")} t) s on s.story = fact.story"
        : "";

    private static bool IsOfOwner(ReportDimension dimension) => dimension is ReportDimension.Community or ReportDimension.Creator;

    private static string Value(ReportDimension dimension) => dimension switch
    {
        ReportDimension.Story => "fact.story",
        ReportDimension.Community => "coalesce(s.community, '')",
        ReportDimension.Creator => "coalesce(s.creator, '')",
        ReportDimension.Revision => "fact.revision",
        ReportDimension.ReferrerHost => "coalesce(fact.referrer_host, '')",
        ReportDimension.Channel => "coalesce(fact.channel, 0)",
        ReportDimension.UtmSource => "coalesce(fact.utm_source, '')",
        ReportDimension.UtmMedium => "coalesce(fact.utm_medium, '')",
        ReportDimension.UtmCampaign => "coalesce(fact.utm_campaign, '')",
        ReportDimension.UtmTerm => "coalesce(fact.utm_term, '')",
        ReportDimension.UtmContent => "coalesce(fact.utm_content, '')",
        ReportDimension.Device => "coalesce(fact.device, 0)",
        ReportDimension.Origin => "case when fact.imported then 1 else 0 end",
        _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
    };

    private string Condition(ReportFilter filter)
    {
        var value = Value(filter.Dimension);
        if (filter.Match == ReportMatch.Contains)
        {
            // Letters beyond ASCII are the same in both engines only as they are.
            var lower = $"translate({value}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')";
            return $"({string.Join(" or ", filter.Values.Select(part => $"position({_sql.Parameter(Lowered(part))} in {lower}) > 0"))})";
        }

        return Maybe(filter, _sql.In(value, filter.Dimension.IsText() ? filter.Values : filter.Values.Select(one => ReportTerms.NumberOf(filter.Dimension, one) ?? -1)));
    }

    private static string Lowered(string text) => string.Create(text.Length, text, static (lowered, from) => System.Text.Ascii.ToLower(from, lowered, out _));

    private string Sum(ReportMeasure measure) => measure switch
    {
        ReportMeasure.Views => "sum(views)",
        ReportMeasure.Visits => "sum(visits)",
        ReportMeasure.Sessions => "sum(sessions)",
        ReportMeasure.Reads => $"sum(case when {_isRead} then 1 else 0 end)",
        ReportMeasure.Engaged => "sum(cast(floor(engaged * 1e6 + 0.5) as bigint))",
        ReportMeasure.Depth => "sum(case when visits > 0 and sections > 0 then cast(floor(length(reached) * 1e6 / sections + 0.5) as bigint) else 0 end)",
        ReportMeasure.Shares => "sum(shares)",
        _ => throw new ArgumentOutOfRangeException(nameof(measure)),
    };

    private static string[] ColumnsOf(ReportMeasure measure) => measure switch
    {
        ReportMeasure.Views => ["views"],
        ReportMeasure.Visits => ["visits"],
        ReportMeasure.Sessions => ["sessions"],
        ReportMeasure.Reads => ["visits", "sections", "engaged", "reading_seconds", "reached"],
        ReportMeasure.Engaged => ["engaged"],
        ReportMeasure.Depth => ["visits", "sections", "reached"],
        ReportMeasure.Shares => ["shares"],
        _ => throw new ArgumentOutOfRangeException(nameof(measure)),
    };

    private string OrderValue(ReportOrder order)
    {
        if (order.KeyCase == ReportOrder.KeyOneofCase.Dimension)
        {
            return Key(_query.Dimensions.IndexOf(order.Dimension));
        }

        var of = ReportMeasures.Of(order.Metric).Select(measure => $"c{_query.Measures.IndexOf(measure)}").ToList();
        return of.Count == 1
            ? $"cast({of[0]} as double)"
            : $"case when {of[1]} > 0 then cast({of[0]} as double) / {of[1]} else {NoValue(order).ToString("E0", CultureInfo.InvariantCulture)} end";
    }

    // Where the previous period has more buckets (29 days of it in three months), those have nothing to be compared with.
    private string OnlyMatched() => _query is { Time: { } time, Previous: not null }
        ? $" where {Key(_query.Dimensions.IndexOf(time))} < {_query.Period.Buckets(time).Count.ToString(CultureInfo.InvariantCulture)}"
        : "";

    private string After()
    {
        if (_query.After is not { } after)
        {
            return "";
        }

        var condition = "";
        for (var i = after.Count - 1; i >= 0; i--)
        {
            var value = _sql.Parameter(after[i]);
            var further = $"o{i} {(_query.Order[i].Descending ? '<' : '>')} {value}";
            condition = condition.Length == 0 ? further : $"({further} or (o{i} = {value} and {condition}))";
        }

        return $" where {condition}";
    }

    private string OrderBy() => _query.Order.Count == 0
        ? ""
        : $" order by {Listed(_query.Order.Select((order, i) => order.Descending ? $"o{i} desc" : $"o{i}"))}";

    /// <summary>A column of a key.</summary>
    private readonly record struct KeyColumn(string Name, string Value, ReportDimension Dimension);
}
