namespace Broadsheet.Content.Storage;

/// <summary>Wakes those who wait for the next commit. Take the wait before looking, so that nothing falls in between.</summary>
internal sealed class FeedSignal
{
    private TaskCompletionSource _next = New();

    /// <summary>Completes at the next commit after this was read.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Set() => Interlocked.Exchange(ref _next, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
