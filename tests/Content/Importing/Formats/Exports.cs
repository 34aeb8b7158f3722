using System.Text;
using Broadsheet.Content.Importing;
using Broadsheet.Content.V1;
using Google.Protobuf;

namespace Broadsheet.Content.Tests.Importing.Formats;

/// <summary>Reads documents that hold many stories.</summary>
internal static class Exports
{
    public static (List<ImportedItem> Items, DocumentReading Reading) Read(string text, string mediaType, string sourceUri = "") =>
        Read(Encoding.UTF8.GetBytes(text), mediaType, sourceUri);

    public static (List<ImportedItem> Items, DocumentReading Reading) Read(byte[] bytes, string mediaType, string sourceUri = "")
    {
        var (reading, items) = DocumentImporter.ImportAll(
            new Document { Content = ByteString.CopyFrom(bytes), MediaType = mediaType, SourceUri = sourceUri }, Importer.ImportTime, TestContext.Current.CancellationToken);
        return (items.ToList(), reading);
    }

    public static Story Story(this ImportedItem item) => item.Imported?.Story ?? throw item.Refusal!;

    public static IEnumerable<string> Codes(this ImportedItem item) => item.Imported!.Diagnostics.Select(diagnostic => diagnostic.Code);

    /// <summary>The blocks in a form that is quick to read: the kind and the text.</summary>
    public static IEnumerable<string> Blocks(this Story story) => story.Sections.SelectMany(section =>
        (section.Heading.Length > 0 ? new[] { $"# {section.Heading}" } : []).Concat(section.Blocks.Select(block => block.ContentCase switch
        {
            Block.ContentOneofCase.Text => block.Text,
            Block.ContentOneofCase.Quote => $"> {block.Quote}",
            Block.ContentOneofCase.Code => $"` {block.Code}",
            Block.ContentOneofCase.List => string.Join(" / ", block.List.Items.Select(item => $"{(block.List.Ordered ? "1." : "-")} {item}")),
            _ => $"! {block.Media.Uri} [{block.Media.Alt}] {block.Media.Caption} ({block.Media.Credit?.Creator})",
        })));
}
