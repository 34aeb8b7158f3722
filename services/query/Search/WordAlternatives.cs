using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Broadsheet.Query.V1;
using Lucene.Net.Analysis.TokenAttributes;

namespace Broadsheet.Query.Search;

/// <summary>Finds what may stand for the words of a query.</summary>
internal static class WordAlternatives
{
    private const int MaxNameWords = 6;
    private const int MaxAlternatives = 24;
    private const string EntityPrefix = "entities/";

    /// <summary>The words with what means the same.</summary>
    /// <param name="text">The query as read.</param>
    /// <param name="terms">The index.</param>
    /// <param name="carried">What an earlier page looked for besides; null to look it up.</param>
    public static IReadOnlyList<SoughtWord> Of(SearchText text, SearchTerms terms, IReadOnlyList<(int Word, AlternativeKind Kind, string Text)>? carried)
    {
        var alternatives = text.Words.Select(_ => new List<Alternative>()).ToArray();
        for (var word = 0; word < text.Words.Count; word++)
        {
            var sought = text.Words[word];
            if (sought.Exact.Length > 3 || sought.Capitals || !IsPronoun(sought.Exact))
            {
                alternatives[word].AddRange(Synonyms.OfWord(sought.Exact).Select(other => Alternative.Of(AlternativeKind.Synonym, other)));
                if (carried is null && alternatives[word].Count == 0)
                {
                    alternatives[word].AddRange(AcronymTable.NamesOf(terms.Reader, sought.Exact).Select(name => Alternative.Of(AlternativeKind.LongName, name)));
                }
            }
        }

        AddAcronyms(text, terms, lookUp: carried is null, alternatives);
        foreach (var (word, kind, other) in carried ?? [])
        {
            if (word < alternatives.Length)
            {
                alternatives[word].Add(Alternative.Of(kind, other));
            }
        }

        return [.. text.Words.Select((word, i) => With(SoughtWord.Of(word), alternatives[i]))];
    }

    /// <summary>The words with others that are spelt almost alike, or begin so; the very same list if there are none.</summary>
    public static IReadOnlyList<SoughtWord> Tolerant(IReadOnlyList<SoughtWord> words, SearchText text, SearchTerms terms)
    {
        var changed = false;
        var others = words.Select(word =>
        {
            var found = Spelling.Of(word.Word.Exact, word.Word.Exact == text.Unfinished, terms);
            changed |= found.Count > 0;
            return With(word, found);
        }).ToArray();
        return changed ? others : words;
    }

    /// <summary>The query with misspelt words put right; empty if none is.</summary>
    public static string Corrected(string query, IReadOnlyList<SoughtWord> words)
    {
        var right = words
            .Select(word => (word.Word.Exact, Right: word.Alternatives.FirstOrDefault(other => other.Kind is AlternativeKind.Spelling or AlternativeKind.DistantSpelling)?.Exact))
            .Where(pair => pair.Right is not null)
            .DistinctBy(pair => pair.Exact)
            .ToDictionary(pair => pair.Exact, pair => pair.Right!, StringComparer.Ordinal);
        if (right.Count == 0)
        {
            return "";
        }

        var corrected = new System.Text.StringBuilder();
        var reached = 0;
        using var stream = TextAnalyzer.Exact.GetTokenStream("", query);
        var term = stream.GetAttribute<ICharTermAttribute>();
        var offsets = stream.GetAttribute<IOffsetAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            if (right.TryGetValue(term.ToString()!, out var word) && offsets.EndOffset <= query.Length)
            {
                corrected.Append(query, reached, offsets.StartOffset - reached).Append(word);
                reached = offsets.EndOffset;
            }
        }

        stream.End();
        return corrected.Append(query, reached, query.Length - reached).ToString().Trim();
    }

    /// <summary>What was looked for besides in other spellings, as the contract has it.</summary>
    public static IEnumerable<WordExpansion> Expansions(IReadOnlyList<SoughtWord> words)
    {
        foreach (var word in words)
        {
            var others = word.Alternatives.Where(other => other.Kind >= AlternativeKind.Prefix).ToArray();
            if (others.Length > 0)
            {
                yield return new WordExpansion
                {
                    Word = word.Word.Exact,
                    Expanded = { others.Select(other => other.Exact) },
                    Reason = others[0].Kind == AlternativeKind.Prefix ? ExpansionReason.Prefix : ExpansionReason.Spelling,
                };
            }
        }
    }

    /// <summary>The terms that stories which mention one of the names have.</summary>
    public static IReadOnlyList<SearchTerm> Names(IEnumerable<string> names, SearchTerms terms)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var key = SearchDocuments.KeyOf(name);
            var entity = name.StartsWith(EntityPrefix, StringComparison.Ordinal) ? name[EntityPrefix.Length..] : EntityKeys.Of(name);
            keys.UnionWith(((string[])[key, entity]).Where(one => one.Length > 0));
            keys.UnionWith(Synonyms.OfWord(key));
            var nameKey = NameKey(TextAnalyzer.Stemmed.Words(key));
            keys.UnionWith(Synonyms.OfName(nameKey));
            keys.UnionWith(AcronymTable.AcronymsOf(terms.Reader, nameKey));
        }

        return [.. keys.Select(key => terms.Get(SearchField.Entity, key))];
    }

    /// <summary>Stems of a name without small words: queries leave those out.</summary>
    public static string NameKey(IEnumerable<string> stems) => string.Join(' ', stems.Where(stem => !SearchText.IsFunctionWord(stem)));

    /// <summary>Each word of a long name is also found by the acronym.</summary>
    private static void AddAcronyms(SearchText text, SearchTerms terms, bool lookUp, List<Alternative>[] alternatives)
    {
        for (var first = 0; first + 1 < text.Words.Count; first++)
        {
            var key = text.Words[first].Stem;
            for (var last = first + 1; last < text.Words.Count && last - first < MaxNameWords; last++)
            {
                key += " " + text.Words[last].Stem;
                var found = Synonyms.OfName(key).Select(other => Alternative.Of(AlternativeKind.Synonym, other)).ToList();
                if (found.Count == 0 && lookUp)
                {
                    found.AddRange(AcronymTable.AcronymsOf(terms.Reader, key).Select(acronym => Alternative.Of(AlternativeKind.Acronym, acronym)));
                }

                for (var word = first; word <= last; word++)
                {
                    alternatives[word].AddRange(found);
                }
            }
        }
    }

    private static SoughtWord With(SoughtWord word, IReadOnlyCollection<Alternative> others) => others.Count == 0
        ? word
        : word with
        {
            Alternatives = [.. word.Alternatives.Concat(others).DistinctBy(other => string.Join(' ', other.Stems)).Take(MaxAlternatives)],
        };

    // "us" in a sentence is hardly the country, "US" is.
    private static bool IsPronoun(string word) => word is "us" or "who" or "it" or "he" or "me" or "we" or "no" or "am" or "as";
}
