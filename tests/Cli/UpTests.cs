using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Broadsheet.Cli.Up;
using Microsoft.Extensions.Time.Testing;

namespace Broadsheet.Cli.Tests;

public sealed class UpTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("broadsheet-up-");
    private readonly BlockingCollection<string> _said = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(1_000_000, 30)]
    public void Delay_doubles_up_to_half_a_minute(int deaths, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ServiceProcess.DelayAfter(deaths));

    [Fact]
    public async Task Service_that_dies_before_it_was_ready_is_given_up_with_its_last_words()
    {
        using var process = Run(Dies, TimeProvider.System);

        Assert.Equal(2, await process.DiedEarly.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel));

        Assert.Contains(process.LastLines(15), line => line.Contains("Required command was not provided", StringComparison.Ordinal));
        Assert.Empty(_said);
        await process.StopAsync(Cancel);
    }

    [Fact]
    public async Task Service_that_dies_again_and_again_is_started_later_each_time()
    {
        var time = new FakeTimeProvider();
        using var process = Run(Dies, time, ready: true);

        foreach (var delay in new[] { 0.5, 1, 2, 4 })
        {
            Assert.Equal($"content died (exit code 2); starting it again in {delay.ToString(CultureInfo.InvariantCulture)} s", Said());
            // The pause begins just after it was announced, so one step may come too early for it.
            while (_said.Count == 0)
            {
                time.Advance(TimeSpan.FromSeconds(delay));
                await Task.Delay(TimeSpan.FromMilliseconds(20), Cancel);
            }
        }

        await process.StopAsync(Cancel);
    }

    [Fact]
    public async Task Service_that_lived_for_a_minute_is_started_again_soon()
    {
        var time = new FakeTimeProvider();
        using var process = Run(Lives, time, ready: true);
        for (var death = 0; death < 3; death++)
        {
            var child = await ChildAsync();
            time.Advance(TimeSpan.FromSeconds(61));

            child.Kill();

            Assert.Equal("content died (exit code 137); starting it again in 0.5 s", Said());
            while (!child.HasExited || FindChild(except: child.Id) is null)
            {
                time.Advance(TimeSpan.FromSeconds(0.5));
                await Task.Delay(TimeSpan.FromMilliseconds(20), Cancel);
            }
        }

        await process.StopAsync(Cancel);
    }

    [Fact]
    public async Task Stopped_service_ends_by_itself_and_stays_down()
    {
        using var process = Run(Lives, TimeProvider.System);
        var child = await ChildAsync();

        await process.StopAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.True(child.HasExited);
        Assert.Empty(_said);
        Assert.Null(FindChild());
    }

    [Fact]
    public async Task Stop_at_once_kills_the_service()
    {
        using var process = Run(Lives, TimeProvider.System);
        var child = await ChildAsync();
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();

        await process.StopAsync(atOnce.Token).WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        Assert.True(child.HasExited);
        Assert.Equal("content killed", Said());
    }

    [Fact]
    public async Task Log_that_can_not_be_written_is_told()
    {
        using var process = new ServiceProcess(Spec(), Dies, _folder.FullName, TimeProvider.System, _said.Add);
        process.Start();

        var error = await Assert.ThrowsAsync<UpException>(process.ThrowIfFaultedAsync);

        Assert.StartsWith("the log of content can't be written", error.Message, StringComparison.Ordinal);
        await process.StopAsync(Cancel);
    }

    [Fact]
    public void Data_folder_is_held_by_one_at_a_time()
    {
        using (DataFolder.Take(_folder))
        {
            var error = Assert.Throws<UpException>(() => DataFolder.Take(_folder));
            Assert.Contains(_folder.FullName, error.Message, StringComparison.Ordinal);
            Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        }

        DataFolder.Take(_folder).Dispose();
    }

    [Fact]
    public void Data_folder_that_is_a_file_is_told()
    {
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");

        Assert.Contains(file, Assert.Throws<UpException>(() => DataFolder.Take(new DirectoryInfo(file))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "--http-port")]
    [InlineData(1, "--grpc-port")]
    [InlineData(2, "--content-port")]
    [InlineData(3, "--query-port")]
    [InlineData(4, "--analytics-port")]
    public void Taken_port_is_told_with_the_option_that_moves_it(int index, string option)
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var taken = ((IPEndPoint)holder.LocalEndpoint).Port;
        var ports = FreePorts(5);
        ports[index] = taken;

        var error = Assert.Throws<UpException>(() => new Suite(Options(ports), TimeProvider.System, _said.Add));

        Assert.StartsWith($"port {taken} (", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(option, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Port_given_twice_is_told()
    {
        var ports = FreePorts(5);
        ports[1] = ports[0];

        var error = Assert.Throws<UpException>(() => new Suite(Options(ports), TimeProvider.System, _said.Add));

        Assert.Contains("is wanted twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_are_found_from_where_the_command_was_built() =>
        Assert.True(File.Exists(Path.Combine(Samples.Find() ?? "", "manifest.json")));

    public void Dispose()
    {
        _said.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>A program that ends at once with 2: the command itself, without arguments.</summary>
    private static string Dies => CommandRun.Assembly;

    /// <summary>A program that runs until it is stopped: the content service.</summary>
    private static string Lives => Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../..", "Broadsheet.Content", new DirectoryInfo(AppContext.BaseDirectory).Name, "Broadsheet.Content.dll"));

    private ServiceProcess Run(string assembly, TimeProvider time, bool ready = false)
    {
        var process = new ServiceProcess(Spec(), assembly, Path.Combine(_folder.FullName, "content.log"), time, _said.Add) { WasReady = ready };
        process.Start();
        return process;
    }

    private ServiceSpec Spec() => Options(FreePorts(5)).Services.Single(spec => spec.Name == "content");

    private UpOptions Options(int[] ports) => new(_folder, Samples: false, ports[0], ports[1], ports[2], ports[3], ports[4]);

    private string Said() => _said.TryTake(out var line, TimeSpan.FromSeconds(20)) ? line : throw new TimeoutException("nothing was said");

    private static async Task<Process> ChildAsync()
    {
        while (true)
        {
            if (FindChild() is { } child)
            {
                return child;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancel);
        }
    }

    /// <summary>The content service that this process started, if it runs.</summary>
    private static Process? FindChild(int? except = null)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                var state = File.ReadAllText(Path.Combine(folder, "stat")).Split(") ")[^1].Split(' ');
                var id = int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
                if (id != except && state[0] != "Z" && state[1] == $"{Environment.ProcessId}" && File.ReadAllText(Path.Combine(folder, "cmdline")).Contains("Broadsheet.Content.dll", StringComparison.Ordinal))
                {
                    return Process.GetProcessById(id);
                }
            }
            catch (Exception ended) when (ended is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // A process that ended while we looked, or none of ours.
            }
        }

        return null;
    }

    /// <summary>Ports that were free a moment ago, below the range from which the system gives them out.</summary>
    private static int[] FreePorts(int count)
    {
        var ports = new List<int>();
        while (ports.Count < count)
        {
            var port = Random.Shared.Next(20_000, 30_000);
            // The service takes the port ten above too.
            if (IsFree(port) && IsFree(port + UpOptions.HealthOffset) && ports.TrueForAll(other => Math.Abs(other - port) > UpOptions.HealthOffset))
            {
                ports.Add(port);
            }
        }

        return [.. ports];
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
