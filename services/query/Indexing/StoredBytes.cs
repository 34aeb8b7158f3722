using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// What is kept of a document to answer with. A stored field shares a compressed block with its neighbours, which all
/// have to be unpacked for each hit; a doc value is read as it is. It can't be large, though.
/// </summary>
internal static class StoredBytes
{
    // The format takes 32,766 bytes.
    private const int MaxDocValue = 32_000;

    public static IIndexableField Field(byte[] bytes) => bytes.Length <= MaxDocValue
        ? new BinaryDocValuesField(IndexField.Stored, new BytesRef(bytes))
        : new StoredField(IndexField.Stored, bytes);

    /// <summary>Reads what is kept of a document.</summary>
    public static ArraySegment<byte> Read(IndexSearcher searcher, int document)
    {
        var leaves = searcher.IndexReader.Leaves;
        var leaf = leaves[ReaderUtil.SubIndex(document, leaves)];
        var bytes = new BytesRef();
        leaf.AtomicReader.GetBinaryDocValues(IndexField.Stored)?.Get(document - leaf.DocBase, bytes);
        bytes = bytes.Length > 0 ? bytes : searcher.Doc(document).GetBinaryValue(IndexField.Stored);
        return new ArraySegment<byte>(bytes.Bytes, bytes.Offset, bytes.Length);
    }
}
