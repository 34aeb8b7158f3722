using System.Diagnostics;

namespace Broadsheet.Query.Tests;

/// <summary>A small file system of its own in memory. Skips the test where that may not be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public long Free => new DriveInfo(Path).AvailableFreeSpace;

    public static SmallDisk Mount(int mebibytes)
    {
        var path = Directory.CreateTempSubdirectory("broadsheet-disk-").FullName;
        using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", path]) { RedirectStandardError = true })!;
        mount.WaitForExit();
        if (mount.ExitCode != 0)
        {
            Directory.Delete(path);
            Assert.Skip("a small file system can't be mounted here");
        }

        return new SmallDisk(path);
    }

    public void Dispose()
    {
        using var unmount = Process.Start("umount", ["-l", Path]);
        unmount.WaitForExit();
        Directory.Delete(Path);
    }
}
