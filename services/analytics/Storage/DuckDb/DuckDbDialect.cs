using System.Globalization;

namespace Broadsheet.Analytics.Storage.DuckDb;

/// <summary>The words of DuckDB.</summary>
internal sealed class DuckDbDialect : SqlDialect
{
    public override string Rolled => "true";

    public override string OpenVisits => "held.visits";

    public override string OpenHours => "held.hours";

    public override string NoText => "[]::varchar[]";

    public override string Placeholder(int number, object value) => string.Create(CultureInfo.InvariantCulture, $"${number}");

    public override string Events(string condition) => $"(select * from events where {condition})";

    public override string Current(string table) => table;

    public override string Micros(string moment) => $"epoch_us({moment})";

    public override string Seconds(string from, string to) => $"((epoch_us({to}) - epoch_us({from})) / 1e6)";

    public override string Union(string arrays) => $"list_distinct(coalesce(flatten(list({arrays}) filter (where {arrays} is not null)), []))";

    public override string Intersect(string left, string right) => $"list_distinct(list_intersect(coalesce({left}, []), coalesce({right}, [])))";

    public override string Unnest(string array) => $"unnest({array})";

    public override Sql SetWatermark(DateTimeOffset moment)
    {
        var sql = new Sql(this);
        sql.Text = $"update rollup_state set watermark = {sql.Parameter(moment)}";
        return sql;
    }
}
