using System.Collections.Concurrent;
using System.Collections.Frozen;
using Lucene.Net.Tartarus.Snowball.Ext;

namespace Broadsheet.Query.Language;

/// <summary>
/// Words as what they mean for matching a question with a sentence: irregular forms and inflections become one stem, and
/// words that say the same become one sense.
/// </summary>
internal static class Stems
{
    [ThreadStatic]
    private static EnglishStemmer? _stemmer;

    private static readonly FrozenDictionary<string, string> Irregular = Pairs(
        "sank sink", "sunk sink", "ran run", "found find", "began begin", "begun begin", "built build", "wrote write", "written write", "led lead", "won win", "made make", "became become", "held hold",
        "took take", "taken take", "gave give", "given give", "went go", "gone go", "came come", "left leave", "met meet", "fought fight", "sold sell", "bought buy", "sent send", "lost lose", "born bear",
        "broke break", "broken break", "chose choose", "chosen choose", "drew draw", "drawn draw", "drove drive", "fell fall", "fallen fall", "flew fly", "flown fly", "got get", "grew grow", "grown grow",
        "heard hear", "kept keep", "knew know", "known know", "laid lay", "lay lie", "lain lie", "paid pay", "rose rise", "said say", "saw see", "seen see", "set set", "shot shoot", "spoke speak", "spent spend",
        "stood stand", "stole steal", "struck strike", "swam swim", "taught teach", "told tell", "thought think", "threw throw", "thrown throw", "wore wear", "antarctic antarctica", "men man", "women woman", "children child",
        "people people", "mice mouse", "feet foot", "died die", "dying die", "dead die", "death die", "was be", "were be", "is be", "are be", "been be", "has have", "had have", "did do", "does do", "done do");

    // Groups of words that answer for each other.
    private static readonly FrozenDictionary<string, string> Senses = Groups(
        "found_ form establish create constitute institute formation", "die perish kill drown", "build construct erect", "open inaugurate", "discover find", "design devise invent",
        "dissolve disband", "lead head leader", "reach arrive", "receive win award", "publish print", "return revisit", "start begin commence", "buy purchase acquire", "hit strike collide", "write author", "end finish", "country nation state", "budget spending", "chair chairman chairwoman",
        "cost price", "pick rescue", "launch launching", "sign signature", "big large", "movie film", "job work", "test trial");

    // The same few thousand words make up nearly all texts, and finding a stem costs more than all else that is done with one.
    private const int MaxKept = 100_000;
    private const int MaxLength = 40;

    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> KnownSpans = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The sense of a word: equal for words that answer for each other.</summary>
    public static string Of(string word)
    {
        if (Known.TryGetValue(word, out var sense))
        {
            return sense;
        }

        sense = Find(word);
        if (word.Length <= MaxLength && Known.Count < MaxKept)
        {
            Known[word] = sense;
        }

        return sense;
    }

    /// <inheritdoc cref="Of(string)"/>
    public static string Of(ReadOnlySpan<char> word) => KnownSpans.TryGetValue(word, out var sense) ? sense : Of(word.ToString());

    private static string Find(string word)
    {
        var lower = word.ToLowerInvariant().TrimEnd('.');
        if (lower.EndsWith("'s", StringComparison.Ordinal) || lower.EndsWith("’s", StringComparison.Ordinal))
        {
            lower = lower[..^2];
        }

        // "founded" establishes, "found" is what was looked for.
        var form = lower is "founded" or "founding" or "founder" or "founders" or "foundation" ? "found_" : Irregular.TryGetValue(lower, out var lemma) ? Stem(lemma) : Stem(lower);
        return Senses.GetValueOrDefault(form, form);
    }

    private static string Stem(string word)
    {
        // "-ic" makes another word: the Titanic is no titan.
        if (word.Length < 3 || word.AsSpan().ContainsAnyInRange('0', '9') || word.EndsWith('_') || word.EndsWith("ic", StringComparison.Ordinal))
        {
            return word;
        }

        var stemmer = _stemmer ??= new EnglishStemmer();
        stemmer.SetCurrent(word);
        stemmer.Stem();
        return stemmer.Current;
    }

    private static FrozenDictionary<string, string> Pairs(params string[] pairs) =>
        pairs.Select(pair => pair.Split(' ')).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private static FrozenDictionary<string, string> Groups(params string[] groups) => groups
        .SelectMany(group => group.Split(' ').Select(word => (Stem: Stem(word), Sense: $"={Stem(group.Split(' ')[0])}")))
        .DistinctBy(pair => pair.Stem)
        .ToFrozenDictionary(pair => pair.Stem, pair => pair.Sense, StringComparer.Ordinal);
}

/// <summary>A word in a text.</summary>
/// <param name="Start">UTF-16 position.</param>
/// <param name="End">One past the last.</param>
/// <param name="Text">As written.</param>
/// <param name="Sense">See <see cref="Stems.Of(string)"/>.</param>
internal readonly record struct Word(int Start, int End, string Text, string Sense)
{
    /// <summary>The words of a text, in order. Abbreviations keep their full stops, numbers their commas.</summary>
    public static List<Word> Split(string text)
    {
        var words = new List<Word>();
        for (var i = 0; i < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            i = EndOf(text, i);
            var word = text[start..i];
            if (word == "up" && words.Count > 0 && words[^1].Sense == "set")
            {
                // "Set up" founds; neither word does alone.
                words[^1] = words[^1] with { Sense = Stems.Of("founded") };
            }

            words.Add(new Word(start, i, word, Stems.Of(word)));
        }

        return words;
    }

    /// <summary>The senses of the words of a text: those of <see cref="Split"/>, each once.</summary>
    public static HashSet<string> SensesOf(string text)
    {
        var senses = new HashSet<string>(StringComparer.Ordinal);
        var last = "";
        for (var i = 0; i < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            i = EndOf(text, i);
            var word = text.AsSpan(start, i - start);
            // What a word means is known once the next is read ("set up").
            senses.Add(word is "up" && last == "set" ? Stems.Of("founded") : last);
            last = Stems.Of(word);
        }

        senses.Add(last);
        senses.Remove("");
        return senses;
    }

    private static int EndOf(string text, int at)
    {
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || (at + 1 < text.Length && text[at] is '\'' or '’' or '.' or ',' && Joins(text, at))))
        {
            at++;
        }

        return at;
    }

    private static bool Joins(string text, int at) => text[at] switch
    {
        ',' => char.IsDigit(text[at - 1]) && char.IsDigit(text[at + 1]),
        '.' => (char.IsDigit(text[at - 1]) && char.IsDigit(text[at + 1])) || (char.IsUpper(text[at - 1]) && char.IsUpper(text[at + 1])),
        _ => char.IsLetter(text[at + 1]),
    };
}
