using Lucene.Net.Index;
using FileSystem = System.IO.Directory;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// Looks over an index folder before it is used: a commit that can't be read, or whose files don't have their
/// checksums, is removed, so that the one before it is opened, and if that is damaged too an empty index.
/// </summary>
internal static class CommitCheck
{
    /// <summary>Leaves the newest sound commit as the newest; says what was done, or null if nothing had to be.</summary>
    public static string? RemoveDamaged(string folder)
    {
        var damages = new List<string>();
        while (NewestCommit(folder) is { } commit)
        {
            try
            {
                Verify(folder, Path.GetFileName(commit));
                return damages.Count > 0 ? $"fell back to the commit before: {string.Join("; ", damages)}" : RemoveUnreadable(folder, commit);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // Whatever a damaged file makes the reader throw, the commit can't be used.
                damages.Add($"{Path.GetFileName(commit)}: {exception.Message}");
                File.Delete(commit);
                File.Delete(Path.Combine(folder, IndexFileNames.SEGMENTS_GEN));
                DurableFiles.SyncFolder(folder);
            }
        }

        if (damages.Count == 0)
        {
            return null;
        }

        foreach (var file in FileSystem.EnumerateFiles(folder))
        {
            File.Delete(file);
        }

        return $"rebuilt: no sound commit was left ({string.Join("; ", damages)})";
    }

    /// <summary>
    /// The library reads every commit that is there when it opens the newest for writing, so one that can't be read keeps
    /// it from opening any.
    /// </summary>
    private static string? RemoveUnreadable(string folder, string sound)
    {
        var damages = new List<string>();
        foreach (var commit in Commits(folder).Where(commit => commit != sound))
        {
            try
            {
                using var directory = new MappedDirectory(folder);
                new SegmentInfos().Read(directory, Path.GetFileName(commit));
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                damages.Add($"{Path.GetFileName(commit)}: {exception.Message}");
                File.Delete(commit);
            }
        }

        return damages.Count == 0 ? null : $"removed the commit before, which was damaged: {string.Join("; ", damages)}";
    }

    private static string? NewestCommit(string folder) => Commits(folder)
        .MaxBy(path => SegmentInfos.GenerationFromSegmentsFileName(Path.GetFileName(path)));

    private static IEnumerable<string> Commits(string folder) => FileSystem
        .GetFiles(folder, IndexFileNames.SEGMENTS + "*")
        .Where(path => Path.GetFileName(path) != IndexFileNames.SEGMENTS_GEN);

    private static void Verify(string folder, string commit)
    {
        using var directory = new MappedDirectory(folder);
        // The library would silently read an older commit if it could not read this one.
        var infos = new SegmentInfos();
        infos.Read(directory, commit);
        var files = infos.GetFiles(directory, includeSegmentsFile: false)
            .Select(file => new FileInfo(Path.Combine(folder, file)))
            .OrderByDescending(file => file.Exists ? file.Length : 0)
            .ToArray();
        var damages = new System.Collections.Concurrent.ConcurrentBag<Exception>();
        Parallel.ForEach(files, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (file, state) =>
        {
            try
            {
                FileChecksum.Verify(file.FullName);
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                damages.Add(exception);
                state.Stop();
            }
        });
        if (damages.FirstOrDefault() is { } damage)
        {
            throw new InvalidDataException(damage.Message, damage);
        }

        using var reader = DirectoryReader.Open(directory);
        if (reader.IndexCommit.SegmentsFileName != commit)
        {
            throw new InvalidDataException($"{reader.IndexCommit.SegmentsFileName} was read in its place");
        }
    }
}
