using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Broadsheet.Query.EntityPages;

/// <summary>Whom a filter means: <c>entities/…</c>, or a name, alias or acronym as people write it.</summary>
internal sealed class SoughtEntity
{
    private readonly IReadOnlyList<string> _ids;
    private readonly string[] _names;

    private SoughtEntity(IReadOnlyList<string> ids, string[] names) => (_ids, _names) = (ids, names);

    /// <summary>The rule for such a field.</summary>
    public static bool IsValid(string text) => text.Length == 0
        || (EntityId.IsResourceName(text) ? Hosting.Validation.NameRules.IsName(text, EntityId.Collection) : TextAnalyzer.Exact.Words(text).Count > 0);

    /// <summary>Looks up whom a text means in the index.</summary>
    public static SoughtEntity Of(EntityCatalog catalog, string text)
    {
        if (EntityId.IsResourceName(text))
        {
            var id = EntityId.FromName(text);
            return new SoughtEntity(catalog.Find(id) is { } entity ? catalog.IdsOf(entity) : [id], []);
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { text };
        foreach (var key in (string[])[EntityKeys.Of(text), EntityKeys.Plain(text)])
        {
            if (key.Length == 0)
            {
                continue;
            }

            ids.Add(EntityId.Of(key));
            if (catalog.Find(EntityId.Of(key)) is { } found)
            {
                ids.UnionWith(catalog.IdsOf(found));
                names.Add(catalog.Summary(found).DisplayName);
                names.UnionWith(catalog.AcronymsOf(found));
            }
        }

        return new SoughtEntity([.. ids], [.. names]);
    }

    /// <summary>What has the entity in a field of ids or, if a name was written, one of its names in a field of words.</summary>
    public Lucene.Net.Search.Query In(string idField, string wordField)
    {
        var any = new BooleanQuery(disableCoord: true);
        foreach (var id in _ids)
        {
            any.Add(new TermQuery(new Term(idField, id)), Occur.SHOULD);
        }

        foreach (var name in _names)
        {
            var phrase = new PhraseQuery();
            foreach (var word in TextAnalyzer.Stemmed.Words(name))
            {
                phrase.Add(new Term(wordField, word));
            }

            any.Add(phrase, Occur.SHOULD);
        }

        return any;
    }
}
