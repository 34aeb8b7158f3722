using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// Counts and digest of what an index holds at one moment; worked out when first asked for. The digest is made of a sum
/// over the stories, so that it comes out the same in whatever order and in whichever segments they stand, and a segment
/// that did not change since the last time need not be read again.
/// </summary>
internal sealed class IndexContents(IndexReader reader)
{
    private static readonly ConditionalWeakTable<object, Sum> Known = [];

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

    /// <summary>What one story adds to the digest: SHA-256 over its name, its version and what is kept and derived of it.</summary>
    public static byte[] RowOf(string name, long version, params ReadOnlySpan<byte[]> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(long)];
        Append(hash, number, Encoding.UTF8.GetBytes(name));
        BinaryPrimitives.WriteInt64BigEndian(number, version);
        hash.AppendData(number);
        foreach (var part in parts)
        {
            Append(hash, number, part);
        }

        return hash.GetHashAndReset();

        static void Append(IncrementalHash hash, Span<byte> number, byte[] part)
        {
            BinaryPrimitives.WriteInt64BigEndian(number, part.Length);
            hash.AppendData(number);
            hash.AppendData(part);
        }
    }

    private Summary Read()
    {
        var all = new Sum();
        foreach (var leaf in reader.Leaves.Select(context => context.AtomicReader))
        {
            all.Add(Known.GetValue(leaf.CombinedCoreAndDeletesKey, _ => new Sum(leaf)));
        }

        return new Summary(all.Stories, all.Sentences, all.Events, all.Parked, all.Digest());
    }

    /// <summary>What an index holds.</summary>
    /// <param name="Stories">Stories that can be found.</param>
    /// <param name="Sentences">Sentences that can be asked.</param>
    /// <param name="Events">Dated events.</param>
    /// <param name="Parked">Changes kept aside.</param>
    /// <param name="Digest">SHA-256, hexadecimal, over name, version and derived rows of each story.</param>
    internal sealed record Summary(int Stories, int Sentences, int Events, int Parked, string Digest);

    /// <summary>Counts, and the sum of the rows of stories as numbers of 256 bits.</summary>
    private sealed class Sum
    {
        private const int Bytes = 32;

        private readonly ulong[] _rows = new ulong[Bytes / sizeof(ulong)];

        public Sum()
        {
        }

        public Sum(AtomicReader segment)
        {
            Parked = Each(segment, IndexField.Kinds.Parked, static _ => { });
            var rows = segment.GetBinaryDocValues(IndexField.Digest);
            var sentences = segment.GetNumericDocValues(IndexField.SentenceCount);
            var events = segment.GetNumericDocValues(IndexField.EventCount);
            var row = new BytesRef();
            Stories = Each(segment, IndexField.Kinds.Story, document =>
            {
                rows.Get(document, row);
                AddRow(row.Bytes.AsSpan(row.Offset, row.Length));
                Sentences += (int)sentences.Get(document);
                Events += (int)events.Get(document);
            });
        }

        public int Stories { get; private set; }

        public int Sentences { get; private set; }

        public int Events { get; private set; }

        public int Parked { get; private set; }

        public void Add(Sum other)
        {
            (Stories, Sentences, Events, Parked) = (Stories + other.Stories, Sentences + other.Sentences, Events + other.Events, Parked + other.Parked);
            AddNumber(other._rows);
        }

        public string Digest()
        {
            Span<byte> all = stackalloc byte[sizeof(int) + Bytes];
            BinaryPrimitives.WriteInt32BigEndian(all, Stories);
            for (var i = 0; i < _rows.Length; i++)
            {
                BinaryPrimitives.WriteUInt64BigEndian(all[(sizeof(int) + (i * sizeof(ulong)))..], _rows[i]);
            }

            return Convert.ToHexStringLower(SHA256.HashData(all));
        }

        private void AddRow(ReadOnlySpan<byte> row)
        {
            Span<ulong> number = stackalloc ulong[_rows.Length];
            for (var i = 0; i < number.Length; i++)
            {
                number[i] = BinaryPrimitives.ReadUInt64BigEndian(row[(i * sizeof(ulong))..]);
            }

            AddNumber(number);
        }

        private void AddNumber(ReadOnlySpan<ulong> number)
        {
            UInt128 carry = 0;
            for (var i = _rows.Length - 1; i >= 0; i--)
            {
                carry += (UInt128)_rows[i] + number[i];
                _rows[i] = (ulong)carry;
                carry >>= 64;
            }
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
    }
}
