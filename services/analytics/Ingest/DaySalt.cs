using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Broadsheet.Analytics.Ingest;

/// <summary>
/// The salt of the UTC day, with which readers who are not signed in are told apart within that day and never after it.
/// It stands in a file of its own in the folder <c>salt</c>, which no backup takes along; when the day is over the file
/// is overwritten and removed. (What a copying file system or a worn disk keeps below that is out of reach.)
/// </summary>
internal sealed class DaySalt : IDisposable
{
    private const int Length = 32;
    private const int VisitorLength = 16;

    private readonly Lock _changing = new();
    private readonly string _folder;
    private readonly string _site;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private volatile Key _key;

    public DaySalt(AnalyticsOptions options, TimeProvider time)
    {
        _folder = options.SaltPath ?? Path.Combine(options.DataPath, "salt");
        _site = options.Site;
        _time = time;
        Directory.CreateDirectory(_folder);
        _key = Take(Today());
        // Also when nobody calls the salt of a day that is over goes.
        _timer = time.CreateTimer(_ => Current(), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
    }

    /// <summary>Who calls from this connection, for today; null if nothing is known of it.</summary>
    public Guid? VisitorOf(string ipAddress, string userAgent)
    {
        if (ipAddress.Length == 0 && userAgent.Length == 0)
        {
            return null;
        }

        var address = IPAddress.TryParse(ipAddress, out var parsed) ? (parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed).ToString() : ipAddress;
        var text = Encoding.UTF8.GetBytes($"{address}\n{userAgent}\n{_site}");
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Current().Salt, text, hash);
        return new Guid(hash[..VisitorLength]);
    }

    public void Dispose() => _timer.Dispose();

    private DateOnly Today() => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    private Key Current()
    {
        var today = Today();
        if (_key.Day == today)
        {
            return _key;
        }

        lock (_changing)
        {
            if (_key.Day != today)
            {
                _key = Take(today);
            }

            return _key;
        }
    }

    private Key Take(DateOnly day)
    {
        var path = Path.Combine(_folder, $"{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.salt");
        foreach (var other in Directory.GetFiles(_folder))
        {
            // The day that another replica's clock is already in stays, and what it is about to give a name, unless it was left behind.
            if (other.EndsWith(".new", StringComparison.Ordinal)
                ? File.GetLastWriteTimeUtc(other) < _time.GetUtcNow().UtcDateTime.AddMinutes(-5)
                : string.CompareOrdinal(Path.GetFileName(other), Path.GetFileName(path)) < 0)
            {
                Destroy(other);
            }
        }

        while (true)
        {
            if (File.Exists(path) && File.ReadAllBytes(path) is { Length: Length } kept)
            {
                return new Key(day, kept);
            }

            // Written under another name first, and given its own only if nobody else was quicker: replicas may share the folder.
            var salt = RandomNumberGenerator.GetBytes(Length);
            var unfinished = Path.Combine(_folder, $"{Guid.NewGuid():N}.new");
            using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(unfinished, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                }

                file.Write(salt);
                file.Flush(flushToDisk: true);
            }

            try
            {
                if (new FileInfo(path) is { Exists: true, Length: not Length })
                {
                    // Cut off by a disk that was full once: of no use to anyone.
                    File.Delete(path);
                }

                File.Move(unfinished, path, overwrite: false);
                return new Key(day, salt);
            }
            catch (IOException) when (File.Exists(path))
            {
                Destroy(unfinished);
            }
        }
    }

    private static void Destroy(string path)
    {
        try
        {
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None))
            {
                file.Write(RandomNumberGenerator.GetBytes((int)Math.Max(Length, file.Length)));
                file.Flush(flushToDisk: true);
            }

            File.Delete(path);
        }
        catch (FileNotFoundException)
        {
            // Another replica was quicker.
        }
    }

    private sealed record Key(DateOnly Day, byte[] Salt);
}
