using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Lucene.Net.Documents;
using Lucene.Net.Util;
using Document = Lucene.Net.Documents.Document;

namespace Broadsheet.Query.EntityPages;

/// <summary>What a story's document has of its entities. No documents of their own: there would be twenty a story.</summary>
internal static class EntityDocuments
{
    // Frequencies above say nothing more.
    private const int MostMentions = 100;

    /// <summary>Adds the values by which entities are found and counted.</summary>
    public static void AddTo(Document document, IReadOnlyList<StoryEntity> entities)
    {
        var sorted = entities.Select(entity => (Term: new BytesRef(EntityTerm.Write(entity)), entity.Mentions)).OrderBy(entity => entity.Term).ToArray();
        document.Add(new BinaryDocValuesField(EntityField.Mentions, new BytesRef([.. sorted.Select(entity => (byte)Math.Min(entity.Mentions, MostMentions))])));
        foreach (var entity in entities)
        {
            document.Add(new Field(EntityField.Id, new Repeated(entity.Id, Math.Min(entity.Mentions, MostMentions)), EntityField.Counted));
            document.Add(new SortedSetDocValuesField(EntityField.Entity, new BytesRef(EntityTerm.Write(entity))));
            if (entity.InTitle)
            {
                document.Add(TermField.Of(EntityField.InTitle, entity.Id));
            }

            foreach (var alias in entity.Aliases)
            {
                document.Add(TermField.Of(EntityField.Alias, $"{entity.Id}\t{alias}"));
                if (EntityKeys.IsAcronym(alias) && EntityId.Of(EntityKeys.Plain(alias)) is { Length: > 0 } acronym && acronym != entity.Id)
                {
                    document.Add(new SortedSetDocValuesField(EntityField.Acronym, new BytesRef($"{acronym}\t{entity.Id}")));
                }
            }
        }
    }

    /// <summary>One term so many times, which is how a frequency is written.</summary>
    private sealed class Repeated : Lucene.Net.Analysis.TokenStream
    {
        private readonly string _term;
        private readonly int _times;
        private readonly Lucene.Net.Analysis.TokenAttributes.ICharTermAttribute _written;
        private int _given;

        public Repeated(string term, int times)
        {
            (_term, _times) = (term, times);
            _written = AddAttribute<Lucene.Net.Analysis.TokenAttributes.ICharTermAttribute>();
        }

        public override void Reset() => _given = 0;

        public override bool IncrementToken()
        {
            if (_given == _times)
            {
                return false;
            }

            ClearAttributes();
            _written.SetEmpty().Append(_term);
            _given++;
            return true;
        }
    }
}
