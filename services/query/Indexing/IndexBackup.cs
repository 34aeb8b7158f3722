using System.Runtime.InteropServices;
using Lucene.Net.Index;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// Copies the index in use as it was when it was last made durable, also while a service writes to it. The files of a
/// commit never change and the last two commits are kept, so the files are held by a link of their own and copied from
/// there. The copy is a data folder: a service that is started on it goes on from the feed cursor it has.
/// </summary>
internal static class IndexBackup
{
    private const int Attempts = 20;

    /// <summary>Copies the index of a data folder into a folder that must not exist.</summary>
    /// <exception cref="InvalidOperationException">There is no index, or the target exists.</exception>
    /// <exception cref="IOException">A file can't be read or written, or the copy is not what was read.</exception>
    public static Copy Make(string dataPath, string target)
    {
        if (Path.Exists(target))
        {
            throw new InvalidOperationException($"{target} exists already");
        }

        var held = Path.Combine(dataPath, $"{IndexFolders.HeldPrefix}{Guid.NewGuid():N}");
        // What is unfinished never bears the name of what is finished.
        var unfinished = target.TrimEnd(Path.DirectorySeparatorChar) + ".part";
        try
        {
            var name = Hold(dataPath, held);
            if (Directory.Exists(unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }

            var index = Directory.CreateDirectory(Path.Combine(unfinished, name)).FullName;
            var bytes = 0L;
            foreach (var file in Directory.EnumerateFiles(held))
            {
                bytes += CopyDurably(file, Path.Combine(index, Path.GetFileName(file)));
            }

            DurableFiles.SyncFolder(index);
            if (CommitCheck.RemoveDamaged(index) is { } damage)
            {
                throw new IOException($"the index can't be copied soundly: {damage}");
            }

            var (cursor, time) = StoryIndex.CommitOf(index);
            IndexFolders.Point(unfinished, name);
            Directory.Move(unfinished, target);
            DurableFiles.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(target))!);
            return new Copy(bytes, cursor, time);
        }
        finally
        {
            if (Directory.Exists(held))
            {
                Directory.Delete(held, recursive: true);
            }
        }
    }

    /// <summary>Links the files of the newest commit of the index in use; answers the name of its folder.</summary>
    private static string Hold(string dataPath, string held)
    {
        for (var attempt = 1; ; attempt++)
        {
            var name = IndexFolders.NameOfCurrent(dataPath) ?? throw new InvalidOperationException($"{dataPath} has no index");
            try
            {
                Directory.CreateDirectory(held);
                using var directory = new MappedDirectory(Path.Combine(dataPath, name));
                if (!DirectoryReader.IndexExists(directory))
                {
                    throw new InvalidOperationException($"the index in {dataPath} was never made durable");
                }

                var infos = new SegmentInfos();
                infos.Read(directory);
                foreach (var file in infos.GetFiles(directory, includeSegmentsFile: true))
                {
                    Link(Path.Combine(dataPath, name, file), Path.Combine(held, file));
                }

                return name;
            }
            catch (IOException) when (attempt < Attempts)
            {
                // Two commits or a switch to another index went by meanwhile; the next look finds what is there now.
                Directory.Delete(held, recursive: true);
            }
        }
    }

    private static void Link(string file, string name)
    {
        if (CreateLink(file, name) != 0)
        {
            throw new IOException($"{file} can't be linked", Marshal.GetLastPInvokeError());
        }
    }

    private static long CopyDurably(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var copy = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        source.CopyTo(copy);
        copy.Flush(flushToDisk: true);
        return copy.Length;
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CreateLink([MarshalAs(UnmanagedType.LPUTF8Str)] string file, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    /// <summary>What was copied.</summary>
    /// <param name="Bytes">Size of the index.</param>
    /// <param name="Cursor">Feed cursor behind the last change that it holds.</param>
    /// <param name="CommitTime">When it was made durable.</param>
    internal sealed record Copy(long Bytes, string Cursor, DateTimeOffset CommitTime);
}
