using System.Security.Cryptography;
using System.Text;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Importing;

/// <summary>
/// The reading of one document, which may hold many stories: what they share, what is said of the document as a whole,
/// and the limits that hold for all of its stories together.
/// </summary>
internal sealed class DocumentReading(Document document, DateTimeOffset? capturedAt, DateTimeOffset importTime, CancellationToken cancel)
{
    /// <summary>The most stories that one document may hold.</summary>
    public const int MaxStories = 20_000;

    private const int MaxTags = 600_000;
    private const int MaxIdentity = 2_000;

    private static readonly string[] GlobalSchemes = ["http", "https", "tag", "urn"];

    private readonly DiagnosticList _diagnostics = new();
    private readonly HashSet<string> _identities = new(StringComparer.Ordinal);
    private int _tags;
    private string? _own;

    /// <summary>What is said of the document as a whole.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics.Items;

    /// <summary>How many entries were no story to import (pages, attachments, repetitions).</summary>
    public int Skipped { get; private set; }

    /// <summary>Where the document comes from; empty if the caller did not say.</summary>
    public string SourceUri => document.SourceUri;

    /// <summary>The document's own import identity: its source URI, else the SHA-256 of its content.</summary>
    public string OwnIdentity => _own ??= document.SourceUri.Length > 0 ? document.SourceUri : HashIdentity(document.Content.Span);

    /// <summary>A draft for the next story.</summary>
    public StoryDraft NewDraft() => new(capturedAt, importTime, document.SourceUri);

    /// <summary>Something about the document as a whole.</summary>
    public void Say(string code, string message, string excerpt = "") => _diagnostics.Add(code, message, excerpt);

    /// <summary>An entry that is no story to import.</summary>
    public void Skip(string why, string title)
    {
        Skipped++;
        Say("ENTRY_SKIPPED", why, title);
    }

    /// <summary>
    /// The import identity of a story in the document: what the source identifies it by, so that importing a newer
    /// export updates it. An identifier that means something only inside its source is put below
    /// <paramref name="site"/>, else below the document's own identity. Null, with a diagnostic, if an earlier story of
    /// the document has it already.
    /// </summary>
    public string? Identify(string identifier, string link, string site, string title)
    {
        var identity = identifier.Length > 0 && Uri.TryCreate(identifier, UriKind.Absolute, out var global) && Array.IndexOf(GlobalSchemes, global.Scheme) >= 0
            ? identifier
            : identifier.Length > 0
                ? $"{(site.Length > 0 ? site : OwnIdentity)}#{identifier}"
                : link.Length > 0 ? link : $"{(site.Length > 0 ? site : OwnIdentity)}#{title}";
        if (identity.Length > MaxIdentity)
        {
            identity = HashIdentity(Encoding.UTF8.GetBytes(identity));
        }

        if (_identities.Count >= MaxStories)
        {
            throw DocumentException.TooMuch($"holds more than {MaxStories} stories");
        }

        if (_identities.Add(identity))
        {
            return identity;
        }

        Skip("An earlier story of the document has the same identifier.", title);
        return null;
    }

    /// <summary>Reads one story; a refusal is the story's, not the document's.</summary>
    public ImportedItem Story(string identity, string title, Action<StoryDraft> read)
    {
        cancel.ThrowIfCancellationRequested();
        var index = _identities.Count - 1;
        try
        {
            var draft = NewDraft();
            read(draft);
            return new ImportedItem(index, identity, title, draft.Finish(), null);
        }
        catch (DocumentException refusal)
        {
            return Refused(identity, title, refusal);
        }
    }

    /// <summary>A story that can't be imported, and why.</summary>
    public ImportedItem Refused(string identity, string title, DocumentException refusal) =>
        new(_identities.Count - 1, identity, Excerpt.Of(StoryDraft.OneLine(title)), null, refusal);

    /// <summary>Reads a piece of HTML as the body of a story, within what all stories of the document may have together.</summary>
    public void ReadHtml(string html, StoryDraft draft)
    {
        if (_tags > MaxTags)
        {
            throw DocumentException.TooMuch($"has more than {MaxTags} tags in all of its stories");
        }

        _tags += HtmlFragment.Read(html, draft);
    }

    private static string HashIdentity(ReadOnlySpan<byte> content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";
}

/// <summary>One story of a document.</summary>
/// <param name="Index">Its place among the document's stories, from 0.</param>
/// <param name="Identity">Its import identity.</param>
/// <param name="Title">Its title as far as it is known, for messages.</param>
/// <param name="Imported">What was read; null if it can't be imported.</param>
/// <param name="Refusal">Why it can't be imported; null if it can.</param>
internal sealed record ImportedItem(int Index, string Identity, string Title, ImportedDocument? Imported, DocumentException? Refusal);

/// <summary>Diagnostics up to a number: enough to see what happened; a page with a million lines must not answer with a million messages.</summary>
internal sealed class DiagnosticList
{
    private const int MaxDiagnostics = 100;

    private readonly List<Diagnostic> _items = [];

    public IReadOnlyList<Diagnostic> Items => _items;

    public void Add(string code, string message, string excerpt)
    {
        if (_items.Count < MaxDiagnostics)
        {
            _items.Add(new Diagnostic { Code = code, Message = message, Excerpt = Excerpt.Of(StoryDraft.OneLine(excerpt)) });
        }
    }
}
