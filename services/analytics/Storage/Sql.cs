using System.Collections;

namespace Broadsheet.Analytics.Storage;

/// <summary>A statement with its parameters. Text that comes from outside is never a part of <see cref="Text"/>.</summary>
internal sealed class Sql(SqlDialect dialect)
{
    private readonly List<object> _parameters = [];

    /// <summary>The engine's words.</summary>
    public SqlDialect Dialect => dialect;

    /// <summary>The statement.</summary>
    public string Text { get; set; } = "";

    /// <summary>The values, in the order of their places from 1.</summary>
    public IReadOnlyList<object> Parameters => _parameters;

    /// <summary>Adds a value; returns what stands for it in the text. Moments are UTC.</summary>
    /// <param name="value">Text, a whole number, a number, a truth value, a UUID or a moment.</param>
    public string Parameter(object value)
    {
        _parameters.Add(value switch { DateTimeOffset moment => moment.UtcDateTime, Enum number => Convert.ToInt32(number, null), _ => value });
        return dialect.Placeholder(_parameters.Count, _parameters[^1]);
    }

    /// <summary>Another statement around this one, with its parameters.</summary>
    public Sql Around(Func<string, string> text)
    {
        var around = new Sql(dialect) { Text = text(Text) };
        around._parameters.AddRange(_parameters);
        return around;
    }

    /// <summary>A condition: the expression is one of the values, of which there is at least one.</summary>
    public string In(string expression, IEnumerable values) => $"{expression} in ({string.Join(", ", values.Cast<object>().Select(Parameter))})";
}

/// <summary>Where the engines' words differ. Everything else in a statement is understood by both.</summary>
internal abstract class SqlDialect
{
    /// <summary>What stands for a parameter.</summary>
    public abstract string Placeholder(int number, object value);

    /// <summary>
    /// The table of events as a sub-select: those that meet the condition on its columns, each event id once.
    /// </summary>
    public abstract string Events(string condition);

    /// <summary>A table whose rows are replaced or removed, as it is now: <c>stories</c>, <c>story_revisions</c>, <c>comments</c>, <c>insights</c>.</summary>
    public abstract string Current(string table);

    /// <summary>Condition on <c>visits</c>: the row belongs to what its hour was last rolled up to.</summary>
    public abstract string Rolled { get; }

    /// <summary>A table of the visits of open hours, as they were held last.</summary>
    public abstract string OpenVisits { get; }

    /// <summary>A table of the open hours (<c>hour</c>) that these visits are of.</summary>
    public abstract string OpenHours { get; }

    /// <summary>A moment as microseconds since 1970, a whole number.</summary>
    public abstract string Micros(string moment);

    /// <summary>Seconds from one moment to another, with fractions.</summary>
    public abstract string Seconds(string from, string to);

    /// <summary>The distinct elements of all arrays of a group; an empty array for none.</summary>
    public abstract string Union(string arrays);

    /// <summary>What two arrays have in common, each element once.</summary>
    public abstract string Intersect(string left, string right);

    /// <summary>A row for each element of an array: what stands in a select list.</summary>
    public abstract string Unnest(string array);

    /// <summary>An array of no text.</summary>
    public abstract string NoText { get; }

    /// <summary>Says until when received events are taken into account in <c>rollup_hours</c>.</summary>
    public abstract Sql SetWatermark(DateTimeOffset moment);
}
