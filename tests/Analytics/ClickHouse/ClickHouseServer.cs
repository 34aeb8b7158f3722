using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ClickHouse.Driver;

namespace Broadsheet.Analytics.Tests.ClickHouse;

/// <summary>
/// ClickHouse's real engine as a process with the HTTP interface (<c>server.mjs</c>), its data in a folder of its own. It
/// stands in for a single server: no replication, no users.
/// </summary>
public sealed partial class ClickHouseServer : IAsyncDisposable
{
    /// <summary>Names the folder that holds <c>node_modules/chdb</c>; by default <c>artifacts/npm</c> of the repository.</summary>
    public const string ModulesVariable = "BROADSHEET_CHDB";

    private static readonly SemaphoreSlim Starting = new(1, 1);
    private static ClickHouseServer? _shared;
    private static int _databases;

    private readonly string _modules;
    private readonly string _folder;
    private Process? _process;

    private ClickHouseServer(string modules, string folder)
    {
        _modules = modules;
        _folder = folder;
    }

    /// <summary>Where it listens; the same after <see cref="RestartAsync"/>.</summary>
    public int Port { get; private set; }

    /// <summary>True if the engine is installed here.</summary>
    public static bool IsInstalled => Modules() is not null;

    /// <summary>The server of this test run, started when it is first asked for. Skips the test where the engine is missing.</summary>
    public static async Task<ClickHouseServer> SharedAsync()
    {
        await Starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _shared ??= await StartAsync();
        }
        finally
        {
            Starting.Release();
        }
    }

    /// <summary>A server of the test's own. Skips the test where the engine is missing.</summary>
    public static async Task<ClickHouseServer> StartAsync()
    {
        Assert.SkipUnless(IsInstalled, $"chdb is not installed (npm install --prefix artifacts/npm chdb@3.4.0, or {ModulesVariable})");
        var server = new ClickHouseServer(Modules()!, Directory.CreateTempSubdirectory("broadsheet-clickhouse-").FullName);
        await server.RestartAsync();
        return server;
    }

    /// <summary>The address of a database that no other test uses; the service creates it.</summary>
    public string NewDatabase() =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Database=test_{Interlocked.Increment(ref _databases)};Compression=false");

    /// <summary>Starts it again on the same folder and the same port, after <see cref="KillAsync"/>.</summary>
    public async Task RestartAsync()
    {
        var start = new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "ClickHouse", "server.mjs"), _modules, _folder])
        {
            // It ends with its input, so it does not outlive the tests.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PORT"] = Port.ToString(CultureInfo.InvariantCulture);
        _process = Process.Start(start)!;
        while (true)
        {
            var line = await _process.StandardOutput.ReadLineAsync(CancellationToken.None) ?? throw new InvalidOperationException("the engine ended at its start");
            if (Listening().Match(line) is { Success: true } match)
            {
                Port = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }
    }

    /// <summary>Ends it at once, as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A client for what a test asks the database itself.</summary>
    internal static ClickHouseClient Client(string connection) => new(connection);

    private static string? Modules()
    {
        if (Environment.GetEnvironmentVariable(ModulesVariable) is { Length: > 0 } named)
        {
            return Directory.Exists(Path.Combine(named, "node_modules", "chdb")) ? named : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Suite.sln")))
            {
                var npm = Path.Combine(folder.FullName, "artifacts", "npm");
                return Directory.Exists(Path.Combine(npm, "node_modules", "chdb")) ? npm : null;
            }
        }

        return null;
    }

    [GeneratedRegex(@"^listening on (\d+)$")]
    private static partial Regex Listening();
}
