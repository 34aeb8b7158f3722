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
    public static List<TimeExpression> Find(string text, DateOnly? published = null)
    {
        var tokens = Tokenizer.Tokenize(text);
        return new TimeResolver(tokens, published, new TimeGrammar(tokens).MatchAll()).Resolve();
    }
}
