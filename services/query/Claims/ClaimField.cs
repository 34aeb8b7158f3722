namespace Broadsheet.Query.Claims;

/// <summary>Fields of the documents of claims and figures, besides those that all documents of a story have.</summary>
internal static class ClaimField
{
    /// <summary>Publish time of the story in microseconds since 1970, 0 if not known (doc value).</summary>
    public const string Published = "row.published";

    /// <summary>Name of the story, for sorting (doc value).</summary>
    public const string Story = "row.story";

    /// <summary>Id of the entity that makes the claim.</summary>
    public const string Source = "claim.source";

    /// <summary>Words of the source: as written, and its full name.</summary>
    public const string SourceWords = "claim.source.words";

    /// <summary>Words of the contents.</summary>
    public const string Words = "claim.words";

    /// <summary>Ids of the entities in the contents.</summary>
    public const string About = "claim.about";

    /// <summary>Stance.</summary>
    public const string Stance = "claim.stance";

    /// <summary><see cref="Denied"/> on claims that a denial answers.</summary>
    public const string Link = "claim.link";

    /// <summary>Value of <see cref="Link"/>.</summary>
    public const string Denied = "denied";

    /// <summary>Sort key of the date for which a figure holds; the largest number if not known (doc value).</summary>
    public const string AsOf = "figure.as.of";

    /// <summary>Id of the entity that a figure is given for.</summary>
    public const string FigureAbout = "figure.about";

    /// <summary>Words of a figure's sentence.</summary>
    public const string FigureSentence = "figure.sentence";

    /// <summary>Words of what is counted.</summary>
    public const string Subject = "figure.subject";

    /// <summary>Unit, <see cref="Count"/> for what is counted.</summary>
    public const string Unit = "figure.unit";

    /// <summary>Value of <see cref="Unit"/>.</summary>
    public const string Count = "count";

    /// <summary>Series of a dated figure.</summary>
    public const string Series = "figure.series";
}
