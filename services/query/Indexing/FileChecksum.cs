using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// The checksum that the library writes at the end of every index file: CRC-32 (IEEE) of all before it. It can check it
/// itself, byte by byte; opening an index takes as long as that does, so it is done with the processor's instructions for it.
/// </summary>
internal static class FileChecksum
{
    // A number that says so, the kind of checksum (0), the checksum.
    private const int FooterLength = 16;
    private const int FooterMagic = ~0x3FD76C17;
    private const int BufferSize = 1 << 20;

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
            var checksum = new Crc32();
            for (var left = file.Length - sizeof(long); left > 0;)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(left, BufferSize));
                file.ReadExactly(part);
                checksum.Append(part);
                left -= part.Length;
                if (left == 0 && (part.Length < sizeof(long) ? FooterMagic : BinaryPrimitives.ReadInt32BigEndian(part[^sizeof(long)..])) != FooterMagic)
                {
                    throw new InvalidDataException($"{Path.GetFileName(path)} does not end as it should");
                }
            }

            var stated = buffer.AsSpan(0, sizeof(long));
            file.ReadExactly(stated);
            if (BinaryPrimitives.ReadInt64BigEndian(stated) != checksum.GetCurrentHashAsUInt32())
            {
                throw new InvalidDataException($"{Path.GetFileName(path)} does not have its checksum");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
