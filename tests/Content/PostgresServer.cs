using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(Broadsheet.Content.Tests.PostgresServer))]

namespace Broadsheet.Content.Tests;

/// <summary>
/// A real PostgreSQL server on a private loopback port, started by the first test that needs it and stopped after
/// the last. A machine without the server's programs skips those tests.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> Shared = new(() => Task.Run(Start));

    private readonly string _folder = "";
    private readonly string _programs = "";

    public PostgresServer()
    {
    }

    private PostgresServer(string folder, string programs, int port)
    {
        _folder = folder;
        _programs = programs;
        Port = port;
    }

    public int Port { get; }

    /// <summary>The server, running.</summary>
    public static Task<PostgresServer> GetAsync()
    {
        Assert.SkipWhen(FindPrograms() is null, "the programs of a PostgreSQL server (15 or newer) are not installed");
        return Shared.Value;
    }

    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port.ToString(CultureInfo.InvariantCulture)};Username=broadsheet;Database={database}";

    public Task CreateDatabaseAsync(string name) => ExecuteAsync($"create database {name}");

    public Task DropDatabaseAsync(string name) => ExecuteAsync($"drop database if exists {name} with (force)");

    /// <summary>Ends the server and everything that is connected to it, as a crash would.</summary>
    public void Crash() => Run("pg_ctl", $"-D '{_folder}/data' -m immediate -w stop");

    /// <summary>Starts it again on the same data and port.</summary>
    public void Restart() => Run("pg_ctl", $"-D '{_folder}/data' -l '{_folder}/log' -w -o '{Options(_folder, Port)}' start");

    public async ValueTask DisposeAsync()
    {
        if (Shared.IsValueCreated && _folder.Length == 0)
        {
            await (await Shared.Value).DisposeAsync();
        }
        else if (_folder.Length > 0)
        {
            Crash();
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>A server of its own, for a test that takes it away.</summary>
    public static async Task<PostgresServer> StartOwnAsync()
    {
        Assert.SkipWhen(FindPrograms() is null, "the programs of a PostgreSQL server (15 or newer) are not installed");
        return await Task.Run(Start);
    }

    private static PostgresServer Start()
    {
        var folder = Directory.CreateTempSubdirectory("broadsheet-postgres-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            // The server refuses to run as root.
            using var chown = Process.Start("chown", ["nobody", folder]);
            chown.WaitForExit();
        }

        var server = new PostgresServer(folder, FindPrograms()!, FreePort());
        server.Run("initdb", $"-D '{folder}/data' -U broadsheet -A trust --no-sync");
        server.Restart();
        return server;
    }

    // Durability against a crash of the machine is the server's business; here only processes die.
    private static string Options(string folder, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c max_connections=400");

    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Where(version => int.TryParse(Path.GetFileName(version), CultureInfo.InvariantCulture, out var major) && major >= 15 && File.Exists(Path.Combine(version, "bin", "initdb")))
            .Select(version => Path.Combine(version, "bin"))
            .Order(StringComparer.Ordinal)
            .FirstOrDefault()
        : null;

    private void Run(string program, string arguments)
    {
        var command = $"'{_programs}/{program}' {arguments}";
        // No pipe: the server would inherit it and hold it open.
        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("su", ["-s", "/bin/sh", "nobody", "-c", $"cd / && {command} >/dev/null 2>&1"])
            : new ProcessStartInfo("/bin/sh", ["-c", $"{command} >/dev/null 2>&1"]);
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command} ended with {process.ExitCode}");
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString("postgres")};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
