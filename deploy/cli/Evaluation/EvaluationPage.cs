using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Parser;

namespace Broadsheet.Cli.Evaluation;

/// <summary>A saved page, and what another reader of pages is accepted to find in it.</summary>
/// <param name="Name">The page's folder in the set.</param>
/// <param name="Html">The page, in UTF-8.</param>
/// <param name="Accepted">The accepted reading; an empty field is not compared.</param>
internal sealed record EvaluationPage(string Name, byte[] Html, PageReading Accepted)
{
    private const string Source = "source.html";
    private const string Metadata = "expected-metadata.json";
    private const string Text = "expected.html";

    /// <summary>The name of the archive that a folder of the set may hold instead of the pages.</summary>
    private const string Archive = "test-pages.tar.gz";

    /// <summary>In which half of the set the page is: rules are made on one half and proven on the other.</summary>
    public int Half => SHA256.HashData(Encoding.UTF8.GetBytes(Name))[0] & 1;

    /// <summary>The nearest folder of pages beside or above a folder; null if there is none.</summary>
    public static string? Find(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "shared", "eval", "readability-pages") is var pages && Directory.Exists(pages))
            {
                return pages;
            }
        }

        return null;
    }

    /// <summary>The pages of an archive (.tar.gz), or of a folder that has the archive or a folder for each page, ordered by name; empty if there are none.</summary>
    public static IReadOnlyList<EvaluationPage> ReadAll(string path)
    {
        var archive = Directory.Exists(path) ? Path.Combine(path, Archive) : path;
        var files = File.Exists(archive) ? Unpack(archive) : Directory.Exists(path) ? ReadFolder(path) : [];
        return
        [
            .. files
                .Where(page => page.Value.ContainsKey(Source) && page.Value.ContainsKey(Metadata) && page.Value.ContainsKey(Text))
                .OrderBy(page => page.Key, StringComparer.Ordinal)
                .Select(page => new EvaluationPage(page.Key, page.Value[Source], Accept(page.Value[Metadata], page.Value[Text]))),
        ];
    }

    private static Dictionary<string, Dictionary<string, byte[]>> Unpack(string archive)
    {
        var pages = new Dictionary<string, Dictionary<string, byte[]>>(StringComparer.Ordinal);
        using var reader = new TarReader(new GZipStream(File.OpenRead(archive), CompressionMode.Decompress));
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is not null && entry.Name.Split('/') is [.., var page, var file])
            {
                using var content = new MemoryStream();
                entry.DataStream.CopyTo(content);
                pages.TryAdd(page, []);
                pages[page][file] = content.ToArray();
            }
        }

        return pages;
    }

    private static Dictionary<string, Dictionary<string, byte[]>> ReadFolder(string path) =>
        Directory.EnumerateDirectories(path).ToDictionary(
            page => Path.GetFileName(page),
            page => new[] { Source, Metadata, Text }.Where(file => File.Exists(Path.Combine(page, file))).ToDictionary(file => file, file => File.ReadAllBytes(Path.Combine(page, file))),
            StringComparer.Ordinal);

    private static PageReading Accept(byte[] metadata, byte[] html)
    {
        using var json = JsonDocument.Parse(metadata);
        var body = new HtmlParser().ParseDocument(Encoding.UTF8.GetString(html)).Body!;
        var excerpt = Stated("excerpt");
        return new PageReading(
            Stated("title"),
            Stated("byline"),
            // Where a page has no description its first paragraph is accepted, which is no dek.
            ImportScore.Same(excerpt, body.QuerySelector("p")?.TextContent ?? "") ? "" : excerpt,
            DateTimeOffset.TryParse(Stated("publishedTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var published) ? PageReading.DayOf(published) : "",
            body.TextContent.Trim());

        string Stated(string field) => json.RootElement.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
    }
}
