namespace Broadsheet.Clients;

/// <summary>How a client calls a service.</summary>
public sealed class BroadsheetClientOptions
{
    /// <summary>Deadline of a read for which the caller states none.</summary>
    /// <value>2 s.</value>
    public TimeSpan ReadDeadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Deadline of a write for which the caller states none.</summary>
    /// <value>5 s.</value>
    public TimeSpan WriteDeadline { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many calls may run at once; further ones are refused.</summary>
    /// <value>1,000.</value>
    public int MaxConcurrentCalls { get; set; } = 1_000;

    /// <summary>Share of failed calls at which the circuit opens.</summary>
    /// <value>0.5.</value>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>How many calls there must be within 10 s before their failures open the circuit; at least 2.</summary>
    /// <value>20.</value>
    public int MinimumCalls { get; set; } = 20;

    /// <summary>How long the circuit stays open before one call is let through to try.</summary>
    /// <value>5 s.</value>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Who calls, as the header <c>x-broadsheet-caller</c> says it; null for nobody.</summary>
    public string? Caller { get; set; }

    /// <summary>Clock of deadlines, the circuit breaker and waits.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
