using System.Collections.Frozen;
using Broadsheet.Query.Language;

namespace Broadsheet.Query.Ask;

/// <summary>
/// Ranks sentences by how likely each is the one that answers: how much of the question it says, by how much each word
/// tells; how close together; what is said right around it; and whether it holds a thing of the kind asked for. A linear
/// model whose weights are round numbers set by hand (docs/decisions/0015-ask.md says how they were checked).
/// </summary>
internal sealed class SentenceRanker
{
    private const double SaidHere = 0.3;
    private const double SameForm = 0.15;
    private const double RelatedHere = 0.13;
    private const double FamilyHere = 0.25;
    private const double SaidBefore = 0.12;
    private const double SaidAfter = 0.08;
    private const double SaidInStory = 0.22;
    private const double SmallWord = 0.2;
    private const double Together = 0.09;
    private const double ShareHere = 4;
    private const double RarestHere = 0.25;
    private const double VerbHere = 0.3;
    private const double KindMissing = -3;
    private const double UnitCounted = 1;
    private const double KindHinted = 0.5;

    // Saturation of repeated words and pull of long sentences, as the index has them for sentences.
    private const double K1 = 0.9;
    private const double B = 0.4;
    private const double UsualLength = 25;

    // What a word that stands elsewhere counts towards how much is said.
    private const double Nearby = 0.5;
    private const double Related = 0.6;
    private const double Elsewhere = 0.25;

    private static readonly FrozenSet<string> Small = FrozenSet.Create(
        StringComparer.Ordinal,
        "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "many", "much", "did", "do", "does", "is", "are", "was", "were", "be", "been", "the", "a", "an", "of", "in", "on", "at", "to",
        "for", "by", "with", "from", "that", "this", "it", "its", "as", "and", "or", "has", "have", "had");

    private static readonly FrozenSet<string> ReasonCues = FrozenSet.Create(
        StringComparer.Ordinal, "because", "due", "since", "cause", "caused", "reason", "reasons", "so", "therefore", "order", "result", "thus");

    private readonly Question? _question;
    private readonly List<(Word Word, string Lower, double Rarity)> _content = [];
    private readonly List<(string Lower, double Rarity)> _small = [];
    private readonly List<(string Sense, double Rarity)> _inOrder = [];
    private readonly HashSet<string> _asked;
    private readonly double _total;
    private readonly double _rarest;

    /// <summary>A ranker for one question.</summary>
    /// <param name="text">The question.</param>
    /// <param name="question">The question taken apart; null if it could not be.</param>
    /// <param name="rarity">How much words tell.</param>
    public SentenceRanker(string text, Question? question, WordRarity rarity)
    {
        _question = question;
        var words = Word.Split(text);
        _asked = words.Select(word => word.Sense).ToHashSet(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var lower = word.Text.ToLowerInvariant();
            if (Small.Contains(lower))
            {
                if (!_small.Exists(small => small.Lower == lower))
                {
                    _small.Add((lower, rarity.Of(word)));
                }

                continue;
            }

            var known = _content.Find(content => content.Word.Sense == word.Sense);
            var rare = known.Lower is null ? rarity.Of(word) : known.Rarity;
            _inOrder.Add((word.Sense, rare));
            if (known.Lower is null)
            {
                _content.Add((word, lower, rare));
            }
        }

        _total = _content.Sum(word => word.Rarity);
        _rarest = _content.Count == 0 ? 0 : _content.Max(word => word.Rarity);
    }

    /// <summary>The sentences, best first.</summary>
    public List<RankedSentence> Rank(IReadOnlyList<FoundSentence> sentences) =>
        [.. sentences.Select(Score).OrderByDescending(ranked => ranked.Score).ThenByDescending(ranked => ranked.Sentence.Score)];

    /// <summary>Share of some of the question's senses, by how much they tell, that a sentence says, in related words at less; 1 of none.</summary>
    public double ShareOf(IEnumerable<string> senses, ReadSentence sentence)
    {
        var (said, total) = (0.0, 0.0);
        foreach (var (word, lower, rarity) in _content.Where(content => senses.Contains(content.Word.Sense)))
        {
            total += rarity;
            said += sentence.Has(word.Sense) ? rarity : RelationTo(word, lower, sentence) > 0 ? rarity * Related : 0;
        }

        return total > 0 ? said / total : 1;
    }

    private RankedSentence Score(FoundSentence found)
    {
        var sentence = found.Read;
        var (before, after) = (found.ReadBefore, found.ReadAfter);
        var length = 1 - B + (B * sentence.Words.Count / UsualLength);
        var (score, here, said, rarestHere) = (0.0, 0.0, 0.0, 0.0);
        foreach (var (word, lower, rarity) in _content)
        {
            if (sentence.PlacesOf(word.Sense) is { Count: > 0 and var count })
            {
                here += rarity;
                said += rarity;
                rarestHere = Math.Max(rarestHere, rarity);
                score += SaidHere * rarity * count * (K1 + 1) / (count + (K1 * length));
                score += sentence.Forms.Contains(lower) ? SameForm * rarity : 0;
                continue;
            }

            var relation = RelationTo(word, lower, sentence);
            score += relation * rarity;
            var isBefore = before?.Has(word.Sense) ?? false;
            var isAfter = after?.Has(word.Sense) ?? false;
            var isThere = found.StorySenses.Contains(word.Sense) || found.HeadingHas(word.Sense);
            score += rarity * ((isBefore ? SaidBefore : 0) + (isAfter ? SaidAfter : 0) + (isThere ? SaidInStory : 0));
            said += rarity * (relation > 0 ? Related : isBefore || isAfter || found.HeadingHas(word.Sense) ? Nearby : isThere ? Elsewhere : 0);
        }

        foreach (var (lower, rarity) in _small)
        {
            score += sentence.Forms.Contains(lower) ? SmallWord * rarity : 0;
        }

        score += Together * Closeness(sentence, here);
        score += _total > 0 ? ShareHere * here / _total : 0;
        score += _rarest > 0 && rarestHere >= _rarest ? RarestHere : 0;
        return new RankedSentence(found, score + Evidence(sentence), _total > 0 ? here / _total : 0, _total > 0 ? said / _total : 0, _total);
    }

    private static double RelationTo(Word word, string lower, ReadSentence sentence)
    {
        var best = 0.0;
        for (var i = 0; i < sentence.Lower.Length && best < FamilyHere; i++)
        {
            best = RelatedWords.BeginAlike(lower, sentence.Lower[i]) ? FamilyHere
                : best == 0 && RelatedWords.AreRelated(word.Sense, sentence.Words[i].Sense) ? RelatedHere
                : best;
        }

        return best;
    }

    /// <summary>What is said, less the farther its words stand apart.</summary>
    private double Closeness(ReadSentence sentence, double here)
    {
        var (first, last, count) = (int.MaxValue, -1, 0);
        foreach (var (word, _, _) in _content)
        {
            var places = sentence.PlacesOf(word.Sense);
            if (places.Count > 0)
            {
                (first, last, count) = (Math.Min(first, places[0]), Math.Max(last, places[^1]), count + places.Count);
            }
        }

        return count > 1 ? here / (1 + Math.Log(1 + Math.Max(0, last - first + 1 - count))) : here;
    }

    /// <summary>What speaks for or against a thing of the kind asked for, which is not in the question itself.</summary>
    private double Evidence(ReadSentence sentence)
    {
        if (_question is null)
        {
            return 0;
        }

        var score = _question.Verb.Length > 0 && sentence.Has(_question.Verb) ? VerbHere : 0;
        switch (_question.Type)
        {
            case AnswerType.Date:
                var dated = sentence.Times.Exists(time => ReadSentence.IsDate(time) && !sentence.Words.TrueForAll(word => word.Start < time.Start || word.End > time.End || _asked.Contains(word.Sense)));
                return score + (dated ? 0 : KindMissing);
            case AnswerType.Count or AnswerType.Measure:
                var numbers = sentence.Numbers.FindAll(at => !_asked.Contains(sentence.Words[at].Sense));
                var counted = _question.Unit.Count > 0 && numbers.Exists(at => Enumerable.Range(at + 1, 3).Any(next => next < sentence.Words.Count && _question.Unit.Contains(sentence.Words[next].Sense)));
                return score + (numbers.Count > 0 ? 0 : KindMissing) + (counted ? UnitCounted : 0);
            case AnswerType.Person:
                return score + (sentence.Forms.Contains("by") ? KindHinted : 0) + (HasNewName(sentence) ? KindHinted : 0);
            case AnswerType.Place:
                return score + (sentence.Forms.Contains("in") || sentence.Forms.Contains("at") ? KindHinted : 0) + (HasNewName(sentence) ? KindHinted : 0);
            case AnswerType.Statement when _asked.Contains("why"):
                return score + (sentence.Forms.Overlaps(ReasonCues) ? KindHinted : 0);
            default:
                return score;
        }
    }

    private bool HasNewName(ReadSentence sentence) => sentence.Names.Exists(name =>
        sentence.Words.Exists(word => word.Start >= name.Start && word.End <= name.End && !_asked.Contains(word.Sense)));
}

/// <summary>A sentence with how it ranks.</summary>
/// <param name="Sentence">The sentence.</param>
/// <param name="Score">How likely it answers; comparable within one question only.</param>
/// <param name="Here">Share of the question, by how much its words tell, that is said in the sentence itself.</param>
/// <param name="Said">The same, with what is said in other words or around the sentence at less than its weight.</param>
/// <param name="Told">How much the question's words tell in all.</param>
internal sealed record RankedSentence(FoundSentence Sentence, double Score, double Here, double Said, double Told);
