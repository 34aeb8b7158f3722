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
    private readonly ReportQuery _query;
    private readonly Sql _sql;
    private readonly string _facts;
    private readonly string _isRead;
    private readonly string? _ofStories;
    private readonly ReportTime _time;
    // p: 0 in the period, 1 in the previous one; k0, k1, …: the dimensions' values.
    private readonly List<string> _keys = [];

    private ReportStatement(ReportQuery query, Sql sql, string facts, string isRead, string? ofStories)
    {
        _query = query;
        _sql = sql;
        _facts = facts;
        _isRead = isRead;
        _ofStories = ofStories;
        _time = new ReportTime(query, sql);
        _keys.AddRange(query.Dimensions.Select((_, i) => Key(i)));
    }

    /// <summary>The statement for a query.</summary>
    public static async Task<Sql> OfAsync(ReportQuery query, Facts facts, SqlDialect dialect, CancellationToken cancellationToken)
    {
        var sql = new Sql(dialect);
        var ofStories = OfStories(query, sql);
        // Comments and insights alone need no visits.
        var visits = query.Measures.Any(measure => measure is not (ReportMeasure.Comments or ReportMeasure.Insights));
        var from = visits ? await facts.SqlAsync(sql, PeriodOf(query), ofStories, cancellationToken) : "";
        sql.Text = new ReportStatement(query, sql, from, facts.IsRead, ofStories).Text();
        return sql;
    }

    /// <summary>All that is looked at, the previous period included.</summary>
    public static FactPeriod PeriodOf(ReportQuery query) => new((query.Previous ?? query.Period).Start, query.Period.End);

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
            : measures.Select(i => $"coalesce(cast(sum(case when p = 0 then m{i} else 0 end) as bigint), 0) as c{i}")
                .Concat(measures.Select(i => $"coalesce(cast(sum(case when p = 1 then m{i} else 0 end) as bigint), 0) as d{i}"));
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
            yield return Part(ofVisits.ToDictionary(measure => measure, Sum), Visits([.. ofVisits.SelectMany(ColumnsOf).Distinct().Select(column => $"f.{column} as {column}")]));
        }

        if (_query.Measures.Any(measure => measure is ReportMeasure.ReaderDays or ReportMeasure.SignedInReaders))
        {
            yield return Readers();
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
            yield return Part(new() { [ReportMeasure.Reached] = "count(*)" }, Visits([], "f.visits > 0", _sql.Dialect.Unnest("f.reached")));
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

    private string Readers()
    {
        // Each reader once (a day), then counted: engines do that on all cores, and by the group's size.
        var days = _query.Measures.Contains(ReportMeasure.ReaderDays);
        List<string> person = days ? ["day", "person", "visitor"] : ["person"];
        string[] columns = days
            ? ["date_trunc('day', f.hour) as day", "f.reader as person", "case when f.reader is null then f.visitor end as visitor"]
            : ["f.reader as person"];
        var known = days ? "(f.reader is not null or f.visitor is not null)" : "f.reader is not null";
        var people = Listed(PartKeys().Concat(person));
        return Part(
            new()
            {
                [ReportMeasure.ReaderDays] = "count(*)",
                [ReportMeasure.SignedInReaders] = days ? "count(distinct person)" : "count(*)",
            },
            $"(select {people} from {Visits(columns, $"f.views > 0 and {known}")} w group by {people})");
    }

    // Visits by the sections that they could have reached: those of the revision that was shown.
    private string Reachable()
    {
        var section = _keys[_query.Dimensions.IndexOf(ReportDimension.Section)];
        var keys = PartKeys().Where(key => key != section).ToList();
        var shown =
            $"""
            (select {Listed(keys.Concat(["story", "revision", "sum(visits) as shown"]))}
            from {Visits(["f.story as story", "f.revision as revision", "f.visits as visits"], "f.visits > 0", withoutSection: true)} w group by {Listed(keys.Concat(["story", "revision"]))})
            """;
        var sections = $"(select story, revision, {_sql.Dialect.Unnest("sections")} as section from {_sql.Dialect.Current("story_revisions")} r)";
        return Part(
            new() { [ReportMeasure.SectionVisits] = "sum(shown)" },
            $"(select {Listed(keys.Select(key => $"a.{key} as {key}").Concat([$"b.section as {section}", "a.shown as shown"]))} from {shown} a join {sections} b on b.story = a.story and b.revision = a.revision)");
    }

    /// <summary>The facts that the filters let through: their keys, and the columns given.</summary>
    private string Visits(IReadOnlyList<string> columns, string? condition = null, string? section = null, bool withoutSection = false)
    {
        var selected = Selected(_time.OfVisits, section, withoutSection).Concat(columns).DefaultIfEmpty("1 as one");
        var conditions = _query.Filters.Where(filter => !filter.Dimension.IsOfStory()).Select(Condition).Concat(condition is null ? [] : [condition]).ToList();
        return $"(select {Listed(selected)} from {_facts} f{Stories()}{(conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}")})";
    }

    /// <summary>Rows of a table of what is said about stories, by their time.</summary>
    private string Told(string table)
    {
        var period = PeriodOf(_query);
        var condition = $"create_time >= {_sql.Parameter(period.From)} and create_time < {_sql.Parameter(period.To)}{(_ofStories is null ? "" : $" and {_ofStories}")}";
        var selected = Selected(_time.OfTold, null, false).DefaultIfEmpty("1 as one");
        return $"(select {Listed(selected)} from (select story, create_time from {_sql.Dialect.Current(table)} t where {condition}) f{Stories()})";
    }

    private IEnumerable<string> Selected(Func<ReportDimension, string> time, string? section, bool withoutSection)
    {
        if (_query.Previous is not null)
        {
            yield return $"{time(ReportDimension.Unspecified)} as p";
        }

        for (var i = 0; i < _query.Dimensions.Count; i++)
        {
            var dimension = _query.Dimensions[i];
            if (dimension != ReportDimension.Section || !withoutSection)
            {
                yield return $"{(dimension.IsTime() ? time(dimension) : dimension == ReportDimension.Section ? section : Value(dimension))} as {Key(i)}";
            }
        }
    }

    private List<string> PartKeys() => _query.Previous is null ? _keys : ["p", .. _keys];

    private string Stories() => _query.Dimensions.Any(dimension => dimension is ReportDimension.Community or ReportDimension.Creator)
        ? $" left join (select story, community, creator from {_sql.Dialect.Current("stories")} t) s on s.story = f.story"
        : "";

    private static string Value(ReportDimension dimension) => dimension switch
    {
        ReportDimension.Story => "f.story",
        ReportDimension.Community => "coalesce(s.community, '')",
        ReportDimension.Creator => "coalesce(s.creator, '')",
        ReportDimension.Revision => "f.revision",
        ReportDimension.ReferrerHost => "coalesce(f.referrer_host, '')",
        ReportDimension.Channel => "coalesce(f.channel, 0)",
        ReportDimension.UtmSource => "coalesce(f.utm_source, '')",
        ReportDimension.UtmMedium => "coalesce(f.utm_medium, '')",
        ReportDimension.UtmCampaign => "coalesce(f.utm_campaign, '')",
        ReportDimension.UtmTerm => "coalesce(f.utm_term, '')",
        ReportDimension.UtmContent => "coalesce(f.utm_content, '')",
        ReportDimension.Device => "coalesce(f.device, 0)",
        ReportDimension.Origin => "case when f.imported then 1 else 0 end",
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
}
