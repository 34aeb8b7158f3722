using Lucene.Net.Util;

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
/// <param name="Field">Field of the index that has it.</param>
/// <param name="Text">The term of the field.</param>
/// <param name="Shown">How it is shown.</param>
internal sealed record RelatedFeature(FeatureKind Kind, string Field, string Text, string Shown)
{
    /// <summary>How much the story is about it, at most 1.</summary>
    public double Share { get; init; } = 1;

    /// <summary>The term.</summary>
    public BytesRef Term { get; } = new(Text);

    /// <summary>How many stories have it.</summary>
    public int Stories { get; set; }

    /// <summary>How many documents have it, gone ones included: what reading them costs.</summary>
    public long Cost { get; set; }

    /// <summary>How rare it is.</summary>
    public double Rarity { get; set; }

    /// <summary>What sharing it adds at most.</summary>
    public double Weight { get; set; }
}
