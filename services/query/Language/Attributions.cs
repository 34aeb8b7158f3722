namespace Broadsheet.Query.Language;

/// <summary>
/// Finds who says what in a text. Positions of contents include quotation marks and leave out the "that" before a clause and
/// the mark after it; a source is the whole noun phrase with its apposition.
/// </summary>
internal static class Attributions
{
    /// <summary>The attributions of a text, in the order of their cues.</summary>
    public static List<Attribution> Find(string text) => [.. TextAnalysis.Of(text).Attributions];

    /// <summary>The attributions of a text of which sentences, tokens and names are known.</summary>
    public static List<Attribution> Find(TextAnalysis analysis) =>
        new Denials(analysis).Link(new SourceNames(analysis).Resolve(new AttributionFinder(analysis).Find()));
}
