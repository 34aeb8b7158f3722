namespace Broadsheet.Query.Ask;

/// <summary>
/// How likely an answer is right, from what was found. The curves are fitted by <c>broadsheet eval ask</c>, which prints
/// how often answers of each confidence are right (docs/decisions/0015-ask.md).
/// </summary>
internal static class AnswerConfidence
{
    /// <summary>Below this an answer is refused unless the caller asks for less.</summary>
    public const double Least = 0.4;

    // What an agreeing sentence takes of the doubt.
    private const double Confirmation = 0.15;
    private const int MostConfirmations = 3;

    /// <summary>Of an answer in the question's own words, by how well the sentence and the answer in it fit.</summary>
    public static double OfSaid(double strength) => Math.Clamp(0.8 + (0.3 * (strength - 0.5)), 0, 0.95);

    /// <summary>Raised by other sentences that say the same.</summary>
    public static double Confirmed(double confidence, int agreeing) =>
        Math.Min(0.99, 1 - ((1 - confidence) * Math.Pow(1 - Confirmation, Math.Min(agreeing, MostConfirmations))));
}
