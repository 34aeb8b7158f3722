using System.Runtime.CompilerServices;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Broadsheet.Query.Search;

/// <summary>The acronyms that the stories of one segment explain. A segment never changes, so its table is made once.</summary>
internal sealed class AcronymTable
{
    // An acronym has few meanings that matter.
    private const int MaxMeanings = 2;

    private static readonly ConditionalWeakTable<object, AcronymTable> Known = [];

    private readonly Dictionary<string, List<string>> _byAcronym = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _byName = new(StringComparer.Ordinal);

    private AcronymTable(AtomicReader segment)
    {
        var terms = segment.GetTerms(SearchField.Acronym)?.GetEnumerator();
        while (terms is not null && terms.MoveNext())
        {
            var term = terms.Term.Utf8ToString();
            if (term.Split('\t') is [var acronym, var name])
            {
                Add(_byAcronym, acronym, term);
                Add(_byName, WordAlternatives.NameKey(name.Split(' ')), term);
            }
        }
    }

    /// <summary>The table of a segment, made when first asked for.</summary>
    public static AcronymTable Of(AtomicReader segment) => Known.GetValue(segment.CoreCacheKey, _ => new AcronymTable(segment));

    /// <summary>Stems of what an acronym is short for, in most stories first.</summary>
    public static IReadOnlyList<string> NamesOf(IndexReader reader, string acronym) =>
        [.. Best(reader, table => table._byAcronym.GetValueOrDefault(acronym)).Select(term => term.Split('\t')[1])];

    /// <summary>The acronyms of a name, given by <see cref="WordAlternatives.NameKey"/>, in most stories first.</summary>
    public static IReadOnlyList<string> AcronymsOf(IndexReader reader, string nameKey) =>
        [.. Best(reader, table => table._byName.GetValueOrDefault(nameKey)).Select(term => term.Split('\t')[0]).Distinct(StringComparer.Ordinal)];

    private static List<string> Best(IndexReader reader, Func<AcronymTable, List<string>?> lookUp)
    {
        Dictionary<string, int>? stories = null;
        foreach (var segment in reader.Leaves.Select(leaf => leaf.AtomicReader))
        {
            foreach (var term in lookUp(Of(segment)) ?? [])
            {
                stories ??= new(StringComparer.Ordinal);
                stories[term] = stories.GetValueOrDefault(term) + Live(segment, term);
            }
        }

        return stories is null
            ? []
            : [.. stories.Where(pair => pair.Value > 0).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(MaxMeanings).Select(pair => pair.Key)];
    }

    /// <summary>How many stories of a segment, which are not gone, have a term.</summary>
    private static int Live(AtomicReader segment, string term)
    {
        var documents = segment.GetTermDocsEnum(new Term(SearchField.Acronym, new BytesRef(term)));
        var count = 0;
        while (documents is not null && documents.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
        {
            count += segment.LiveDocs?.Get(documents.DocID) ?? true ? 1 : 0;
        }

        return count;
    }

    private static void Add(Dictionary<string, List<string>> table, string key, string term)
    {
        if (!table.TryGetValue(key, out var terms))
        {
            table[key] = terms = [];
        }

        terms.Add(term);
    }
}
