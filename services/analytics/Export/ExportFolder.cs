using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Grpc.Core;

namespace Broadsheet.Analytics.Export;

/// <summary>Where exports are written before they are sent. What an earlier process left there is removed.</summary>
internal sealed class ExportFolder
{
    private readonly string _path;
    private readonly long _minimumFree;
    private readonly TimeProvider _time;

    public ExportFolder(AnalyticsOptions options, TimeProvider time)
    {
        _path = Path.GetFullPath(Path.Combine(options.DataPath, "export"));
        _minimumFree = options.MinimumFreeMegabytes * 1024L * 1024;
        _time = time;
        if (Directory.Exists(_path))
        {
            Directory.Delete(_path, recursive: true);
        }

        Directory.CreateDirectory(_path);
    }

    /// <summary>A file that is gone when it is disposed.</summary>
    public ExportFile Create() => new(Path.Combine(_path, Guid.NewGuid().ToString("N")), _minimumFree, _time);
}

/// <summary>A file that holds an export for the time of one call.</summary>
internal sealed class ExportFile(string path, long minimumFree, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly DriveInfo _drive = new(System.IO.Path.GetDirectoryName(path)!);

    /// <summary>Where it is.</summary>
    public string Path => path;

    public FileStream OpenWrite() => new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);

    public FileStream OpenRead() => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);

    /// <summary>Runs what writes the file, and ends it before the disk is so full that events can't be written any more.</summary>
    /// <exception cref="RpcException">There was too little room (STORE_FULL).</exception>
    public async Task WatchRoomAsync(Func<CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        // Twice, because other exports and the log grow too while this is written.
        if (_drive.AvailableFreeSpace < 2 * minimumFree)
        {
            throw Full();
        }

        using var full = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = write(full.Token);
        while (!writing.IsCompleted)
        {
            await Task.WhenAny(writing, Task.Delay(Look, time, CancellationToken.None));
            if (!writing.IsCompleted && _drive.AvailableFreeSpace < minimumFree)
            {
                await full.CancelAsync();
                await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
                throw Full();
            }
        }

        await writing;
    }

    public ValueTask DisposeAsync()
    {
        File.Delete(path);
        return ValueTask.CompletedTask;
    }

    private static RpcException Full() => RpcError.Of(ErrorReason.StoreFull, "there is no room on the disk for the export; ask for a shorter period");
}
