namespace Broadsheet.Hosting.Drain;

/// <summary>
/// How far a host has come in shutting down: first it is not ready, then its streams end, then it stops.
/// </summary>
public sealed class Drain : IDisposable
{
    private readonly CancellationTokenSource _begun = new();
    private readonly CancellationTokenSource _streamsEnd = new();

    /// <summary>Cancelled when the host begins to drain; it is not ready from then on.</summary>
    public CancellationToken Begun => _begun.Token;

    /// <summary>Cancelled when long streams must end (with SERVER_DRAINING), because they would hold up the stop.</summary>
    public CancellationToken StreamsEnd => _streamsEnd.Token;

    internal void Begin() => _begun.Cancel();

    internal void EndStreams() => _streamsEnd.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _begun.Dispose();
        _streamsEnd.Dispose();
    }
}

/// <summary>How a host shuts down. Section <c>Broadsheet</c>.</summary>
public sealed class DrainOptions
{
    /// <summary>How long the host keeps serving after it said that it is not ready, so that balancers look away.</summary>
    /// <value>15 s; 0 in Development.</value>
    public TimeSpan? DrainDelay { get; set; }

    /// <summary>
    /// The host belongs to a process that holds its standard input: it ends when that closes, and leaves Ctrl-C to
    /// its parent, which stops its children in order.
    /// </summary>
    public bool ExitWithParent { get; set; }
}
