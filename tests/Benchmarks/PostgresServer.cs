using System.Diagnostics;
using System.Globalization;

namespace Broadsheet.Benchmarks;

/// <summary>A PostgreSQL server of its own, driven by its own programs, whose data stay in a folder.</summary>
internal sealed class PostgresServer : IDisposable
{
    /// <summary>psql without settings and talk, that ends at the first error.</summary>
    public const string Quiet = "-X -q -v ON_ERROR_STOP=1";

    private readonly string _programs;
    private readonly string _port = Server.FreePort().ToString(CultureInfo.InvariantCulture);

    private PostgresServer(string programs, string folder) => (_programs, Folder) = (programs, folder);

    /// <summary>Where its data are; what it may read too.</summary>
    public string Folder { get; }

    /// <summary>How its programs are told where it is.</summary>
    public string Connection => $"-h 127.0.0.1 -p {_port} -U broadsheet postgres";

    /// <summary>Starts it with such settings (<c>-c fsync=off</c>) on the folder, or on a new one there; null without the server's programs.</summary>
    public static async Task<PostgresServer?> StartAsync(string folder, bool isNew, string settings, CancellationToken cancellationToken)
    {
        if (FindPrograms() is not { } programs)
        {
            return null;
        }

        var server = new PostgresServer(programs, folder);
        if (isNew)
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.CreateDirectory(folder);
            if (Environment.IsPrivilegedProcess)
            {
                // The server refuses to run as root.
                using var chown = Process.Start("chown", ["nobody", folder]);
                await chown.WaitForExitAsync(cancellationToken);
            }

            await server.RunAsync($"initdb -D '{folder}/data' -U broadsheet -A trust --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null", cancellationToken);
        }

        await server.RunAsync($"pg_ctl -D '{folder}/data' -l '{folder}/log' -w -t 60 -o '-p {server._port} -h 127.0.0.1 -k {folder} {settings}' start >/dev/null", cancellationToken);
        return server;
    }

    /// <summary>Runs statements.</summary>
    public Task<string> SqlAsync(string sql, CancellationToken cancellationToken) => RunAsync($"psql {Quiet} -f - {Connection}", cancellationToken, sql);

    /// <summary>Runs a command of the shell, with the server's programs at hand.</summary>
    public async Task<string> RunAsync(string command, CancellationToken cancellationToken, string input = "")
    {
        command = $"cd / && PATH='{_programs}':$PATH && {command}";
        var start = Environment.IsPrivilegedProcess ? new ProcessStartInfo("su", ["-s", "/bin/sh", "nobody", "-c", command]) : new ProcessStartInfo("/bin/sh", ["-c", command]);
        // What the server itself says goes to its log, so nothing holds the pipe open.
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{command} ended with {process.ExitCode}: {output}");
    }

    public void Dispose() => RunAsync($"pg_ctl -D '{Folder}/data' -m fast -w stop >/dev/null", CancellationToken.None).GetAwaiter().GetResult();

    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Select(version => Path.Combine(version, "bin"))
            .Where(programs => File.Exists(Path.Combine(programs, "initdb")) && File.Exists(Path.Combine(programs, "pgbench")))
            .Order(StringComparer.Ordinal)
            .FirstOrDefault()
        : null;
}
