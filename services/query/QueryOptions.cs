namespace Broadsheet.Query;

/// <summary>Configuration of the query service. Section <c>Broadsheet:Query</c>.</summary>
internal sealed class QueryOptions
{
    /// <summary>Folder of the index. One process at a time.</summary>
    /// <value><c>data/query</c> below the working folder.</value>
    public string DataPath { get; set; } = Path.Combine("data", "query");

    /// <summary>Address of content, whose change feed is followed.</summary>
    /// <value><c>http://127.0.0.1:5101</c>.</value>
    public Uri ContentAddress { get; set; } = new("http://127.0.0.1:5101");

    /// <summary>Address of analytics, which says what trends.</summary>
    /// <value>None: feeds come by publish time and say so.</value>
    public Uri? AnalyticsAddress { get; set; }

    /// <summary>What the arguments, the environment and the settings files say.</summary>
    public static QueryOptions From(IConfiguration configuration) => configuration.GetSection("Broadsheet:Query").Get<QueryOptions>() ?? new QueryOptions();

    /// <summary>The same for a program that serves nothing.</summary>
    public static QueryOptions From(string[] args) => From(WebApplication.CreateSlimBuilder(args).Configuration);
}
