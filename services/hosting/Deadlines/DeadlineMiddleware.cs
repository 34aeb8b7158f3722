using System.Globalization;
using Broadsheet.Contracts;
using Microsoft.AspNetCore.Http;

namespace Broadsheet.Hosting.Deadlines;

/// <summary>
/// No call runs for ever: gRPC calls that come without a deadline get the default one, calls that ask for more
/// than the cap get the cap, and JSON calls, for which the framework has no deadlines, are cancelled in the same
/// way. Streams have none; they end by themselves.
/// </summary>
internal sealed class DeadlineMiddleware(RequestDelegate next, DeadlineOptions options, TimeProvider time)
{
    /// <summary>Key in <see cref="HttpContext.Items"/> that is set when a JSON call's deadline passed.</summary>
    public static readonly object PassedKey = new();

    private readonly string _read = Format(options.Read);
    private readonly string _write = Format(options.Write);

    public Task InvokeAsync(HttpContext context)
    {
        if (!Errors.ErrorResponses.IsGrpc(context.Request))
        {
            return InvokeJsonAsync(context);
        }

        if (ContractMethods.Find(context.Request.Path.Value ?? "") is { IsClientStreaming: false, IsServerStreaming: false } method)
        {
            var headers = context.Request.Headers;
            if (!headers.TryGetValue("grpc-timeout", out var stated))
            {
                headers["grpc-timeout"] = method.IsRead() ? _read : _write;
            }
            else if (TryParse(stated.ToString(), out var timeout) && timeout > options.Cap)
            {
                headers["grpc-timeout"] = Format(options.Cap);
            }
        }

        return next(context);
    }

    private async Task InvokeJsonAsync(HttpContext context)
    {
        // Which method a path belongs to is known only after routing; a watch is the one that streams.
        if (context.Request.Path.Value?.EndsWith(":watch", StringComparison.Ordinal) == true)
        {
            await next(context);
            return;
        }

        var aborted = context.RequestAborted;
        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        using var deadline = new CancellationTokenSource(isRead ? options.Read : options.Write, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, deadline.Token);
        using var mark = deadline.Token.UnsafeRegister(static state => ((HttpContext)state!).Items[PassedKey] = true, context);
        context.RequestAborted = either.Token;
        try
        {
            await next(context);
        }
        finally
        {
            context.RequestAborted = aborted;
        }
    }

    private static string Format(TimeSpan timeout) => string.Create(CultureInfo.InvariantCulture, $"{(long)timeout.TotalMilliseconds}m");

    private static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length < 2 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        var seconds = text[^1] switch { 'H' => 3600d, 'M' => 60d, 'S' => 1d, 'm' => 1e-3, 'u' => 1e-6, 'n' => 1e-9, _ => double.NaN };
        timeout = double.IsNaN(seconds) ? default : TimeSpan.FromSeconds(Math.Min(count * seconds, 1e8));
        return !double.IsNaN(seconds);
    }
}

/// <summary>How long calls may take. Section <c>Broadsheet:Deadlines</c>.</summary>
public sealed class DeadlineOptions
{
    /// <summary>Deadline of a read that states none.</summary>
    /// <value>2 s.</value>
    public TimeSpan Read { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Deadline of a write that states none; an import of the largest document has to fit in.</summary>
    /// <value>30 s.</value>
    public TimeSpan Write { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest deadline that a call may ask for.</summary>
    /// <value>60 s.</value>
    public TimeSpan Cap { get; set; } = TimeSpan.FromSeconds(60);
}
