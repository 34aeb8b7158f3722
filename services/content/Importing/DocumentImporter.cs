using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;

namespace Broadsheet.Content.Importing;

/// <summary>Reads a document of any format that can be imported. Nothing is fetched from the network.</summary>
internal static class DocumentImporter
{
    /// <summary>The story in the document; throws <see cref="DocumentException"/> if there is none to be read.</summary>
    public static ImportedDocument Import(Document document, DateTimeOffset importTime)
    {
        var mediaType = document.MediaType.Split(';')[0].Trim().ToLowerInvariant();
        var draft = new StoryDraft(CapturedAt(document), importTime, document.SourceUri);
        switch (mediaType)
        {
            case "text/plain":
                TextDump.Read(DocumentText.Decode(document, draft), draft);
                break;
            case "text/html":
                HtmlPage.Read(DocumentText.Decode(document, draft), draft);
                break;
            case "text/markdown":
                MarkdownDocument.Read(DocumentText.Decode(document, draft), draft);
                break;
            default:
                throw new DocumentException(
                    ErrorReason.MediaTypeUnsupported, "document.media_type", $"\"{Excerpt.Of(mediaType)}\" can't be imported; text/plain, text/html and text/markdown can");
        }

        return draft.Finish();
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
/// <param name="Diagnostics">What was assumed, dropped or doubtful.</param>
internal sealed record ImportedDocument(Story Story, string CreatorBiography, IReadOnlyList<Diagnostic> Diagnostics);

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
