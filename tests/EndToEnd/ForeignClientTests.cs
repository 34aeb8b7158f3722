using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Broadsheet.Contracts;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Broadsheet.EndToEnd;

/// <summary>Clients that are not ours: @grpc/grpc-js, gRPC-Web by hand, buf.</summary>
[Collection<SharedSamples>]
public sealed class ForeignClientTests(SampleSuite samples, ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Grpc_js_and_grpc_web_call_the_suite()
    {
        var modules = Modules("@grpc/grpc-js");
        var set = Path.Combine(samples.Suite.Data.FullName, "contracts.binpb");
        await File.WriteAllBytesAsync(set, DescriptorSet().ToByteArray(), Cancel);
        var story = samples.Stories.Single(candidate => candidate.Title.Contains("Icebergs", StringComparison.Ordinal));

        var printed = await RunAsync(
            "node", [Path.Combine(AppContext.BaseDirectory, "clients/calls.js"), set, samples.Suite.Grpc.Authority, samples.Suite.Http.BaseAddress!.ToString().TrimEnd('/'), story.Name], modules);

        output.WriteLine(printed);
        var result = JsonDocument.Parse(printed).RootElement;
        Assert.Equal(story.Title, result.GetProperty("story").GetString());
        Assert.Equal(5, result.GetProperty("missing").GetProperty("code").GetInt32());
        Assert.True(result.GetProperty("missing").GetProperty("hasDetails").GetBoolean());
        Assert.True(result.GetProperty("search").GetInt32() >= 2);
        Assert.Equal("20 May 1875", result.GetProperty("ask").GetString());
        Assert.True(result.GetProperty("timeline").GetInt32() >= 3);
        Assert.True(result.GetProperty("changes").GetInt32() > 0);
        Assert.Equal(0, result.GetProperty("web").GetProperty("status").GetInt32());
        Assert.Equal(story.Title, result.GetProperty("web").GetProperty("title").GetString());
        Assert.Equal(5, result.GetProperty("webMissing").GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Buf_curl_lists_every_method_through_the_gateway()
    {
        var modules = Modules("@bufbuild/buf");
        var printed = await RunAsync(
            Path.Combine(modules, ".bin/buf"), ["curl", "--http2-prior-knowledge", "--protocol", "grpc", "--list-methods", samples.Suite.Grpc.ToString().TrimEnd('/')], modules);

        output.WriteLine(printed);
        var listed = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Replace('/', '.')).ToHashSet(StringComparer.Ordinal);
        Assert.All(ContractMethods.Services.SelectMany(service => service.Methods), method => Assert.Contains(method.FullName, listed));
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string modules)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CLIENT_MODULES"] = modules;
        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEndAsync(Cancel);
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        Assert.True(process.ExitCode == 0, await errors);
        return await printed;
    }

    /// <summary>Where .ci/run has put the npm packages; without it these tests are skipped.</summary>
    private static string Modules(string package, [CallerFilePath] string self = "")
    {
        var modules = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(self)!, "../../artifacts/npm/node_modules"));
        Assert.SkipUnless(Directory.Exists(Path.Combine(modules, package)), $"{package} is not installed; .ci/run installs it");
        return modules;
    }

    private static FileDescriptorSet DescriptorSet()
    {
        var set = new FileDescriptorSet();
        var added = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in ContractMethods.Files)
        {
            Add(file);
        }

        return set;

        void Add(FileDescriptor file)
        {
            if (added.Add(file.Name))
            {
                foreach (var dependency in file.Dependencies)
                {
                    Add(dependency);
                }

                set.File.Add(file.ToProto());
            }
        }
    }
}
