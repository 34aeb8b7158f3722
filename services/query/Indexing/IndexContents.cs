using System.Buffers.Binary;
using System.Security.Cryptography;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Broadsheet.Query.Indexing;

/// <summary>Counts and digest of what an index holds at one moment; worked out when first asked for.</summary>
internal sealed class IndexContents(IndexReader reader)
{
    private readonly Lock _reading = new();
    private Summary? _summary;

    /// <summary>Counts and digest.</summary>
    public Summary Summarize()
    {
        lock (_reading)
        {
            return _summary ??= Read();
        }
    }

    private Summary Read()
    {
        var rows = new List<(byte[] Name, long Version, byte[] Digest)>();
        var (sentences, events) = (0L, 0L);
        var parked = 0;
        foreach (var leaf in reader.Leaves.Select(context => context.AtomicReader))
        {
            parked += Each(leaf, IndexField.Kinds.Parked, static _ => { });
            var names = leaf.GetSortedDocValues(IndexField.Name);
            var versions = leaf.GetNumericDocValues(IndexField.Version);
            var digests = leaf.GetBinaryDocValues(IndexField.Digest);
            var sentenceCounts = leaf.GetNumericDocValues(IndexField.SentenceCount);
            var eventCounts = leaf.GetNumericDocValues(IndexField.EventCount);
            var bytes = new BytesRef();
            Each(leaf, IndexField.Kinds.Story, document =>
            {
                names.Get(document, bytes);
                var name = bytes.Bytes.AsSpan(bytes.Offset, bytes.Length).ToArray();
                digests.Get(document, bytes);
                rows.Add((name, versions.Get(document), bytes.Bytes.AsSpan(bytes.Offset, bytes.Length).ToArray()));
                sentences += sentenceCounts.Get(document);
                events += eventCounts.Get(document);
            });
        }

        rows.Sort(static (left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        foreach (var (name, version, digest) in rows)
        {
            BinaryPrimitives.WriteInt64BigEndian(number, name.Length);
            hash.AppendData(number);
            hash.AppendData(name);
            BinaryPrimitives.WriteInt64BigEndian(number, version);
            hash.AppendData(number);
            hash.AppendData(digest);
        }

        return new Summary(rows.Count, (int)sentences, (int)events, parked, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static int Each(AtomicReader leaf, string kind, Action<int> visit)
    {
        var documents = leaf.GetTermDocsEnum(new Term(IndexField.Kind, kind));
        var count = 0;
        while (documents is not null && documents.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
        {
            visit(documents.DocID);
            count++;
        }

        return count;
    }

    /// <summary>What an index holds.</summary>
    /// <param name="Stories">Stories that can be found.</param>
    /// <param name="Sentences">Sentences that can be asked.</param>
    /// <param name="Events">Dated events.</param>
    /// <param name="Parked">Changes kept aside.</param>
    /// <param name="Digest">SHA-256, hexadecimal, over name, version and derived rows of each story in the order of names.</param>
    internal sealed record Summary(int Stories, int Sentences, int Events, int Parked, string Digest);
}
