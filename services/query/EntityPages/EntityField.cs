using Lucene.Net.Documents;
using Lucene.Net.Index;

namespace Broadsheet.Query.EntityPages;

/// <summary>Fields of story documents by which entities are found and counted.</summary>
internal static class EntityField
{
    /// <summary>Ids of the entities that the story mentions; how often is the frequency of the term.</summary>
    public const string Id = "entity.id";

    /// <summary>Ids of the entities that the title names.</summary>
    public const string InTitle = "entity.title";

    /// <summary>Each entity with type and fullest name (sorted set doc value): <see cref="EntityTerm"/>.</summary>
    public const string Entity = "entity";

    /// <summary>How often the story mentions each, a byte each in the order of <see cref="Entity"/> (doc value).</summary>
    public const string Mentions = "entity.mentions";

    /// <summary>What acronyms stand for in the story (sorted set doc value): id of the acronym, a tab, id of the entity.</summary>
    public const string Acronym = "entity.acronym";

    /// <summary>Names as the story writes them: id, a tab, the name.</summary>
    public const string Alias = "entity.alias";

    /// <summary>A term with its frequency, nothing else.</summary>
    public static readonly FieldType Counted = new FieldType
    {
        IsIndexed = true,
        IsTokenized = true,
        OmitNorms = true,
        IndexOptions = IndexOptions.DOCS_AND_FREQS,
    }.Freeze();
}
