using System.Runtime.CompilerServices;
using Broadsheet.Content.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Broadsheet.Clients;

/// <summary>
/// Follows the change feed for ever: resumes by cursor when the stream ends, when the connection breaks, when content
/// is restarted and when nothing (no change, no checkpoint) was heard for 45 seconds.
/// </summary>
public sealed partial class ChangeFeedReader(
    ChangeFeedService.ChangeFeedServiceClient client, FeedView view, TimeProvider time, ILogger<ChangeFeedReader> logger)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    // Written by the reader, read by health checks.
    private volatile string? _lastError;

    /// <summary>Why the feed can't be followed right now; null while it can.</summary>
    public string? LastError => _lastError;

    /// <summary>
    /// Yields the feed's messages after the cursor (empty: from the beginning). The consumer applies one and stores its
    /// <c>next_cursor</c> in one atomic step before it asks for the next. A cursor that can't be continued is thrown as
    /// <see cref="CursorExpiredException"/>, errors that a retry can't mend as they are.
    /// </summary>
    public async IAsyncEnumerable<WatchChangesResponse> FollowAsync(string cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var call = client.WatchChanges(new WatchChangesRequest { Cursor = cursor, View = view }, cancellationToken: silence.Token);
            var heard = false;
            while (await NextAsync(call, silence, cancellationToken))
            {
                var message = call.ResponseStream.Current;
                heard = true;
                failures = 0;
                _lastError = null;
                cursor = message.NextCursor;
                yield return message;
            }

            // A stream that ended as it should is resumed at once, unless it brought nothing at all.
            if (_lastError is not null || !heard)
            {
                await Task.Delay(Delay(failures++), time, cancellationToken);
            }
        }
    }

    /// <summary>True if there is a message; false if the stream has to be opened again.</summary>
    private async Task<bool> NextAsync(
        AsyncServerStreamingCall<WatchChangesResponse> call, CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), silence, Silence, Timeout.InfiniteTimeSpan);
        try
        {
            return await call.ResponseStream.MoveNext(silence.Token);
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            // The end that the consumer asked for looks the same to it whether it came in a call or between two.
            cancellationToken.ThrowIfCancellationRequested();
            var failure = silence.IsCancellationRequested ? null : exception as RpcException;
            if (failure is not null && RpcFailure.From(failure) is { Reason: "CURSOR_EXPIRED" or "CURSOR_INVALID" } expired)
            {
                throw new CursorExpiredException(expired.Message, failure);
            }

            if (failure?.StatusCode is StatusCode.PermissionDenied or StatusCode.Unauthenticated or StatusCode.InvalidArgument
                or StatusCode.FailedPrecondition or StatusCode.NotFound or StatusCode.Unimplemented)
            {
                throw;
            }

            var error = failure is null ? $"nothing heard for {Silence.TotalSeconds:0} s" : $"{failure.StatusCode}: {failure.Status.Detail}";
            _lastError = error;
            LogBroken(logger, error);
            return false;
        }
    }

    // Exponential, with jitter: the consumers of a restarted service don't all come back in one moment.
    private static TimeSpan Delay(int failures)
    {
        var delay = ShortestDelay * Math.Pow(2, Math.Min(failures, 10));
        return (delay < LongestDelay ? delay : LongestDelay) * (0.75 + (Random.Shared.NextDouble() / 2));
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The change feed broke off: {Error}")]
    private static partial void LogBroken(ILogger logger, string error);
}

/// <summary>The cursor can't be continued: its reader must begin anew, beside what it has.</summary>
public sealed class CursorExpiredException(string message, Exception inner) : Exception(message, inner);
