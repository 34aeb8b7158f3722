using Broadsheet.Content.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Content.Tests.Importing;

/// <summary>Sends documents over ImportStories while it reads the answers.</summary>
internal static class ImportStreamClient
{
    public static async Task<List<ImportStoriesResponse>> ImportAsync(
        this ImportService.ImportServiceClient client, IEnumerable<ImportStoriesRequest> requests, Action<ImportStoriesResponse>? onResponse = null, string? caller = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var call = client.ImportStories(caller is null ? null : new Metadata { { "x-broadsheet-caller", caller } }, cancellationToken: cancel);
        var sending = SendAsync();
        var responses = new List<ImportStoriesResponse>();
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancel))
        {
            responses.Add(response);
            onResponse?.Invoke(response);
        }

        await sending;
        return responses;

        async Task SendAsync()
        {
            foreach (var request in requests)
            {
                await call.RequestStream.WriteAsync(request, cancel);
            }

            await call.RequestStream.CompleteAsync();
        }
    }

    public static ImportStoriesRequest Request(string text, string mediaType, string key = "", string source = "") => new()
    {
        Key = key,
        Publish = true,
        Document = new Document
        {
            Content = ByteString.CopyFromUtf8(text),
            MediaType = mediaType,
            SourceUri = source,
            CapturedAt = Timestamp.FromDateTimeOffset(Importer.ImportTime),
        },
    };

    /// <summary>A generated page in one of three formats.</summary>
    public static ImportStoriesRequest Page(int seed)
    {
        var page = new GeneratedPage(seed);
        var (text, mediaType) = (seed % 3) switch { 0 => (page.ToText(), "text/plain"), 1 => (page.ToHtml(), "text/html"), _ => (page.ToMarkdown(), "text/markdown") };
        return Request(text, mediaType, $"page-{seed}", $"https://pages.example/{seed}");
    }
}
