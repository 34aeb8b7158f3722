using System.Buffers.Text;
using System.Globalization;
using Broadsheet.Analytics.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Benchmarks;

/// <summary>
/// Batches of reading events as bytes: made once, and given new ids each time they are sent, so that the client costs little beside
/// the service. Views and heartbeats, as many of one as of the other.
/// </summary>
internal sealed class EventBatches
{
    private const int IdLength = 36;
    private const int VisitLength = 32;

    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> Record = new(MethodType.Unary, "broadsheet.analytics.v1.IngestService", "RecordEvents", Raw, Raw);

    private static readonly Method<byte[], byte[]> Streaming = new(MethodType.ClientStreaming, "broadsheet.analytics.v1.IngestService", "StreamEvents", Raw, Raw);

    private readonly byte[] _bytes;
    private readonly (int Id, int Visit)[] _places;

    private EventBatches(byte[] bytes, (int Id, int Visit)[] places) => (_bytes, _places) = (bytes, places);

    /// <summary>Size of a batch.</summary>
    public int Bytes => _bytes.Length;

    public static EventBatches Of(int count, int stories = 2_000)
    {
        var now = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var request = new RecordEventsRequest
        {
            Events =
            {
                Enumerable.Range(0, count).Select(i =>
                {
                    var one = new ReadingEvent
                    {
                        EventId = Guid.NewGuid().ToString(),
                        Story = $"stories/s-{Random.Shared.Next(stories)}",
                        Visit = Guid.NewGuid().ToString("n"),
                        OccurredAt = now,
                        Url = "https://example.org/stories/a?utm_source=letter",
                        Referrer = "https://news.example/",
                        Client = new ReadingClient
                        {
                            IpAddress = string.Create(CultureInfo.InvariantCulture, $"10.{Random.Shared.Next(256)}.{Random.Shared.Next(256)}.{Random.Shared.Next(256)}"),
                            UserAgent = $"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/{Random.Shared.Next(100)}",
                        },
                    };
                    if (i % 2 == 0)
                    {
                        one.View = new View();
                    }
                    else
                    {
                        one.Heartbeat = new Heartbeat { EngagedSeconds = 12, Sections = { "lead", "section-1" } };
                    }

                    return one;
                }),
            },
        };
        var bytes = request.ToByteArray();
        var text = System.Text.Encoding.Latin1.GetString(bytes);
        var places = new (int Id, int Visit)[count];
        var from = 0;
        for (var i = 0; i < count; i++)
        {
            places[i].Id = text.IndexOf(request.Events[i].EventId, from, StringComparison.Ordinal);
            places[i].Visit = from = text.IndexOf(request.Events[i].Visit, places[i].Id, StringComparison.Ordinal);
        }

        return new EventBatches(bytes, places);
    }

    /// <summary>The batch with new ids.</summary>
    public byte[] Next()
    {
        var bytes = _bytes.AsSpan().ToArray();
        foreach (var (id, visit) in _places)
        {
            Utf8Formatter.TryFormat(Guid.CreateVersion7(), bytes.AsSpan(id, IdLength), out _);
            Utf8Formatter.TryFormat(Guid.NewGuid(), bytes.AsSpan(visit, VisitLength), out _, new System.Buffers.StandardFormat('N'));
        }

        return bytes;
    }

    /// <summary>Sends the batch with new ids; an error if not all of it is counted.</summary>
    public async Task SendAsync(CallInvoker to, CancellationToken cancellationToken)
    {
        var answer = RecordEventsResponse.Parser.ParseFrom(await CallAsync(to, cancellationToken));
        if (answer.Counted != _places.Length)
        {
            throw new InvalidOperationException($"{answer.Counted} of {_places.Length} were counted: {answer.NotCounted[0]}");
        }
    }

    /// <summary>Sends the batch with new ids.</summary>
    public AsyncUnaryCall<byte[]> CallAsync(CallInvoker to, CancellationToken cancellationToken) =>
        to.AsyncUnaryCall(Record, null, new CallOptions(cancellationToken: cancellationToken), Next());

    /// <summary>Opens a stream that takes batches.</summary>
    public static AsyncClientStreamingCall<byte[], byte[]> Stream(CallInvoker to) => to.AsyncClientStreamingCall(Streaming, null, new CallOptions());
}
