using System.Globalization;

namespace Broadsheet.Analytics.Reading;

/// <summary>
/// What a read is, as data. A visit to a revision is a read if it was engaged for at least <paramref name="EngagedSeconds"/>
/// or that share of the reading time, whichever is less, and reached at least that share of the sections, rounded up.
/// Stated beside every figure; another rule is another id, and gives its figures from the same visits.
/// </summary>
/// <param name="Id">Its id (<c>read/1</c>).</param>
/// <param name="EngagedSeconds">Engaged seconds that are always enough.</param>
/// <param name="ReadingShare">Share of the reading time that is enough too.</param>
/// <param name="SectionShare">Share of the sections that must be reached.</param>
internal sealed record ReadRule(string Id, double EngagedSeconds, double ReadingShare, double SectionShare)
{
    /// <summary>The rule in force.</summary>
    public static readonly ReadRule Current = new("read/1", 30, 0.5, 0.5);

    /// <summary>The condition on a row of <c>visits</c>; never null.</summary>
    public string Sql => string.Create(
        CultureInfo.InvariantCulture,
        $"coalesce(visits > 0 and sections > 0 and engaged >= least({EngagedSeconds}, reading_seconds * {ReadingShare}) and length(reached) >= ceil(sections * {SectionShare}), false)");
}
