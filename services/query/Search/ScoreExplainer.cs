using Broadsheet.Query.V1;
using Lucene.Net.Index;

namespace Broadsheet.Query.Search;

/// <summary>Says what the score of a story is the sum of.</summary>
internal sealed class ScoreExplainer(SearchPlan plan)
{
    private const int ProximityPart = 5;
    private const int PhrasePart = 6;

    /// <summary>The score of a document and its parts, largest first.</summary>
    public (double Score, ScorePart[] Parts) Explain(int document)
    {
        var leaves = plan.Terms.Reader.Leaves;
        var leaf = leaves[ReaderUtil.SubIndex(document, leaves)];
        var columns = StoryColumns.Of(leaf.AtomicReader);
        var local = document - leaf.DocBase;
        var story = columns.StoryOf(local);
        // A scorer reads forward only, and hits come in the order of their scores.
        var scorer = new StoryScorer(plan, leaf, columns);
        var parts = new List<ScorePart>();
        for (var word = 0; word < plan.Words.Length; word++)
        {
            var text = plan.Sought[word].Word.Exact;
            if (scorer.Open(word, 0) is { } postings && postings.Has(local))
            {
                Add(text, 0, plan.Statistics.Words[word][0], scorer.OfText(word, story, postings.Frequency), postings.Frequency);
            }

            for (var field = 1; field < PlannedWord.Fields; field++)
            {
                var (score, frequency) = scorer.OfField(word, field, local, story);
                Add(text, field, plan.Statistics.Words[word][field], score, frequency);
            }
        }

        for (var pair = 0; pair + 1 < plan.Words.Length && pair < StoryScorer.MaxPairs; pair++)
        {
            var (score, frequency) = scorer.OfPair(pair, local, story);
            var rarity = (float)plan.Statistics.Words[pair][0] + (float)plan.Statistics.Words[pair + 1][0];
            Add($"{plan.Sought[pair].Word.Exact} {plan.Sought[pair + 1].Word.Exact}", ProximityPart, (Half)rarity, score, frequency);
        }

        for (var phrase = 0; phrase < plan.Phrases.Length; phrase++)
        {
            if (scorer.OpenPhrase(plan.Phrases[phrase]) is { } postings && postings.Has(local))
            {
                Add(string.Join(' ', plan.Text.Phrases[phrase]), PhrasePart, plan.Statistics.Phrases[phrase], scorer.OfPhrase(phrase, story, postings.Frequency), postings.Frequency);
            }
        }

        return (parts.Sum(part => part.Score), [.. parts.OrderByDescending(part => part.Score)]);

        void Add(string text, int part, Half rarity, float score, float frequency)
        {
            if (score > 0)
            {
                parts.Add(new ScorePart
                {
                    Text = text,
                    Field = StoryScorer.PartNames[part],
                    Boost = Math.Round(StoryScorer.PartWeights[part], 3),
                    Rarity = (double)rarity,
                    Frequency = frequency,
                    Score = score,
                });
            }
        }
    }
}
