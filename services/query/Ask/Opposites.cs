using System.Collections.Frozen;
using Broadsheet.Query.Language;

namespace Broadsheet.Query.Ask;

/// <summary>
/// Words of which one says what the other does not: a sentence that tells when something was closed does not tell when it
/// was opened, however much else of the question it says.
/// </summary>
internal static class Opposites
{
    private static readonly FrozenDictionary<string, string[]> Known = Read(
        "open close", "open shut", "start end", "start stop", "start finish", "begin end", "bear die", "found dissolve", "found abolish", "found disband",
        "create destroy", "build demolish", "build destroy", "join leave", "enter leave", "arrive depart", "arrive leave", "win lose", "buy sell", "rise fall", "increase decrease",
        "grow shrink", "appoint dismiss", "hire fire", "sink raise", "marry divorce", "accept reject", "accept refuse", "allow ban", "pass repeal", "attack defend", "borrow lend",
        "occupy liberate", "arrest release", "import export", "remember forget", "appear disappear", "launch land", "fill empty", "lock unlock", "connect disconnect");

    /// <summary>True if the sentence has the opposite of what was asked and not the thing itself.</summary>
    /// <param name="asked">Sense of a word of the question.</param>
    /// <param name="sentence">The sentence.</param>
    public static bool SaysOpposite(string asked, ReadSentence sentence) =>
        Known.TryGetValue(asked, out var opposites) && !sentence.Has(asked) && Array.Exists(opposites, sentence.Has);

    private static FrozenDictionary<string, string[]> Read(params string[] pairs) => pairs
        .Select(pair => pair.Split(' '))
        .SelectMany(pair => (KeyValuePair<string, string>[])[new(Stems.Of(pair[0]), Stems.Of(pair[1])), new(Stems.Of(pair[1]), Stems.Of(pair[0]))])
        .GroupBy(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
}
