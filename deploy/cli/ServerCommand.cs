using System.CommandLine;
using Broadsheet.Clients;
using Google.Protobuf;
using Grpc.Core;
using Spectre.Console;

namespace Broadsheet.Cli;

/// <summary>
/// What all commands against a running suite share: where it is, who calls, how results and failures are shown.
/// Results go to standard output (one JSON object a line with <c>--json</c>), everything else to standard error.
/// Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
/// </summary>
internal static class ServerCommand
{
    private const int Interrupted = 130;
    private const string EnvironmentVariable = "BROADSHEET_SERVER";
    private const string AddressRule = "must be an address such as http://127.0.0.1:8081, https://… or dns:///…";

    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    /// <summary>Where messages for people go.</summary>
    public static IAnsiConsole Messages { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Adds the shared options and runs the work with a channel.</summary>
    public static Command Create(Command command, Func<Session, Task<int>> run)
    {
        var server = new Option<Uri>("--server")
        {
            Description = $"Address of the gateway's gRPC port (environment: {EnvironmentVariable}).",
            CustomParser = result => AddressOf(result.Tokens[0].Value) ?? Fail(result, $"--server: {AddressRule}"),
            DefaultValueFactory = _ => AddressOf(UsualAddress)!,
        };
        var caller = new Option<string?>("--caller") { Description = "Who calls, as creators/ada;roles=editor (Development only)." };
        var json = new Option<bool>("--json") { Description = "Print JSON, one object a line." };
        command.Add(server);
        command.Add(caller);
        command.Add(json);
        command.Validators.Add(result =>
        {
            if (result.GetResult(server) is null or { Implicit: true } && AddressOf(UsualAddress) is null)
            {
                result.AddError($"{EnvironmentVariable}: {AddressRule}");
            }
        });
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var address = arguments.GetRequiredValue(server);
            using var channel = new BroadsheetChannel(address, new BroadsheetClientOptions { Caller = arguments.GetValue(caller), ReadDeadline = TimeSpan.FromSeconds(10) });
            try
            {
                return await run(new Session(arguments, channel, arguments.GetValue(json), cancellationToken));
            }
            catch (Exception error) when (error is RpcException or OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                return Interrupted;
            }
            catch (RpcException error)
            {
                await Console.Error.WriteLineAsync($"error: {Describe(error, address)}");
                return 1;
            }
        });
        return command;
    }

    /// <summary>A failure in one line: each field and its rule, or what is down.</summary>
    public static string Describe(RpcException error, Uri address)
    {
        var failure = RpcFailure.From(error);
        return failure switch
        {
            { Violations.Count: > 0 } => string.Join("; ", failure.Violations.Select(violation => $"{violation.Field}: {violation.Rule}")),
            { Code: StatusCode.Unavailable, Reason: "" } => $"nothing answers at {address}; is the suite running (`broadsheet up`)?",
            { Reason: "" } => $"{failure.Code}: {failure.Message}",
            _ => $"{failure.Message} ({failure.Reason})",
        };
    }

    /// <summary>Prints a message as one line of JSON.</summary>
    public static void WriteJson(IMessage message) => Console.Out.WriteLine(Json.Format(message));

    private static string UsualAddress => Environment.GetEnvironmentVariable(EnvironmentVariable) ?? "http://127.0.0.1:8081";

    private static Uri? AddressOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https" or "dns") ? uri : null;

    private static Uri? Fail(System.CommandLine.Parsing.ArgumentResult result, string message)
    {
        result.AddError(message);
        return null;
    }
}

/// <summary>One run of a command against a suite.</summary>
/// <param name="Arguments">What was typed.</param>
/// <param name="Channel">Where calls go.</param>
/// <param name="Json">Print JSON for programs.</param>
/// <param name="Cancel">Cancelled by Ctrl-C.</param>
internal sealed record Session(ParseResult Arguments, BroadsheetChannel Channel, bool Json, CancellationToken Cancel);
