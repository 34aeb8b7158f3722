namespace Broadsheet.Query.Language;

/// <summary>
/// Finds words that say when, how long or how often, and gives them TIMEX3 values. A number is a year only where the
/// words around it let it be one: "room 2014", "1,949 members" and "2008 kilograms" are none. Linear in the text.
/// </summary>
internal static class TimeExpressions
{
    /// <summary>The expressions, in order, without overlap.</summary>
    /// <param name="text">The text; "that year" and "on 3 May" lean on the date it named before.</param>
    /// <param name="published">The day to which "last year" and "on Friday" refer; null = not known, they stay open.</param>
    public static List<TimeExpression> Find(string text, DateOnly? published = null) => Find(Tokenizer.Tokenize(text), published, published);

    /// <summary>The expressions of a tokenised text that was published on one of some days; a date is no more exact than they allow.</summary>
    public static List<TimeExpression> Find(IReadOnlyList<Token> tokens, DateOnly? earliest, DateOnly? latest)
    {
        var matches = new TimeGrammar(tokens).MatchAll();
        var last = new TimeResolver(tokens, latest, matches).Resolve();
        return earliest == latest ? last : TimeUncertainty.Common(new TimeResolver(tokens, earliest, matches).Resolve(), last);
    }
}
