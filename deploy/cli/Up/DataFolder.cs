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
        try
        {
            folder.Create();
            var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            held.SetLength(0);
            held.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            held.Flush();
            return new DataFolder(held);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new UpException($"the data folder {folder.FullName} is in use by another `up`{Holder(path)}; stop it or choose another with --data");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UpException($"the data folder {folder.FullName} can't be used: {error.Message}");
        }
    }

    public void Dispose() => _lock.Dispose();

    private static string Holder(string path)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return $" (process {reader.ReadToEnd()})";
        }
        catch (IOException)
        {
            // Only who holds it would have been nice to know; that it is held is said all the same.
            return "";
        }
    }
}

/// <summary>Why the suite can't be started, in words for the person who started it.</summary>
internal sealed class UpException(string message) : Exception(message);
