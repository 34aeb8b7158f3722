using Broadsheet.Query.Language;

namespace Broadsheet.Query.Ask;

/// <summary>
/// How much each word of a question tells, by how few of the sentences found for it have the word. The sentences found
/// are the best of all there are, so one that holds a rare word is among them, and a word that none of them holds is
/// held by no sentence at all.
/// </summary>
internal sealed class WordWeights
{
    // At this total a fully covered question counts double one whose words tell nothing. Fitted on questions over articles.
    private const double Scale = 15;

    private readonly Dictionary<string, double> _weights = new(StringComparer.Ordinal);

    public WordWeights(Question question, IReadOnlyList<FoundSentence> sentences)
    {
        foreach (var sense in Asked(question))
        {
            _weights.TryAdd(sense, 0);
        }

        foreach (var sentence in sentences)
        {
            foreach (var sense in Word.Split(sentence.Text).Select(word => word.Sense).Distinct())
            {
                if (_weights.TryGetValue(sense, out var count))
                {
                    _weights[sense] = count + 1;
                }
            }
        }

        foreach (var (sense, count) in _weights)
        {
            _weights[sense] = Math.Log(1 + ((sentences.Count + 1) / (count + 1)));
            Total += _weights[sense];
        }
    }

    private double Total { get; }

    /// <summary>
    /// How much of the question is said: the share of its words by weight, those that stand only around counting half,
    /// raised by how much they tell together. 0 to about 2.5.
    /// </summary>
    public double Said(IReadOnlySet<string> here, IReadOnlySet<string> around) => Covered(here, around) * (1 + (Total / Scale));

    /// <summary>Share, by weight, of the question's words that are here; those that stand only around count half.</summary>
    private double Covered(IReadOnlySet<string> here, IReadOnlySet<string> around)
    {
        var covered = 0.0;
        foreach (var (sense, weight) in _weights)
        {
            covered += here.Contains(sense) ? weight : around.Contains(sense) ? weight / 2 : 0;
        }

        return Total == 0 ? 0 : covered / Total;
    }

    // All that carries meaning: names, what is counted, the verb and the rest.
    private static IEnumerable<string> Asked(Question question) =>
        question.Names.SelectMany(name => name).Concat(question.Terms).Concat(question.Unit.Where(unit => unit != "$"));
}
