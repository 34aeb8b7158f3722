namespace Broadsheet.Query.Language;

/// <summary>Finds the numbers that a text gives for something. Years, dates, durations, ordinals, list numbers and numbers in names are none.</summary>
internal static class Figures
{
    /// <summary>The figures of a text, in order.</summary>
    public static List<Figure> Find(string text, DateOnly? documentDate = null) => [.. TextAnalysis.Of(text, documentDate).Figures];

    /// <summary>The figures of a text of which sentences, tokens, times and names are known.</summary>
    public static List<Figure> Find(TextAnalysis analysis) => new FigureFinder(analysis).Find();
}
