using System.Diagnostics;
using System.Text.Json;

namespace Broadsheet.Cli.Tests;

/// <summary>One run of the <c>broadsheet</c> command as a process of its own.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record CommandRun(int ExitCode, string Out, string Errors)
{
    /// <summary>The command as it was built: beside the tests it would find other versions of its libraries.</summary>
    public static string Assembly { get; } = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../..", "Broadsheet.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "broadsheet.dll"));

    public IReadOnlyList<string> Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Standard output, of which every line must be a JSON object.</summary>
    public IReadOnlyList<JsonElement> Json => [.. Lines.Select(line => JsonDocument.Parse(line).RootElement)];

    public static Task<CommandRun> OfAsync(params string[] arguments) => OfAsync(arguments, input: null, server: null);

    public static async Task<CommandRun> OfAsync(string[] arguments, string? input = null, string? server = null)
    {
        using var process = Start(arguments, server);
        var cancel = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(cancel).WaitAsync(TimeSpan.FromSeconds(30), cancel);
        return new CommandRun(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts the command and leaves it running.</summary>
    public static Process Start(string[] arguments, string? server = null)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("BROADSHEET_SERVER");
        if (server is not null)
        {
            start.Environment["BROADSHEET_SERVER"] = server;
        }

        return Process.Start(start)!;
    }
}
