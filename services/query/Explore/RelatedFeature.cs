using Broadsheet.Query.Search;

namespace Broadsheet.Query.Explore;

/// <summary>What stories can have in common.</summary>
internal enum FeatureKind
{
    Entity,
    Date,
    Term,
    Topic,
}

/// <summary>One thing that others may share with a story.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">How the index has it.</param>
/// <param name="Shown">How it is shown.</param>
/// <param name="Share">How much the story is about it, at most 1.</param>
/// <param name="Term">Where the index has it.</param>
internal sealed record RelatedFeature(FeatureKind Kind, string Text, string Shown, double Share, SearchTerm Term)
{
    /// <summary>How many stories have it.</summary>
    public long Stories { get; set; }

    /// <summary>How rare it is.</summary>
    public double Rarity { get; set; }

    /// <summary>What sharing it adds at most.</summary>
    public double Weight { get; set; }
}
