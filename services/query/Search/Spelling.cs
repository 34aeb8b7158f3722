using Broadsheet.Query.Indexing;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Lucene.Net.Util.Automaton;

namespace Broadsheet.Query.Search;

/// <summary>
/// Finds words of the index for a word that hardly a story has: those that it begins, else those spelt almost alike. A
/// word with a digit stands for itself only: 1949 is not 1939.
/// </summary>
internal static class Spelling
{
    // Short words have too many neighbours; long ones are misspelt twice.
    private const int LeastLength = 4;
    private const int LeastLengthOfTwo = 8;
    private const int LeastPrefix = 2;
    private const int MaxLength = 40;

    private const int MaxSpellings = 4;
    private const int MaxPrefixed = 12;

    // How many words that begin alike are looked at.
    private const int MaxSeen = 2_000;

    // A word that many stories have is meant as it stands.
    private const int Rare = 3;

    // A likelier word is in that many times as many stories.
    private const int Likelier = 4;

    /// <summary>What may be meant by the word, most likely first.</summary>
    /// <param name="word">The word as typed, without case.</param>
    /// <param name="unfinished">True if it may be a beginning.</param>
    /// <param name="terms">The index.</param>
    public static IReadOnlyList<Alternative> Of(string word, bool unfinished, SearchTerms terms)
    {
        var having = terms.Get(IndexField.TextExact, word).Documents;
        if (having >= Rare || word.Length > MaxLength || !word.All(char.IsLetter))
        {
            return [];
        }

        if (unfinished && word.Length >= LeastPrefix && Best(terms.Reader, Prefixed(word), having, MaxPrefixed) is { Count: > 0 } begun)
        {
            return [.. begun.Select(other => Alternative.Of(AlternativeKind.Prefix, other))];
        }

        if (word.Length < LeastLength)
        {
            return [];
        }

        var least = having * Likelier;
        var near = Best(terms.Reader, Near(word, 1), least, MaxSpellings);
        if (near.Count > 0)
        {
            return [.. near.Select(other => Alternative.Of(AlternativeKind.Spelling, other))];
        }

        return word.Length < LeastLengthOfTwo
            ? []
            : [.. Best(terms.Reader, Near(word, 2), least, MaxSpellings).Select(other => Alternative.Of(AlternativeKind.DistantSpelling, other))];

        Func<Terms, IEnumerable<(string, int)>> Near(string asked, int edits) => Neighbours(asked, edits);
    }

    /// <summary>The words in most stories, of those in more stories than <paramref name="least"/>.</summary>
    private static List<string> Best(IndexReader reader, Func<Terms, IEnumerable<(string Word, int Stories)>> find, long least, int count)
    {
        var stories = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var leaf in reader.Leaves)
        {
            if (leaf.AtomicReader.GetTerms(IndexField.TextExact) is { } words)
            {
                foreach (var (word, having) in find(words))
                {
                    stories[word] = stories.GetValueOrDefault(word) + having;
                }
            }
        }

        return
        [
            .. stories
                .Where(pair => pair.Value > least && pair.Key.All(char.IsLetter))
                .OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => pair.Key)
                .Where(word => IsLive(reader, word))
                .Take(count),
        ];
    }

    private static Func<Terms, IEnumerable<(string, int)>> Prefixed(string word) => terms => Prefixed(terms, word);

    private static IEnumerable<(string, int)> Prefixed(Terms terms, string begin)
    {
        var words = terms.GetEnumerator();
        var prefix = new BytesRef(begin);
        var seen = 0;
        for (var found = words.SeekCeil(prefix) != TermsEnum.SeekStatus.END; found && seen < MaxSeen && StringHelper.StartsWith(words.Term, prefix); found = words.MoveNext(), seen++)
        {
            // The word itself is looked for anyway.
            if (words.Term.Length > prefix.Length)
            {
                yield return (words.Term.Utf8ToString(), words.DocFreq);
            }
        }
    }

    private static Func<Terms, IEnumerable<(string, int)>> Neighbours(string word, int edits)
    {
        // Two edits of a word whose first letter may be wrong too reach too far.
        var kept = edits == 1 ? 0 : 1;
        var automaton = new LevenshteinAutomata(word[kept..], withTranspositions: true).ToAutomaton(edits);
        if (kept > 0)
        {
            automaton = BasicOperations.Concatenate(BasicAutomata.MakeString(word[..kept]), automaton);
        }

        var compiled = new CompiledAutomaton(automaton, finite: true, simplify: false);
        return terms => Neighbours(terms, compiled, word);
    }

    private static IEnumerable<(string, int)> Neighbours(Terms terms, CompiledAutomaton automaton, string asked)
    {
        var words = automaton.GetTermsEnum(terms);
        while (words.MoveNext())
        {
            if (words.Term.Utf8ToString() is var word && word != asked)
            {
                yield return (word, words.DocFreq);
            }
        }
    }

    /// <summary>True if a story that is not gone has the word: nobody is told words of a story that was withdrawn.</summary>
    private static bool IsLive(IndexReader reader, string word)
    {
        foreach (var segment in reader.Leaves.Select(leaf => leaf.AtomicReader))
        {
            var documents = segment.GetTermDocsEnum(new Term(IndexField.TextExact, word));
            while (documents is not null && documents.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
            {
                if (segment.LiveDocs?.Get(documents.DocID) ?? true)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
