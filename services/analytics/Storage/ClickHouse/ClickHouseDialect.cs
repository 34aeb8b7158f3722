using System.Globalization;

namespace Broadsheet.Analytics.Storage.ClickHouse;

/// <summary>The words of ClickHouse, with the settings that <see cref="ClickHouseDatabase"/> sends: tables are read with <c>final</c>.</summary>
internal sealed class ClickHouseDialect : SqlDialect
{
    // Two replicas may roll up an hour at once; the later one counts.
    public override string Rolled => "(hour, generation) in (select hour, generation from rollup_hours)";

    public override string OpenVisits => "(select * from open_visits where generation = (select max(generation) from open_state))";

    public override string OpenHours => "(select arrayJoin(hours) as hour from open_state where generation = (select max(generation) from open_state))";

    public override string NoText => "cast([] as Array(String))";

    public override string Placeholder(int number, object value) => string.Create(CultureInfo.InvariantCulture, $"{{p{number}:{TypeOf(value)}}}");

    public override string Events(string condition) => $"(select * from events where {condition})";

    public override string Current(string table) => table;

    public override string Micros(string moment) => $"toUnixTimestamp64Micro(toDateTime64({moment}, 6, 'UTC'))";

    public override string Seconds(string from, string to) => $"(({Micros(to)} - {Micros(from)}) / 1e6)";

    public override string Union(string arrays) => $"groupUniqArrayArray({arrays})";

    public override string Intersect(string left, string right) => $"arrayIntersect({left}, {right})";

    public override string Unnest(string array) => $"arrayJoin({array})";

    public override Sql SetWatermark(DateTimeOffset moment)
    {
        var sql = new Sql(this);
        sql.Text = $"insert into rollup_state (watermark) values ({sql.Parameter(moment)})";
        return sql;
    }

    private static string TypeOf(object value) => value switch
    {
        string => "String",
        bool => "Bool",
        byte => "UInt8",
        int => "Int32",
        long => "Int64",
        double => "Float64",
        Guid => "UUID",
        DateTime => "DateTime64(6, 'UTC')",
        _ => throw new ArgumentException($"no type for {value.GetType()}", nameof(value)),
    };
}
