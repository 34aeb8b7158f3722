using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Callers;
using Grpc.Core;

namespace Broadsheet.Analytics.Ingest;

/// <summary>Whose connection the events of a call came over.</summary>
/// <param name="Caller">Name of the caller; empty if nobody is named.</param>
/// <param name="SpeaksForReaders">The caller may say who the reader is and how they are connected.</param>
/// <param name="Address">Address that the gateway saw; empty if the call did not come through it.</param>
/// <param name="UserAgent">User agent that the gateway passed on.</param>
internal sealed record Connection(string Caller, bool SpeaksForReaders, string Address, string UserAgent)
{
    private const int MaxUserAgent = 1_000;

    public static Connection Of(ServerCallContext context)
    {
        var caller = context.Caller();
        var headers = context.GetHttpContext().Request.Headers;
        // The gateway adds who called it at the end; what stands before was said by others.
        var forwarded = headers["X-Forwarded-For"].ToString();
        var address = forwarded[(forwarded.LastIndexOf(',') + 1)..].Trim();
        return new(
            caller.Name,
            caller.IsAnonymous || caller.Has(IngestRpc.WriteRole) || caller.IsEditor,
            address,
            address.Length == 0 ? "" : Cut(headers.UserAgent.ToString()));
    }

    /// <summary>
    /// The connection of an event's reader. A client that speaks for readers states it; if it does not, what the gateway
    /// saw is the client's own: good enough to tell it from others, no ground to take its readers for robots.
    /// </summary>
    public (string Address, string UserAgent, bool IsReaders) Of(ReadingEvent source) =>
        SpeaksForReaders && source.Client is { } client
            ? (client.IpAddress.Length <= 100 ? client.IpAddress : "", Cut(client.UserAgent), true)
            : (Address, UserAgent, !SpeaksForReaders);

    /// <summary>The class of device that the user agent tells of, roughly.</summary>
    public static Device DeviceOf(string userAgent) =>
        userAgent.Length == 0 ? Device.Unknown
        : userAgent.Contains("iPad", StringComparison.Ordinal) || userAgent.Contains("Tablet", StringComparison.Ordinal) ? Device.Tablet
        : userAgent.Contains("Mobi", StringComparison.Ordinal) ? Device.Phone
        : userAgent.Contains("Android", StringComparison.Ordinal) ? Device.Tablet
        : Device.Desktop;

    private static string Cut(string text) => text.Length <= MaxUserAgent ? text : text[..MaxUserAgent];
}
