using System.Text;
using System.Text.RegularExpressions;

namespace Broadsheet.EndToEnd;

/// <summary>One trace leads from the gateway through content to the index.</summary>
[Collection<SharedSamples>]
public sealed partial class TraceTests(SampleSuite samples, ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trace_id_runs_from_the_gateway_through_content_to_the_feed_consumer()
    {
        using var response = await samples.Suite.Http.PostAsync("/v1/communities", new StringContent("""{"displayName": "Traced"}""", Encoding.UTF8, "application/json"), Cancel);
        Assert.True(response.IsSuccessStatusCode);

        for (var waited = 0; ; waited++)
        {
            var gateway = TraceIds("gateway", "POST");
            var content = TraceIds("content", "POST");
            var query = TraceIds("query", "apply change");
            var common = gateway.Intersect(content).Intersect(query).ToArray();
            if (common.Length > 0)
            {
                output.WriteLine($"trace {common[^1]} in gateway, content and query");
                return;
            }

            Assert.True(waited < 100, $"no common trace: {gateway.Count} in the gateway, {content.Count} in content, {query.Count} in query");
            await Task.Delay(100, Cancel);
        }
    }

    /// <summary>Trace ids of the spans whose name begins so, from the console exporter's output.</summary>
    private HashSet<string> TraceIds(string service, string spanName)
    {
        using var reader = new StreamReader(new FileStream(samples.Suite.Log(service), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var ids = new HashSet<string>(StringComparer.Ordinal);
        string? trace = null;
        while (reader.ReadLine() is { } line)
        {
            if (TraceLine().Match(line) is { Success: true } traced)
            {
                trace = traced.Groups[1].Value;
            }
            else if (trace is not null && NameLine().Match(line) is { Success: true } named && named.Groups[1].Value.StartsWith(spanName, StringComparison.Ordinal))
            {
                ids.Add(trace);
            }
        }

        return ids;
    }

    [GeneratedRegex(@"^Activity\.TraceId:\s+(\w+)")]
    private static partial Regex TraceLine();

    [GeneratedRegex(@"^Activity\.DisplayName:\s+(.+)")]
    private static partial Regex NameLine();
}
