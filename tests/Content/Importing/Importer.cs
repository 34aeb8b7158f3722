using System.Text;
using Broadsheet.Content.Importing;
using Broadsheet.Content.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.Tests.Importing;

/// <summary>Imports texts as a caller would send them.</summary>
internal static class Importer
{
    public static readonly DateTimeOffset ImportTime = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static ImportedDocument Import(string text, string mediaType = "text/plain", DateTimeOffset? captured = null) =>
        Import(Encoding.UTF8.GetBytes(text), mediaType, captured);

    public static ImportedDocument Import(byte[] bytes, string mediaType = "text/plain", DateTimeOffset? captured = null) =>
        DocumentImporter.Import(
            new Document { Content = ByteString.CopyFrom(bytes), MediaType = mediaType, CapturedAt = captured is { } at ? Timestamp.FromDateTimeOffset(at) : null },
            ImportTime, TestContext.Current.CancellationToken).Imported!;
}
