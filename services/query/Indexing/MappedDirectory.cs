using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Lucene.Net.Store;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// Index files mapped into memory. The library's own mapped directory keeps track of every clone of every input, which
/// makes garbage collection the larger part of each search, and unmaps files under searches that still read them. Here
/// a file stays mapped as long as anything can read it; the garbage collector knows when that ends.
/// </summary>
internal sealed class MappedDirectory(string folder) : FSDirectory(new DirectoryInfo(folder), null)
{
    public override IndexInput OpenInput(string name, IOContext context)
    {
        EnsureOpen();
        var file = MappedFile.Open(Path.Combine(m_directory.FullName, name));
        return new MappedInput(name, file, 0, file.Length);
    }

    public override IndexInputSlicer CreateSlicer(string name, IOContext context)
    {
        EnsureOpen();
        return new Slicer(name, MappedFile.Open(Path.Combine(m_directory.FullName, name)));
    }

    private sealed class Slicer(string name, MappedFile file) : IndexInputSlicer
    {
        public override IndexInput OpenSlice(string sliceDescription, long offset, long length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, file.Length - offset);
            return new MappedInput($"{name}:{sliceDescription}", file, offset, length);
        }

        [Obsolete("Only for compound files of index format 3.")]
        public override IndexInput OpenFullSlice() => OpenSlice("all", 0, file.Length);

        protected override void Dispose(bool disposing)
        {
            // Slices outlive their slicer; the file is unmapped when none is left.
        }
    }

    /// <summary>A file in memory until nothing refers to it any more.</summary>
    private sealed class MappedFile
    {
        private readonly MemoryMappedViewAccessor? _view;

        private MappedFile(MemoryMappedViewAccessor? view, long length)
        {
            _view = view;
            Length = length;
            // Not acquired through the handle's count, because a count that nobody gives back would never unmap it.
            Start = view?.SafeMemoryMappedViewHandle.DangerousGetHandle() ?? IntPtr.Zero;
        }

        public IntPtr Start { get; }

        public long Length { get; }

        public static MappedFile Open(string path)
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var length = stream.Length;
            if (length == 0)
            {
                return new MappedFile(null, 0);
            }

            using var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return new MappedFile(file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read), length);
        }

        /// <summary>Keeps the file mapped up to here.</summary>
        public void KeepMapped() => GC.KeepAlive(_view);
    }

    private sealed unsafe class MappedInput : IndexInput
    {
        private readonly MappedFile _file;
        private readonly byte* _start;
        private readonly long _length;
        private long _position;

        public MappedInput(string description, MappedFile file, long offset, long length)
            : base(description)
        {
            _file = file;
            _start = (byte*)file.Start + offset;
            _length = length;
        }

        public override long Length => _length;

        public override byte ReadByte()
        {
            Need(1);
            var value = _start[_position++];
            _file.KeepMapped();
            return value;
        }

        public override void ReadBytes(byte[] b, int offset, int len)
        {
            Need(len);
            new ReadOnlySpan<byte>(_start + _position, len).CopyTo(b.AsSpan(offset, len));
            _position += len;
            _file.KeepMapped();
        }

        public override short ReadInt16()
        {
            Need(sizeof(short));
            var value = BinaryPrimitives.ReadInt16BigEndian(new ReadOnlySpan<byte>(_start + _position, sizeof(short)));
            _position += sizeof(short);
            _file.KeepMapped();
            return value;
        }

        public override int ReadInt32()
        {
            Need(sizeof(int));
            var value = BinaryPrimitives.ReadInt32BigEndian(new ReadOnlySpan<byte>(_start + _position, sizeof(int)));
            _position += sizeof(int);
            _file.KeepMapped();
            return value;
        }

        public override long ReadInt64()
        {
            Need(sizeof(long));
            var value = BinaryPrimitives.ReadInt64BigEndian(new ReadOnlySpan<byte>(_start + _position, sizeof(long)));
            _position += sizeof(long);
            _file.KeepMapped();
            return value;
        }

        public override long Position => _position;

        public override void Seek(long pos)
        {
            if (pos < 0 || pos > _length)
            {
                throw new EndOfStreamException($"position {pos} is outside of {this}");
            }

            _position = pos;
        }

        protected override void Dispose(bool disposing)
        {
            // Clones may go on reading; the file is unmapped when none is left.
        }

        private void Need(long bytes)
        {
            if (bytes > _length - _position)
            {
                throw new EndOfStreamException($"{bytes} bytes at {_position} are more than {this} has");
            }
        }
    }
}
