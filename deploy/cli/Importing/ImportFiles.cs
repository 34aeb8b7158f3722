using Broadsheet.Content.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Cli.Importing;

/// <summary>The files that an import names, and what is said of them all.</summary>
/// <param name="MediaType">Media type, if file names don't tell.</param>
/// <param name="SourceUri">Where the one file comes from; null: its file: address.</param>
/// <param name="CapturedAt">When the pages were saved; null: the files' times.</param>
internal sealed record ImportFiles(string? MediaType, string? SourceUri, DateTimeOffset? CapturedAt)
{
    /// <summary>The largest document that can be imported.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>The files of the paths, folders gone through; a folder without a document in it stays, so that it is complained about.</summary>
    public static List<string> Expand(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                files.Add(path);
                continue;
            }

            var inside = Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
                .Where(file => MediaTypes.Of(file) is not null).Order(StringComparer.Ordinal).ToList();
            files.AddRange(inside.Count > 0 ? inside : [path]);
        }

        return files;
    }

    /// <summary>True if the file may hold several stories.</summary>
    public bool MayHoldSeveral(string path) => TypeOf(path) is var type && (type.Contains("xml", StringComparison.OrdinalIgnoreCase) || type.Contains("json", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a file; throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> with a message for people.</summary>
    public async Task<Document> ReadAsync(string path, CancellationToken cancel)
    {
        var document = new Document { MediaType = TypeOf(path), SourceUri = SourceUri ?? "" };
        var captured = CapturedAt;
        if (path == "-")
        {
            await using var input = Console.OpenStandardInput();
            document.Content = await ByteString.FromStreamAsync(input, cancel);
        }
        else
        {
            if (Directory.Exists(path))
            {
                throw new IOException("a folder without a document that can be imported");
            }

            await using var file = File.OpenRead(path);
            if (file.Length > MaxBytes)
            {
                // Larger messages end the whole stream.
                throw new IOException("document.content: must have at most 16 MiB");
            }

            document.Content = await ByteString.FromStreamAsync(file, cancel);
            document.SourceUri = SourceUri ?? new Uri(Path.GetFullPath(path)).AbsoluteUri;
            captured ??= File.GetLastWriteTimeUtc(path);
        }

        document.CapturedAt = captured is { } time ? Timestamp.FromDateTimeOffset(time) : null;
        return document;
    }

    private string TypeOf(string path) => MediaType ?? MediaTypes.Of(path) ?? "text/plain";
}
