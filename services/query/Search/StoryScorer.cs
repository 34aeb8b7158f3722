using Broadsheet.Query.Indexing;
using Lucene.Net.Index;

namespace Broadsheet.Query.Search;

/// <summary>
/// Scores stories of one segment. The text alone gives most of a score and is read for every story found; what titles,
/// headings, exact forms and closeness add is read only for stories that can be among the best with it.
/// </summary>
internal sealed class StoryScorer
{
    /// <summary>Names of the parts of a score, by number.</summary>
    public static readonly string[] PartNames = ["text", "exact", "title", "dek", "headings", "proximity", "phrase"];

    /// <summary>Weights of the parts. With these SciFact's claims find their abstracts best (nDCG@10 0.696; plain BM25 has 0.68).</summary>
    public static readonly float[] PartWeights = [1, 0.3f, 0.6f, 0.3f, 0.3f, 0.3f, 2];

    private const int ExactPart = 1;
    private const int ProximityPart = 5;
    private const int PhrasePart = 6;

    // Words that stand one apart still belong together, half as much.
    private const float ApartWeight = 0.5f;
    /// <summary>How many pairs of neighbours are looked at.</summary>
    public const int MaxPairs = 16;

    // The text tells nothing about words that nearly every story has.
    private const float LeastRarity = 0.05f;

    // What the order of additions can change.
    private const float Rounding = 1.0001f;

    // Where the length of each field stands in the statistics: exact words have the text's.
    private static readonly int[] LengthOf = [0, 0, 1, 2, 3];

    private readonly SearchPlan _plan;
    private readonly int _leaf;
    private readonly StoryColumns _columns;
    private readonly Postings?[,] _fields;
    private readonly bool[,] _opened;
    private readonly DocsAndPositionsEnum?[] _positions;
    private readonly NumericDocValues?[] _norms;
    private readonly List<int>?[] _places;
    private readonly int[] _placesOf;
    private readonly float _mostMore;
    private readonly float _mostCommon;

    public StoryScorer(SearchPlan plan, AtomicReaderContext leaf, StoryColumns columns)
    {
        (_plan, _leaf, _columns) = (plan, leaf.Ord, columns);
        _fields = new Postings?[plan.Words.Length, PlannedWord.Fields];
        _opened = new bool[plan.Words.Length, PlannedWord.Fields];
        _positions = new DocsAndPositionsEnum?[plan.Words.Length];
        _places = new List<int>?[plan.Words.Length];
        _placesOf = new int[plan.Words.Length];
        _norms = [null, null, leaf.AtomicReader.GetNormValues(IndexField.Title), leaf.AtomicReader.GetNormValues(IndexField.Dek), leaf.AtomicReader.GetNormValues(IndexField.Headings)];
        // A word stands at most as often in its exact form, or beside another, as at all, in a text of the same length.
        var exact = 0f;
        foreach (var rarities in plan.Statistics.Words)
        {
            if ((float)rarities[0] > LeastRarity)
            {
                exact = Math.Max(exact, (float)rarities[ExactPart] / (float)rarities[0]);
            }
            else
            {
                _mostCommon += PartWeights[ExactPart] * (float)rarities[ExactPart] * Bm25.Most;
            }
        }

        var pairs = Math.Min(plan.Words.Length - 1, 2);
        _mostMore = Rounding * (1 + (exact * PartWeights[ExactPart]) + (Math.Max(pairs, 0) * PartWeights[ProximityPart]));
    }

    /// <summary>What one occurrence pattern of a word in the text adds.</summary>
    public float OfText(int word, int story, float frequency) =>
        (float)_plan.Statistics.Words[word][0] * Bm25.Weight(frequency, _plan.LengthTables[0][_columns.TextNorm[story]]);

    /// <summary>What a required phrase adds.</summary>
    public float OfPhrase(int phrase, int story, float frequency) =>
        PartWeights[PhrasePart] * (float)_plan.Statistics.Phrases[phrase] * Bm25.Weight(frequency, _plan.LengthTables[0][_columns.TextNorm[story]]);

    /// <summary>The whole score of a story, or null if it is less than <paramref name="least"/> for certain.</summary>
    /// <param name="document">Its document; ascending from call to call.</param>
    /// <param name="story">Its number.</param>
    /// <param name="text">What its text and phrases give.</param>
    /// <param name="least">What matters.</param>
    public float? Score(int document, int story, float text, float least)
    {
        // Few stories have a word in the title or a heading, so looking there costs little.
        var rare = 0f;
        for (var word = 0; word < _plan.Words.Length; word++)
        {
            for (var field = ExactPart + 1; field < PlannedWord.Fields; field++)
            {
                rare += OfField(word, field, document, story).Score;
            }
        }

        if ((text * _mostMore) + ((rare + _mostCommon) * Rounding) < least)
        {
            return null;
        }

        var score = text + rare;
        for (var word = 0; word < _plan.Words.Length; word++)
        {
            score += OfField(word, ExactPart, document, story).Score;
        }

        for (var pair = 0; pair + 1 < _plan.Words.Length && pair < MaxPairs; pair++)
        {
            score += OfPair(pair, document, story).Score;
        }

        return score;
    }

    /// <summary>What a word in one field adds, and how often it stands there.</summary>
    public (float Score, float Frequency) OfField(int word, int field, int document, int story)
    {
        if (!_opened[word, field])
        {
            _opened[word, field] = true;
            _fields[word, field] = Open(word, field);
        }

        if (_fields[word, field] is not { } postings || !postings.Has(document))
        {
            return default;
        }

        var norm = _norms[field] is { } norms ? (byte)norms.Get(document) : _columns.TextNorm[story];
        var frequency = postings.Frequency;
        return (PartWeights[field] * (float)_plan.Statistics.Words[word][field] * Bm25.Weight(frequency, _plan.LengthTables[LengthOf[field]][norm]), frequency);
    }

    /// <summary>What two neighbours of the query add that stand close together.</summary>
    public (float Score, float Frequency) OfPair(int pair, int document, int story)
    {
        if (Places(pair, document) is not { } first || Places(pair + 1, document) is not { } second)
        {
            return default;
        }

        var (frequency, place) = (0f, 0);
        foreach (var position in second)
        {
            while (place < first.Count && first[place] < position - 2)
            {
                place++;
            }

            if (place < first.Count && first[place] < position)
            {
                // The nearer one of the two that may stand before.
                var near = place + 1 < first.Count && first[place + 1] == position - 1 ? place + 1 : place;
                frequency += first[near] == position - 1 ? 1 : ApartWeight;
                place = near + 1;
            }
        }

        if (frequency == 0)
        {
            return default;
        }

        var rarity = (float)_plan.Statistics.Words[pair][0] + (float)_plan.Statistics.Words[pair + 1][0];
        return (PartWeights[ProximityPart] * rarity * Bm25.Weight(frequency, _plan.LengthTables[0][_columns.TextNorm[story]]), frequency);
    }

    /// <summary>The postings of a word in a field, all alternatives together; null if no story of the segment has it.</summary>
    public Postings? Open(int word, int field)
    {
        var planned = _plan.Words[word];
        var terms = planned.Of(field);
        var parts = new List<Postings>(terms.Length);
        for (var i = 0; i < terms.Length; i++)
        {
            if (terms[i] is { } term && _plan.Terms.Documents(_leaf, term, planned.Weights[i]) is { } postings)
            {
                parts.Add(postings);
            }
            else if (field == 0 && planned.Text[i].Length > 1 && OpenPhrase(planned.Text[i], planned.Weights[i]) is { } phrase)
            {
                parts.Add(phrase);
            }
        }

        return parts.Count switch { 0 => null, 1 => parts[0], _ => new UnionPostings([.. parts]) };
    }

    /// <summary>The postings of words one after the other; null if a word is not in the segment.</summary>
    public Postings? OpenPhrase(SearchTerm[] phrase, float weight = 1)
    {
        if (phrase.Length == 1)
        {
            return _plan.Terms.Documents(_leaf, phrase[0], weight);
        }

        var words = new DocsAndPositionsEnum[phrase.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (_plan.Terms.Positions(_leaf, phrase[i]) is not { } positions)
            {
                return null;
            }

            words[i] = positions;
        }

        return new PhrasePostings(words, weight);
    }

    /// <summary>Positions of the word itself in the text; null if it is not there.</summary>
    private List<int>? Places(int word, int document)
    {
        if (_places[word] is not { } places)
        {
            _places[word] = places = [];
            _placesOf[word] = -1;
            _positions[word] = _plan.Terms.Positions(_leaf, _plan.Words[word].Text[0][0]);
        }

        if (_placesOf[word] == document)
        {
            return places.Count > 0 ? places : null;
        }

        places.Clear();
        _placesOf[word] = document;
        if (_positions[word] is not { } positions || (positions.DocID < document ? positions.Advance(document) : positions.DocID) != document)
        {
            return null;
        }

        for (var left = positions.Freq; left > 0; left--)
        {
            places.Add(positions.NextPosition());
        }

        return places;
    }
}
