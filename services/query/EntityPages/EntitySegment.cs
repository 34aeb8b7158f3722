using System.Runtime.CompilerServices;
using Lucene.Net.Index;
using Lucene.Net.Util;

namespace Broadsheet.Query.EntityPages;

/// <summary>The entities that the stories of one segment mention. A segment never changes, so its table is made once.</summary>
internal sealed class EntitySegment
{
    private static readonly ConditionalWeakTable<object, EntitySegment> Known = [];

    private EntitySegment(AtomicReader segment)
    {
        var bytes = new BytesRef();
        if (segment.GetSortedSetDocValues(EntityField.Entity) is { } entities)
        {
            Terms = new EntityTerm[entities.ValueCount];
            for (var ord = 0; ord < Terms.Length; ord++)
            {
                entities.LookupOrd(ord, bytes);
                Terms[ord] = EntityTerm.Read(bytes.Utf8ToString());
            }
        }

        if (segment.GetSortedSetDocValues(EntityField.Acronym) is { } acronyms)
        {
            Acronyms = new (int, int)[acronyms.ValueCount];
            for (var ord = 0; ord < Acronyms.Length; ord++)
            {
                acronyms.LookupOrd(ord, bytes);
                var pair = bytes.Utf8ToString().Split('\t');
                Acronyms[ord] = (EntityTerm.NumberOf(pair[0]), EntityTerm.NumberOf(pair[1]));
            }
        }
    }

    /// <summary>The entities by their place in the segment.</summary>
    public EntityTerm[] Terms { get; } = [];

    /// <summary>Numbers of acronyms and of what they stand for, by their place in the segment.</summary>
    public (int Acronym, int Entity)[] Acronyms { get; } = [];

    /// <summary>The table of a segment, made when first asked for.</summary>
    public static EntitySegment Of(AtomicReader segment) => Known.GetValue(segment.CoreCacheKey, _ => new EntitySegment(segment));
}
