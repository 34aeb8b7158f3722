using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;

namespace Broadsheet.Hosting.Telemetry;

/// <summary>One histogram for rate, errors and duration of every RPC, by method and status.</summary>
internal sealed class RpcMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Broadsheet.Rpc";

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _duration;

    public RpcMetrics() => _duration = _meter.CreateHistogram<double>(
        "rpc.server.duration", "s", "Duration of RPCs by method and status.", advice: new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    /// <summary>Records a call that began at the timestamp.</summary>
    public void Record(string method, StatusCode status, long started)
    {
        if (_duration.Enabled)
        {
            _duration.Record(
                Stopwatch.GetElapsedTime(started).TotalSeconds,
                new KeyValuePair<string, object?>("rpc.method", method),
                new KeyValuePair<string, object?>("rpc.grpc.status_code", StatusNames[(int)status]));
        }
    }

    public void Dispose() => _meter.Dispose();

    // Names made once: a tag value must not cost an allocation per call.
    private static readonly string[] StatusNames = [.. Enumerable.Range(0, 17).Select(code => ((StatusCode)code).ToString())];
}
