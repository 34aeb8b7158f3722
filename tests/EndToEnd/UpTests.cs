using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Broadsheet.EndToEnd;

/// <summary><c>broadsheet up</c> as a user runs it.</summary>
public sealed partial class UpTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_starts_imports_restarts_what_dies_and_stops_in_order()
    {
        var data = Directory.CreateTempSubdirectory("broadsheet-up-");
        try
        {
            using var up = new Up(data.FullName, 31_000);
            await up.WaitForAsync("Ctrl-C stops everything.");
            output.WriteLine(up.Printed);
            Assert.Contains("12 sample stories imported and published", up.Printed, StringComparison.Ordinal);
            var stories = await up.GetAsync("/v1/stories?pageSize=50");
            Assert.Equal(12, stories.GetProperty("stories").GetArrayLength());

            using (var second = new Up(data.FullName, 31_040))
            {
                await second.EndAsync();
                Assert.Equal(1, second.ExitCode);
                Assert.Contains("is in use by another `up`", second.Errors, StringComparison.Ordinal);
            }

            using (var taken = new Up(data.CreateSubdirectory("other").FullName, 31_000))
            {
                await taken.EndAsync();
                Assert.Equal(1, taken.ExitCode);
                Assert.Contains("port 31000 (gateway) is taken", taken.Errors, StringComparison.Ordinal);
            }

            up.KillChild("Broadsheet.Query.dll");
            await up.WaitForAsync("query died (exit code 137)");
            await up.WaitForAsync("query    ready again");
            Assert.True((await up.GetAsync("/v1/search?query=titanic")).GetProperty("totalSize").GetInt32() >= 3);

            up.Interrupt();
            await up.EndAsync();
            Assert.Equal(0, up.ExitCode);
            Assert.Equal(["gateway", "query", "analytics", "content"], StoppedLine().Matches(up.Printed).Select(match => match.Groups[1].Value));

            // The second start finds its stories and imports nothing.
            using var again = new Up(data.FullName, 31_000);
            await again.WaitForAsync("Ctrl-C stops everything.");
            Assert.DoesNotContain("imported", again.Printed, StringComparison.Ordinal);
            Assert.Equal(12, (await again.GetAsync("/v1/stories?pageSize=50")).GetProperty("stories").GetArrayLength());
            again.Interrupt();
            await again.EndAsync();
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"^(\w+)\s+stopped", RegexOptions.Multiline)]
    private static partial Regex StoppedLine();

    private sealed class Up : IDisposable
    {
        private readonly Process _process;
        private readonly HttpClient _http;
        private readonly List<string> _lines = [];
        private readonly List<string> _errors = [];

        public Up(string data, int port)
        {
            var assembly = Path.Combine(AppContext.BaseDirectory, "../..", "Broadsheet.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "broadsheet.dll");
            var start = new ProcessStartInfo(
                "dotnet", [assembly, "up", "--data", data, "--http-port", $"{port}", "--grpc-port", $"{port + 1}", "--content-port", $"{port + 2}", "--query-port", $"{port + 3}", "--analytics-port", $"{port + 4}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            _process = Process.Start(start)!;
            _process.OutputDataReceived += (_, line) => Add(_lines, line.Data);
            _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
            _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        }

        public int ExitCode => _process.ExitCode;

        public string Printed => Join(_lines);

        public string Errors => Join(_errors);

        public async Task WaitForAsync(string text)
        {
            var waited = Stopwatch.StartNew();
            while (!Printed.Contains(text, StringComparison.Ordinal))
            {
                Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60) && !_process.HasExited, $"“{text}” was not printed:\n{Printed}\n{Errors}");
                await Task.Delay(50, Cancel);
            }
        }

        public async Task<JsonElement> GetAsync(string path) => await _http.GetFromJsonAsync<JsonElement>(path, Cancel);

        public Task EndAsync() => _process.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        public void KillChild(string assembly)
        {
            foreach (var stat in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
            {
                try
                {
                    var fields = File.ReadAllText(Path.Combine(stat, "stat")).Split(") ")[^1].Split(' ');
                    if (fields[1] == $"{_process.Id}" && File.ReadAllText(Path.Combine(stat, "cmdline")).Contains(assembly, StringComparison.Ordinal))
                    {
                        using var child = Process.GetProcessById(int.Parse(Path.GetFileName(stat), System.Globalization.CultureInfo.InvariantCulture));
                        child.Kill();
                        return;
                    }
                }
                catch (IOException)
                {
                    // A process that ended while we looked.
                }
            }

            Assert.Fail($"no child runs {assembly}");
        }

        /// <summary>Ctrl-C.</summary>
        public void Interrupt()
        {
            using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
            kill.WaitForExit();
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                // Its children hold their standard input from it and end with it.
                _process.Kill();
            }

            _process.Dispose();
            _http.Dispose();
        }

        private static void Add(List<string> lines, string? line)
        {
            if (line is not null)
            {
                lock (lines)
                {
                    lines.Add(line);
                }
            }
        }

        private static string Join(List<string> lines)
        {
            lock (lines)
            {
                return string.Join('\n', lines);
            }
        }
    }
}
