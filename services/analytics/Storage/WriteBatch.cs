using Broadsheet.Analytics.Ingest;
using Broadsheet.Analytics.Stories;

namespace Broadsheet.Analytics.Storage;

/// <summary>What is written together. Rows that are replaced stand here once, as they are at the end.</summary>
internal sealed class WriteBatch
{
    /// <summary>Events, each with when it came in (UTC).</summary>
    public List<(EventRow Row, DateTime ReceivedAt)> Events { get; } = [];

    /// <summary>How many events of an hour of receipt were not counted for a reason; added to what is there.</summary>
    public Dictionary<(DateTime Hour, byte Reason), long> NotCounted { get; } = [];

    /// <summary>Stories as they are now.</summary>
    public Dictionary<string, StoryFacts> Stories { get; } = new(StringComparer.Ordinal);

    /// <summary>Revisions that were not known before.</summary>
    public List<StoryRevision> Revisions { get; } = [];

    /// <summary>Comments by name; null for one that is gone.</summary>
    public Dictionary<string, CommentFacts?> Comments { get; } = new(StringComparer.Ordinal);

    /// <summary>Insights by story and reader; null for one that was taken back.</summary>
    public Dictionary<(string Story, string Reader), InsightRow?> Insights { get; } = [];

    /// <summary>Where the change feed was followed to with what stands here; null if it was not.</summary>
    public string? Cursor { get; set; }
}

/// <summary>What a reader thinks of a story, as it is stored.</summary>
internal sealed record InsightRow(byte Level, IReadOnlyList<byte> Strengths, int Revision, DateTimeOffset CreateTime, DateTimeOffset UpdateTime);
