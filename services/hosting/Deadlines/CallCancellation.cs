using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Broadsheet.Hosting.Deadlines;

/// <summary>
/// Cancels a call for a reason other than that its caller went away, through the request's own token, and
/// remembers which reason it was. A feature of the request while the call runs.
/// </summary>
internal sealed class CallCancellation : IDisposable
{
    /// <summary>Key in <see cref="HttpContext.Items"/> of the reason for which a call was cancelled, once it has ended.</summary>
    public static readonly object ReasonKey = new();

    private readonly HttpContext _context;
    private readonly CancellationToken _aborted;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _link;
    private readonly ErrorReason _reason;

    private CallCancellation(HttpContext context, CancellationTokenSource source, ErrorReason reason, CancellationToken trigger)
    {
        _context = context;
        _aborted = context.RequestAborted;
        _source = source;
        _reason = reason;
        _link = trigger.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source);
        context.RequestAborted = source.Token;
        context.Features.Set(this);
    }

    /// <summary>Cancels the call when its time is up.</summary>
    public static CallCancellation AtDeadline(HttpContext context, TimeSpan timeout, TimeProvider time) =>
        new(context, new CancellationTokenSource(timeout, time), ErrorReason.DeadlineExceeded, context.RequestAborted);

    /// <summary>Cancels the call when the host ends its streams.</summary>
    public static CallCancellation AtDrain(HttpContext context, CancellationToken streamsEnd) =>
        new(context, CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted), ErrorReason.ServerDraining, streamsEnd);

    /// <summary>Why the call was cancelled; the caller's going is what remains when there was nothing else.</summary>
    public static ErrorReason ReasonOf(HttpContext context) =>
        context.Features.Get<CallCancellation>() is { } call && call._source.IsCancellationRequested && !call._aborted.IsCancellationRequested
            ? call._reason
            : ErrorReason.Cancelled;

    /// <summary>The error with which a cancelled call ends.</summary>
    public static RpcException ErrorFor(ErrorReason reason) => reason switch
    {
        ErrorReason.DeadlineExceeded => RpcError.Of(reason, "the deadline passed"),
        ErrorReason.ServerDraining => RpcError.Retryable(reason, "this replica is shutting down; resume at another", TimeSpan.Zero),
        _ => RpcError.Of(ErrorReason.Cancelled, "the caller went away"),
    };

    public void Dispose()
    {
        // The error is written further out, after the call has left this.
        if (_source.IsCancellationRequested)
        {
            _context.Items[ReasonKey] = ReasonOf(_context);
        }

        _context.Features.Set<CallCancellation>(null);
        _context.RequestAborted = _aborted;
        _link.Dispose();
        _source.Dispose();
    }
}
