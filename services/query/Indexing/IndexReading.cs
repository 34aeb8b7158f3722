using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Broadsheet.Query.Indexing;

/// <summary>The index at one moment. Dispose it soon: it keeps replaced files alive.</summary>
internal sealed class IndexReading(SearcherManager manager, IndexSearcher searcher, IndexContents contents) : IDisposable
{
    /// <summary>Searches the index of that moment.</summary>
    public IndexSearcher Searcher => searcher;

    /// <summary>Counts and digest of what the index holds at that moment.</summary>
    public IndexContents Contents => contents;

    /// <summary>Version held of the story, or of its tombstone; 0 if the index never heard of it.</summary>
    public long VersionOf(string name) => VersionOf(searcher.IndexReader, name);

    /// <summary>True if the other index has every story that this one has, in the same version or a newer one.</summary>
    public bool IsCoveredBy(IndexReading other)
    {
        foreach (var leaf in searcher.IndexReader.Leaves.Select(context => context.AtomicReader))
        {
            var stories = leaf.GetTermDocsEnum(new Term(IndexField.Kind, IndexField.Kinds.Story));
            var names = leaf.GetSortedDocValues(IndexField.Name);
            var versions = leaf.GetNumericDocValues(IndexField.Version);
            var name = new BytesRef();
            while (stories is not null && stories.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
            {
                names.Get(stories.DocID, name);
                if (other.VersionOf(name.Utf8ToString()) < versions.Get(stories.DocID))
                {
                    return false;
                }
            }
        }

        return true;
    }

    public void Dispose() => manager.Release(searcher);

    internal static long VersionOf(IndexReader reader, string name)
    {
        var term = new BytesRef(name);
        foreach (var leaf in reader.Leaves)
        {
            var terms = leaf.AtomicReader.GetTerms(IndexField.Name)?.GetEnumerator();
            if (terms is null || !terms.SeekExact(term))
            {
                continue;
            }

            var documents = terms.Docs(leaf.AtomicReader.LiveDocs, null, DocsFlags.NONE);
            if (documents.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
            {
                return leaf.AtomicReader.GetNumericDocValues(IndexField.Version).Get(documents.DocID);
            }
        }

        return 0;
    }
}
