using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Broadsheet.Gateway.Tests;

/// <summary>How the gateway's process, and with it every host, ends.</summary>
public sealed partial class ProcessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_drains_and_then_ends_the_process(string signal)
    {
        await using var gateway = await Child.StartAsync("--Broadsheet:DrainDelay=00:00:02");
        await gateway.SignalAsync(signal);
        string ready;
        do
        {
            ready = await (await gateway.Http.GetAsync("/readyz", Cancel)).Content.ReadAsStringAsync(Cancel);
        }
        while (!ready.Contains("\"drain\":\"draining\"", StringComparison.Ordinal));

        // Not ready, and still serving.
        Assert.Equal(HttpStatusCode.OK, (await gateway.Http.GetAsync("/", Cancel)).StatusCode);
        Assert.Equal(0, await gateway.ExitAsync());
    }

    [Fact]
    public async Task Second_signal_ends_the_drain()
    {
        await using var gateway = await Child.StartAsync("--Broadsheet:DrainDelay=00:10:00");
        await gateway.SignalAsync("TERM");
        // Two signals at once are one to the system: the second is sent when the first has been heard.
        while (!(await (await gateway.Http.GetAsync("/readyz", Cancel)).Content.ReadAsStringAsync(Cancel)).Contains("\"drain\":\"draining\"", StringComparison.Ordinal))
        {
        }

        await gateway.SignalAsync("TERM");
        Assert.Equal(0, await gateway.ExitAsync());
    }

    [Fact]
    public async Task Child_of_up_leaves_Ctrl_C_alone_and_ends_with_its_standard_input()
    {
        await using var gateway = await Child.StartAsync("--Broadsheet:ExitWithParent=true", "--environment=Development");
        await gateway.SignalAsync("INT");
        for (var i = 0; i < 10; i++)
        {
            await Task.Delay(50, Cancel);
            Assert.Contains("\"drain\":\"ok\"", await (await gateway.Http.GetAsync("/readyz", Cancel)).Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        gateway.CloseInput();
        Assert.Equal(0, await gateway.ExitAsync());
    }

    private sealed partial class Child : IAsyncDisposable
    {
        private readonly Process _process;

        private Child(Process process, Uri http)
        {
            _process = process;
            Http = new HttpClient { BaseAddress = http };
        }

        public HttpClient Http { get; }

        public static async Task<Child> StartAsync(params string[] settings)
        {
            string[] arguments =
            [
                Path.Combine(AppContext.BaseDirectory, "Broadsheet.Gateway.dll"),
                "--Broadsheet:BindAddress=127.0.0.1", "--Broadsheet:GrpcPort=0", "--Broadsheet:HttpPort=0",
                .. settings,
            ];
            var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            var addresses = new List<Uri>();
            while (addresses.Count < 2)
            {
                var line = await process.StandardOutput.ReadLineAsync(Cancel) ?? throw new InvalidOperationException("the gateway ended at its start");
                if (Listening().Match(line) is { Success: true } match)
                {
                    addresses.Add(new Uri(match.Groups[1].Value));
                }
            }

            // A full pipe would stop the process.
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return new Child(process, addresses[1]);
        }

        public async Task SignalAsync(string signal)
        {
            using var kill = Process.Start("kill", ["-" + signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(Cancel);
        }

        public void CloseInput() => _process.StandardInput.Close();

        public async Task<int> ExitAsync()
        {
            await _process.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel);
            return _process.ExitCode;
        }

        public ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            Http.Dispose();
            _process.Dispose();
            return ValueTask.CompletedTask;
        }

        [GeneratedRegex(@"Now listening on: (http://\S+)")]
        private static partial Regex Listening();
    }
}
