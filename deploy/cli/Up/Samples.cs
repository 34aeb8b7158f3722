using System.Text.Json;
using Broadsheet.Clients;
using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Cli.Up;

/// <summary>The sample stories that an empty suite begins with.</summary>
internal static class Samples
{
    /// <summary>The folder with the manifest, above this program or the working directory; null if there is none.</summary>
    public static string? Find() => new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() }
        .SelectMany(Ancestors)
        .Select(folder => Path.Combine(folder, "samples"))
        .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "manifest.json")));

    /// <summary>True if the suite has no story at all.</summary>
    public static async Task<bool> IsWantedAsync(BroadsheetChannel channel, CancellationToken cancel) =>
        (await new StoryService.StoryServiceClient(channel.Invoker).ListStoriesAsync(new ListStoriesRequest { PageSize = 1 }, cancellationToken: cancel)).Stories.Count == 0;

    /// <summary>Imports and publishes the samples; waits until they can be found. Those that are there already stay one story. Returns how many.</summary>
    public static async Task<int> ImportAsync(string folder, BroadsheetChannel channel, Action<string> say, CancellationToken cancel)
    {
        await using var manifest = File.OpenRead(Path.Combine(folder, "manifest.json"));
        var samples = await JsonSerializer.DeserializeAsync<List<Sample>>(manifest, JsonSerializerOptions.Web, cancel) ?? [];
        var imports = new ImportService.ImportServiceClient(channel.Invoker);
        foreach (var sample in samples)
        {
            var response = await imports.ImportStoryAsync(
                new ImportStoryRequest
                {
                    Document = new Document
                    {
                        Content = ByteString.CopyFrom(await File.ReadAllBytesAsync(Path.Combine(folder, sample.File), cancel)),
                        MediaType = sample.MediaType,
                        SourceUri = sample.SourceUri,
                        CapturedAt = Timestamp.FromDateTimeOffset(sample.CapturedAt),
                    },
                    Publish = true,
                },
                deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(30),
                cancellationToken: cancel);
            say($"  {response.Story.Name}  {response.Story.Title}");
        }

        var index = new IndexService.IndexServiceClient(channel.Invoker);
        while ((await index.GetIndexStatusAsync(new(), cancellationToken: cancel)).StoryCount < samples.Count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
        }

        return samples.Count;
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var current = new DirectoryInfo(folder); current is not null; current = current.Parent)
        {
            yield return current.FullName;
        }
    }

    private sealed record Sample(string File, string MediaType, string SourceUri, DateTimeOffset CapturedAt);
}
