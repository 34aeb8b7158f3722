using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// The checksum that the library writes at the end of every index file: CRC-32 (IEEE) of all before it. It can check it
/// itself, byte by byte; opening an index takes as long as that does, so here sixteen bytes are taken at a time.
/// </summary>
internal static class FileChecksum
{
    // A number that says so, the kind of checksum (0), the checksum.
    private const int FooterLength = 16;
    private const int FooterMagic = ~0x3FD76C17;
    private const int Slice = 16;
    private const int BufferSize = 1 << 20;

    private static readonly uint[] Tables = MakeTables();

    /// <summary>Checks a file.</summary>
    /// <exception cref="InvalidDataException">It does not end with its checksum.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static void Verify(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (file.Length < FooterLength)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)} is cut off");
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var checksum = uint.MaxValue;
            for (var left = file.Length - sizeof(long); left > 0;)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(left, BufferSize));
                file.ReadExactly(part);
                checksum = Continue(checksum, part);
                left -= part.Length;
                if (left == 0 && (part.Length < sizeof(long) ? FooterMagic : BinaryPrimitives.ReadInt32BigEndian(part[^sizeof(long)..])) != FooterMagic)
                {
                    throw new InvalidDataException($"{Path.GetFileName(path)} does not end as it should");
                }
            }

            var stated = buffer.AsSpan(0, sizeof(long));
            file.ReadExactly(stated);
            if (BinaryPrimitives.ReadInt64BigEndian(stated) != ~checksum)
            {
                throw new InvalidDataException($"{Path.GetFileName(path)} does not have its checksum");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Compiled well at once: most of what it will ever do it does in its first second.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint Continue(uint checksum, ReadOnlySpan<byte> bytes)
    {
        ref var tables = ref MemoryMarshal.GetArrayDataReference(Tables);
        for (; bytes.Length >= Slice; bytes = bytes[Slice..])
        {
            var first = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ checksum;
            var second = BinaryPrimitives.ReadUInt64LittleEndian(bytes[sizeof(ulong)..]);
            checksum = Of(ref tables, 15, first) ^ Of(ref tables, 14, first >> 8) ^ Of(ref tables, 13, first >> 16) ^ Of(ref tables, 12, first >> 24)
                ^ Of(ref tables, 11, first >> 32) ^ Of(ref tables, 10, first >> 40) ^ Of(ref tables, 9, first >> 48) ^ Of(ref tables, 8, first >> 56)
                ^ Of(ref tables, 7, second) ^ Of(ref tables, 6, second >> 8) ^ Of(ref tables, 5, second >> 16) ^ Of(ref tables, 4, second >> 24)
                ^ Of(ref tables, 3, second >> 32) ^ Of(ref tables, 2, second >> 40) ^ Of(ref tables, 1, second >> 48) ^ Of(ref tables, 0, second >> 56);
        }

        foreach (var value in bytes)
        {
            checksum = (checksum >> 8) ^ Of(ref tables, 0, checksum ^ value);
        }

        return checksum;
    }

    // The table for a byte that so many follow in the slice.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Of(ref uint tables, int following, ulong value) => Unsafe.Add(ref tables, (following << 8) + (byte)value);

    private static uint[] MakeTables()
    {
        const uint polynomial = 0xEDB88320;
        var tables = new uint[Slice * 256];
        for (var value = 0u; value < 256; value++)
        {
            var checksum = value;
            for (var bit = 0; bit < 8; bit++)
            {
                checksum = (checksum >> 1) ^ ((checksum & 1) * polynomial);
            }

            tables[value] = checksum;
        }

        for (var i = 256; i < tables.Length; i++)
        {
            tables[i] = (tables[i - 256] >> 8) ^ tables[(byte)tables[i - 256]];
        }

        return tables;
    }
}
