using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Broadsheet.Query.Indexing;

/// <summary>Makes names in a folder survive a loss of power, which flushing the files alone does not.</summary>
internal static class DurableFiles
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;

    /// <summary>Writes the folder's entries (new, renamed and removed files) to the disk.</summary>
    public static void SyncFolder(string folder)
    {
        using var handle = new SafeFileHandle(Open(folder, ReadOnly | CloseOnExec), ownsHandle: true);
        if (handle.IsInvalid || FSync(handle) != 0)
        {
            throw new IOException($"fsync of {folder} failed", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
    }

    /// <summary>Replaces a small file as a whole: after a crash it has the old text or the new.</summary>
    public static void Replace(string path, string text)
    {
        var fresh = path + ".new";
        using (var stream = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(SafeFileHandle handle);
}
