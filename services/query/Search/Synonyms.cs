using System.Collections.Frozen;
using Broadsheet.Query.Indexing;

namespace Broadsheet.Query.Search;

/// <summary>
/// Words and names that mean the same wherever they stand. Only such are listed: a word with a second meaning would find
/// what nobody looked for. What else acronyms are short for, stories say themselves (<see cref="Acronyms"/>).
/// </summary>
internal static class Synonyms
{
    private static readonly string[] Groups =
    [
        "nato; north atlantic treaty organization; north atlantic treaty organisation",
        "us; u.s; usa; u.s.a; united states; united states of america",
        "uk; u.k; united kingdom; great britain",
        "eu; e.u; european union",
        "un; u.n; united nations",
        "ussr; u.s.s.r; soviet union; union of soviet socialist republics",
        "uae; united arab emirates",
        "drc; democratic republic of the congo",
        "who; world health organization; world health organisation",
        "wto; world trade organization; world trade organisation",
        "imf; international monetary fund",
        "unesco; united nations educational scientific and cultural organization",
        "unicef; united nations children's fund",
        "opec; organization of the petroleum exporting countries",
        "asean; association of southeast asian nations",
        "ecb; european central bank",
        "iaea; international atomic energy agency",
        "icc; international criminal court",
        "nasa; national aeronautics and space administration",
        "esa; european space agency",
        "fbi; federal bureau of investigation",
        "cia; central intelligence agency",
        "gdp; gross domestic product",
        "ai; artificial intelligence",
        "dna; deoxyribonucleic acid",
        "rna; ribonucleic acid",
        "hiv; human immunodeficiency virus",
        "aids; acquired immunodeficiency syndrome",
        "covid; covid 19; coronavirus disease",
        "ww1; wwi; first world war; world war i; world war one",
        "ww2; wwii; second world war; world war ii; world war two",
        "tv; television",
        "ceo; chief executive officer; chief executive",
        "ngo; nongovernmental organization; non governmental organization",
        "film; movie",
        "car; automobile",
        "plane; aeroplane; airplane",
        "colour; color",
        "harbour; harbor",
        "labour; labor",
        "defence; defense",
        "centre; center",
        "theatre; theater",
        "programme; program",
        "tyre; tire",
        "grey; gray",
        "doctor; physician",
        "lawyer; attorney",
        "petrol; gasoline",
        "aluminium; aluminum",
        "tumour; tumor",
        "anaemia; anemia",
        "haemoglobin; hemoglobin",
        "oestrogen; estrogen",
        "leukaemia; leukemia",
        "foetus; fetus",
        "paediatric; pediatric",
        "heart attack; myocardial infarction",
        "climate change; global warming",
        "kyiv; kiev",
        "beijing; peking",
        "mumbai; bombay",
        "turkiye; turkey",
        "czechia; czech republic",
        "myanmar; burma",
    ];

    private static readonly FrozenDictionary<string, string[]> ByWord = Groups
        .Select(Members)
        .SelectMany(group => group.Where(member => !member.Contains(' ', StringComparison.Ordinal)).Select(member => (member, Others: group.Where(other => other != member).ToArray())))
        .ToFrozenDictionary(pair => pair.member, pair => pair.Others, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string[]> ByName = Groups
        .Select(Members)
        .SelectMany(group => group
            .Where(member => member.Contains(' ', StringComparison.Ordinal))
            .Select(member => (Key: WordAlternatives.NameKey(TextAnalyzer.Stemmed.Words(member)), Single: group.Where(other => !other.Contains(' ', StringComparison.Ordinal)).ToArray())))
        .Where(pair => pair.Single.Length > 0)
        .DistinctBy(pair => pair.Key)
        .ToFrozenDictionary(pair => pair.Key, pair => pair.Single, StringComparer.Ordinal);

    /// <summary>What means the same as a word, words as they stand.</summary>
    public static string[] OfWord(string word) => ByWord.GetValueOrDefault(word, []);

    /// <summary>Single words that mean the same as a name, given by <see cref="WordAlternatives.NameKey"/>.</summary>
    public static string[] OfName(string key) => ByName.GetValueOrDefault(key, []);

    private static string[] Members(string group) =>
        [.. group.Split(';').Select(member => string.Join(' ', TextAnalyzer.Exact.Words(member))).Distinct(StringComparer.Ordinal)];
}
