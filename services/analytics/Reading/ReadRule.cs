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
    /// <summary>The rule where none is configured.</summary>
    public static readonly ReadRule First = new("read/1", 30, 0.5, 0.5);

    /// <summary>The rule in force.</summary>
    /// <exception cref="InvalidOperationException">The configured one is none, or other than the one that has its id.</exception>
    public static ReadRule Of(AnalyticsOptions options)
    {
        const string At = "Broadsheet:Analytics:ReadRule";
        if (options.ReadRule is not { } given)
        {
            return First;
        }

        var rule = new ReadRule(given.Id, given.EngagedSeconds, given.ReadingShare, given.SectionShare);
        if (!rule.Id.StartsWith("read/", StringComparison.Ordinal) || !int.TryParse(rule.Id.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new InvalidOperationException($"{At}:Id must be of the form read/{{number}}");
        }

        if (rule.Id == First.Id && rule != First)
        {
            throw new InvalidOperationException($"{At}: {First.Id} is another rule; give this one an id of its own, because figures are told apart by it");
        }

        return rule.EngagedSeconds is >= 0 and <= 86_400 && rule.ReadingShare is >= 0 and <= 1 && rule.SectionShare is >= 0 and <= 1
            ? rule
            : throw new InvalidOperationException($"{At}: EngagedSeconds must be between 0 and 86,400, ReadingShare and SectionShare between 0 and 1");
    }

    /// <summary>
    /// The condition on a row of <c>visits</c>; false or null for what is not a read. Plain, so that engines look at sections only where
    /// all before them holds.
    /// </summary>
    public string Sql => string.Create(
        CultureInfo.InvariantCulture,
        $"(visits > 0 and sections > 0 and engaged >= least({EngagedSeconds}, reading_seconds * {ReadingShare}) and length(reached) >= ceil(sections * {SectionShare}))");
}
