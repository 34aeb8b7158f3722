namespace Broadsheet.Query.Language;

/// <summary>Where the date of a figure comes from.</summary>
internal enum FigureDateOrigin
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>A time expression of the sentence.</summary>
    Stated,

    /// <summary>The sentence is about the present ("now", present tense), so it is the day of the text, as exactly as that is known.</summary>
    Document,
}

/// <summary>A number that a text gives for something.</summary>
/// <param name="Number">The words of the number with its currency or unit: "$4.2 billion", "12 per cent", "30".</param>
/// <param name="Value">The number itself: 4200000000, 12, 30.</param>
/// <param name="Unit">ISO 4217 code of a currency, "%", a unit of measure in the singular ("km", "year"), or empty for what is counted.</param>
/// <param name="Subject">What is counted or measured: "member countries", "of adults"; empty span where the text does not say.</param>
/// <param name="Sentence">The sentence that gives it.</param>
internal sealed record Figure(TextSpan Number, double Value, string Unit, TextSpan Subject, TextSpan Sentence)
{
    /// <summary>What is counted in words that make figures comparable: lower case, stems ("member countri"); the unit's word if there is no subject.</summary>
    public string SubjectKey { get; init; } = "";

    /// <summary>The entity that the figure is about, if the sentence has one that is its subject; see <see cref="Entity.Key"/>.</summary>
    public string AboutKey { get; init; } = "";

    /// <summary>Its name.</summary>
    public string AboutName { get; init; } = "";

    /// <summary>Said to be about, nearly, more than.</summary>
    public bool IsApproximate { get; init; }

    /// <summary>Where the date comes from.</summary>
    public FigureDateOrigin DateOrigin { get; init; }

    /// <summary>The time expression that dates it; null unless <see cref="FigureDateOrigin.Stated"/>.</summary>
    public TimeExpression? AsOf { get; init; }
}
