namespace Broadsheet.Cli.Importing;

/// <summary>The media types that can be imported, by file name.</summary>
internal static class MediaTypes
{
    /// <summary>Null if the extension is none of ours.</summary>
    public static string? Of(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".TXT" => "text/plain",
        ".HTML" or ".HTM" => "text/html",
        ".MD" or ".MARKDOWN" => "text/markdown",
        ".JSON" => "application/json",
        ".XML" => "application/xml",
        ".RSS" => "application/rss+xml",
        ".ATOM" => "application/atom+xml",
        _ => null,
    };
}
