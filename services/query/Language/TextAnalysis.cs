namespace Broadsheet.Query.Language;

/// <summary>All that is understood of one text, found once. Positions are UTF-16 positions of the text.</summary>
internal sealed class TextAnalysis
{
    private TextAnalysis(string text, IReadOnlyList<TextSpan> sentences, DateOnly? earliest, DateOnly? latest)
    {
        Text = text;
        Sentences = sentences;
        Tokens = Tokenizer.Tokenize(text);
        Times = TimeExpressions.Find(Tokens, earliest, latest);
        Entities = Language.Entities.Find(text);
        Attributions = Language.Attributions.Find(this);
        Figures = Language.Figures.Find(this);
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Its sentences, in order, without overlap.</summary>
    public IReadOnlyList<TextSpan> Sentences { get; }

    /// <summary>Its tokens.</summary>
    public IReadOnlyList<Token> Tokens { get; }

    /// <summary>When, how long and how often, in order, without overlap.</summary>
    public IReadOnlyList<TimeExpression> Times { get; }

    /// <summary>Names, in order, without overlap, with their keys.</summary>
    public IReadOnlyList<Entity> Entities { get; }

    /// <summary>Who says what, in the order of their cues.</summary>
    public IReadOnlyList<Attribution> Attributions { get; }

    /// <summary>Numbers given for something, in order.</summary>
    public IReadOnlyList<Figure> Figures { get; }

    /// <summary>Analyses a text.</summary>
    /// <param name="text">Any text, paragraphs parted by line breaks.</param>
    /// <param name="documentDate">The day to which "last year" refers; null = not known.</param>
    public static TextAnalysis Of(string text, DateOnly? documentDate = null) =>
        Of(text, [.. Language.Sentences.Split(text).Select(span => new TextSpan(span.Start, span.End))], documentDate, documentDate);

    /// <summary>Analyses a text whose sentences are known.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="sentences">Its sentences, in order, without overlap.</param>
    /// <param name="earliest">The first day that "last year" may refer to; null = not known.</param>
    /// <param name="latest">The last such day; null = not known.</param>
    public static TextAnalysis Of(string text, IReadOnlyList<TextSpan> sentences, DateOnly? earliest, DateOnly? latest) => new(text, sentences, earliest, latest);
}
