namespace Broadsheet.Query.Language;

/// <summary>What a text says that somebody said, thinks or promises. Never what the text says in its own voice.</summary>
/// <param name="Cue">The words that attribute: "said", "according to", "has long complained".</param>
/// <param name="Contents">What is attributed, in reading order; several where the cue stands in the middle (A, said X, B).</param>
/// <param name="Stance">How it is said; one of <see cref="Stances"/>.</param>
internal sealed record Attribution(TextSpan Cue, IReadOnlyList<TextSpan> Contents, string Stance)
{
    /// <summary>Who says it, as written, a pronoun included; null where the text names nobody ("it is said that").</summary>
    public TextSpan? Source { get; init; }

    /// <summary>Key of the entity that the source is, see <see cref="Entity.Key"/>; empty for one without a name and for a pronoun that stays open.</summary>
    public string SourceKey { get; init; } = "";

    /// <summary>Name of that entity as its fullest mention in the text has it; empty like the key.</summary>
    public string SourceName { get; init; } = "";

    /// <summary>True if the words stand in quotation marks.</summary>
    public bool IsDirect { get; init; }

    /// <summary>Positions, in the list of the text's attributions, of those that this one answers: a denial's claims. Ascending.</summary>
    public IReadOnlyList<int> Answers { get; init; } = [];

    /// <summary>From the first of source, cue and contents to the last.</summary>
    public TextSpan Whole => new(
        Math.Min(Math.Min(Cue.Start, Source?.Start ?? int.MaxValue), Contents.Count > 0 ? Contents[0].Start : int.MaxValue),
        Math.Max(Math.Max(Cue.End, Source?.End ?? 0), Contents.Count > 0 ? Contents[^1].End : 0));
}

/// <summary>How somebody stands to what is attributed to them. Strings in the contract, as the vocabulary is open.</summary>
internal static class Stances
{
    public const string Says = "says";
    public const string Claims = "claims";
    public const string Denies = "denies";
    public const string Promises = "promises";
    public const string Acknowledges = "acknowledges";
    public const string Warns = "warns";
    public const string Complains = "complains";
    public const string Accuses = "accuses";
    public const string Demands = "demands";
    public const string Asks = "asks";
    public const string Believes = "believes";
    public const string Expects = "expects";
    public const string Agrees = "agrees";
    public const string Doubts = "doubts";
    public const string Suggests = "suggests";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All =
        [Says, Claims, Denies, Promises, Acknowledges, Warns, Complains, Accuses, Demands, Asks, Believes, Expects, Agrees, Doubts, Suggests];
}
