using Broadsheet.Content.Importing.Exports;
using Broadsheet.Content.Importing.Feeds;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;

namespace Broadsheet.Content.Importing;

/// <summary>Reads a document of any format that can be imported. Nothing is fetched from the network.</summary>
internal static class DocumentImporter
{
    private const int MaxLines = 300_000;

    private const string Supported =
        "text/plain, text/html, text/markdown, application/json (Ghost), application/rss+xml, application/atom+xml and application/xml (feeds and WordPress)";

    /// <summary>The one story in the document; throws <see cref="DocumentException"/> if there is none to be read, or several.</summary>
    public static ImportedItem Import(Document document, DateTimeOffset importTime, CancellationToken cancel = default)
    {
        ImportedItem? only = null;
        foreach (var item in Read(Open(document, importTime, cancel), document))
        {
            only = only is null ? item : throw new DocumentException(
                ErrorReason.DocumentHoldsSeveral, "document.content", "holds several stories; ImportStories imports them all");
        }

        return only switch
        {
            null => throw DocumentException.Unreadable("holds no story to import"),
            { Refusal: { } refusal } => throw refusal,
            _ => only,
        };
    }

    /// <summary>
    /// The stories in the document, read one by one as they are asked for. A story that can't be imported comes with
    /// its refusal and the rest goes on; what makes the whole document unreadable is thrown.
    /// </summary>
    public static (DocumentReading Reading, IEnumerable<ImportedItem> Items) ImportAll(Document document, DateTimeOffset importTime, CancellationToken cancel)
    {
        var reading = Open(document, importTime, cancel);
        return (reading, Read(reading, document));
    }

    private static DocumentReading Open(Document document, DateTimeOffset importTime, CancellationToken cancel) =>
        new(document, CapturedAt(document), importTime, cancel);

    private static IEnumerable<ImportedItem> Read(DocumentReading reading, Document document)
    {
        var mediaType = document.MediaType.Split(';')[0].Trim().ToLowerInvariant();
        switch (mediaType)
        {
            case "text/plain":
                return Single(reading, document, (text, draft) =>
                {
                    CheckLines(text);
                    TextDump.Read(text, draft);
                });
            case "text/html":
                return Single(reading, document, HtmlPage.Read);
            case "text/markdown":
                return Single(reading, document, MarkdownDocument.Read);
            case "application/json":
                return GhostExport.Read(DocumentText.Decode(document, reading.Say), reading);
            case "application/rss+xml" or "application/atom+xml" or "application/xml" or "text/xml":
                return ReadXml(DocumentText.Decode(document, reading.Say), reading);
            default:
                throw new DocumentException(
                    ErrorReason.MediaTypeUnsupported, "document.media_type", $"\"{Excerpt.Of(mediaType)}\" can't be imported; {Supported} can");
        }
    }

    private static IEnumerable<ImportedItem> Single(DocumentReading reading, Document document, Action<string, StoryDraft> read)
    {
        var draft = reading.NewDraft();
        read(DocumentText.Decode(document, draft.Say), draft);
        var imported = draft.Finish();
        yield return new ImportedItem(0, reading.OwnIdentity, imported.Story.Title, imported, null);
    }

    private static void CheckLines(string text)
    {
        if (text.AsSpan().Count('\n') > MaxLines)
        {
            throw DocumentException.TooMuch($"has more than {MaxLines} lines");
        }
    }

    /// <summary>Which kind of XML it is, the root element says.</summary>
    private static IEnumerable<ImportedItem> ReadXml(string text, DocumentReading reading)
    {
        using var reader = XmlItemReader.Open(text);
        if (reader.Name == "rss" && WordPressExport.SpaceOf(reader.Root()) is { } space)
        {
            foreach (var item in WordPressExport.Read(text, space, reading))
            {
                yield return item;
            }
        }
        else if (reader.Name is "rss" or "feed" or "RDF")
        {
            foreach (var item in FeedDocument.Read(reader, reading))
            {
                yield return item;
            }
        }
        else
        {
            throw DocumentException.Unreadable($"is XML but neither a feed (RSS, Atom) nor a WordPress export (its root is {Excerpt.Of(reader.Name)})");
        }
    }

    private static DateTimeOffset? CapturedAt(Document document)
    {
        try
        {
            return document.CapturedAt?.ToDateTimeOffset();
        }
        catch (InvalidOperationException)
        {
            // protobuf's way to say that seconds or nanoseconds lie outside the calendar.
            throw new DocumentException(ErrorReason.InvalidField, "document.captured_at", "must lie between the years 1 and 9999");
        }
    }
}

/// <summary>A document as a story, before it has an address.</summary>
/// <param name="Story">What it says. The creator and the community are display names; nothing computed is filled in.</param>
/// <param name="CreatorBiography">What the page says about its creator; empty if nothing.</param>
/// <param name="MayPublish">False if the source keeps the story from readers (a draft, say): it is not published then.</param>
/// <param name="Diagnostics">What was assumed, dropped or doubtful.</param>
internal sealed record ImportedDocument(Story Story, string CreatorBiography, bool MayPublish, IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>Why a document can't be imported: the field of the request and the rule that it breaks.</summary>
internal sealed class DocumentException(ErrorReason reason, string fieldPath, string rule) : Exception($"{fieldPath}: {rule}")
{
    /// <summary>The contract's reason.</summary>
    public ErrorReason Reason { get; } = reason;

    /// <summary>Path of the field in the request.</summary>
    public string Field { get; } = fieldPath;

    /// <summary>The rule that it breaks.</summary>
    public string Rule { get; } = rule;

    /// <summary>The content is not what its media type says.</summary>
    public static DocumentException Unreadable(string rule) => new(ErrorReason.DocumentUnreadable, "document.content", rule);

    /// <summary>The content has more of something than a story may have.</summary>
    public static DocumentException TooMuch(string rule) => new(ErrorReason.InvalidField, "document.content", rule);
}

/// <summary>Short quotations of a document, for diagnostics.</summary>
internal static class Excerpt
{
    private const int MaxLength = 200;

    public static string Of(string text)
    {
        if (text.Length <= MaxLength)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[MaxLength - 2]) ? MaxLength - 2 : MaxLength - 1;
        return $"{text.AsSpan(0, end)}…";
    }
}
