using Broadsheet.Analytics.Storage;

namespace Broadsheet.Analytics.Privacy;

/// <summary>Which events lead to a reader.</summary>
internal static class ReaderEvents
{
    /// <summary>
    /// Condition on the table of events: the reader is named, or the event belongs to one of their visits, because what they did
    /// before they signed in leads to them by the visit.
    /// </summary>
    public static string Condition(Sql sql, string reader)
    {
        var name = sql.Parameter(reader);
        return $"(reader = {name} or (story, visit) in (select story, visit from events where reader = {name} and coalesce(visit, '') <> ''))";
    }
}
