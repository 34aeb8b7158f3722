using System.Diagnostics;
using System.Diagnostics.Metrics;
using Broadsheet.Content.V1;

namespace Broadsheet.Query.Indexing;

/// <summary>What became of a change.</summary>
internal enum ApplyOutcome
{
    /// <summary>It is in the index.</summary>
    Applied,

    /// <summary>The index has it, or a newer one, or needs nothing of it.</summary>
    Skipped,

    /// <summary>It can't be applied and is kept aside.</summary>
    Parked,
}

/// <summary>Traces and metrics of following the feed.</summary>
internal static class IndexTelemetry
{
    /// <summary>Name of the activity source and the meter.</summary>
    public const string Name = "Broadsheet.Query";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Changes = Meter.CreateCounter<long>(
        "broadsheet.query.changes", "{change}", "Changes taken from the feed, by outcome.");

    private static readonly Histogram<double> Writes = Meter.CreateHistogram<double>(
        "broadsheet.query.index.writes", "s", "Time that it took to show (refresh) and to make durable (commit) what was applied.");

    /// <summary>A span in the trace of the call that made the change, so that one trace shows how it came to be found.</summary>
    public static Activity? StartApply(Change change)
    {
        _ = ActivityContext.TryParse(change.TraceParent, null, isRemote: true, out var parent);
        var activity = Source.StartActivity("apply change", ActivityKind.Consumer, parent);
        activity?.SetTag("broadsheet.resource", change.Resource).SetTag("broadsheet.version", change.Version);
        return activity;
    }

    /// <summary>Records what became of a change.</summary>
    public static void Applied(Activity? activity, ApplyOutcome outcome)
    {
        var name = outcome switch
        {
            ApplyOutcome.Applied => "applied",
            ApplyOutcome.Parked => "parked",
            _ => "skipped",
        };
        activity?.SetTag("broadsheet.outcome", name);
        Changes.Add(1, new KeyValuePair<string, object?>("outcome", name));
    }

    /// <summary>Records how long showing what was applied took.</summary>
    public static void Refreshed(TimeSpan duration) => Writes.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("step", "refresh"));

    /// <summary>Records how long making it durable took.</summary>
    public static void Committed(TimeSpan duration) => Writes.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("step", "commit"));

    /// <summary>Gauges of the index that is in use.</summary>
    public static void Observe(Func<long> changesBehind, Func<double?> lagSeconds, Func<int> parked, Func<double?> freshnessSeconds)
    {
        Meter.CreateObservableGauge("broadsheet.query.feed.lag.changes", changesBehind, "{change}", "Changes that the feed has and the index has not.");
        Meter.CreateObservableGauge("broadsheet.query.feed.lag", () => Known(lagSeconds()), "s", "Age of the oldest change not applied; absent while content can't be reached.");
        Meter.CreateObservableGauge("broadsheet.query.parked", parked, "{change}", "Changes that can't be applied and are kept aside.");
        Meter.CreateObservableGauge("broadsheet.query.index.freshness", () => Known(freshnessSeconds()), "s", "Time since the index was last known to hold all that the feed has.");

        static IEnumerable<Measurement<double>> Known(double? value) => value is { } known ? [new Measurement<double>(known)] : [];
    }
}
