namespace Broadsheet.Analytics.Storage.ClickHouse;

/// <summary>A table that rows are added to: its name, and its columns in the order of the rows, with their types.</summary>
internal sealed class ClickHouseTable
{
    public ClickHouseTable(string name, params ReadOnlySpan<(string Column, string Type)> columns)
    {
        Name = name;
        var names = new string[columns.Length];
        var types = new Dictionary<string, string>(columns.Length, StringComparer.Ordinal);
        for (var i = 0; i < columns.Length; i++)
        {
            names[i] = columns[i].Column;
            types.Add(columns[i].Column, columns[i].Type);
        }

        Columns = names;
        Types = types;
    }

    public string Name { get; }

    public IReadOnlyList<string> Columns { get; }

    public IReadOnlyDictionary<string, string> Types { get; }
}
