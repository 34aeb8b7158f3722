using System.Globalization;

namespace Broadsheet.Cli.Up;

/// <summary>The data folder, held by one <c>up</c> at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(FileStream held) => _lock = held;

    /// <summary>Takes the folder, making it if need be; throws <see cref="UpException"/> if another process holds it.</summary>
    public static DataFolder Take(DirectoryInfo folder)
    {
        var path = Path.Combine(folder.FullName, "up.lock");
        FileStream held;
        try
        {
            folder.Create();
            held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new UpException($"the data folder {folder.FullName} is in use by another `up`{Holder(folder)}; stop it or choose another with --data");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UpException($"the data folder {folder.FullName} can't be used: {error.Message}");
        }

        // Beside the lock, which nobody else can read while it is held.
        File.WriteAllText(Path.Combine(folder.FullName, "up.pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new DataFolder(held);
    }

    public void Dispose() => _lock.Dispose();

    private static string Holder(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "up.pid")) ? $" (process {File.ReadAllText(Path.Combine(folder.FullName, "up.pid"))})" : "";
}

/// <summary>Why the suite can't be started, in words for the person who started it.</summary>
internal sealed class UpException(string message) : Exception(message);
