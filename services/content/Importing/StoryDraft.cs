using System.Buffers;
using System.Text;
using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.Importing;

/// <summary>A story while a document is being read, whatever its format: sections grow in order, limits are kept.</summary>
internal sealed class StoryDraft(DateTimeOffset? capturedAt, DateTimeOffset importTime, string sourceUri)
{
    /// <summary>The longest title or heading, in characters.</summary>
    public const int MaxTitle = 300;

    /// <summary>The longest dek, in characters.</summary>
    public const int MaxDek = 1_000;

    private const int MaxSections = 500;
    private const int MaxBlocks = 2_000;
    private const int MaxText = 100_000;
    private const int MaxItems = 1_000;
    private const int MaxTopics = 50;
    private const int MaxName = 100;
    private const int MaxAddress = 2_000;
    private const int MaxAssumedTitle = 80;

    private static readonly SearchValues<char> AddressCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()*+,;=%");

    private readonly DiagnosticList _diagnostics = new();
    private Section? _section;

    public string Title { get; set; } = "";

    public string Dek { get; set; } = "";

    public string Creator { get; set; } = "";

    public string CreatorBiography { get; set; } = "";

    public string Community { get; set; } = "";

    public string Language { get; set; } = "";

    public string CanonicalUri { get; set; } = "";

    public int StatedReadingMinutes { get; set; }

    /// <summary>The last part of the address that the source gives the story; empty if it gives none.</summary>
    public string Slug { get; set; } = "";

    /// <summary>False if the source says that readers must not see the story: it then stays a draft, whatever the request says.</summary>
    public bool MayPublish { get; set; } = true;

    public List<string> Topics { get; } = [];

    public Media? Cover { get; set; }

    /// <summary>The latest that the page can have been printed, as absolute dates on it say; clips relative dates.</summary>
    public DateTimeOffset? NotAfter { get; set; }

    private List<Section> Sections { get; } = [];

    private PublishDate? Published { get; set; }

    /// <summary>True once there is something to read below a heading.</summary>
    public bool HasText => Sections.Exists(section => section.Blocks.Any(block => block.Media is null));

    /// <summary>True once there is a story; one may be told in pictures.</summary>
    public bool HasStory => HasText || Sections.Exists(section => section.Blocks.Any(block => block.Media?.Uri.Length > 0));

    /// <summary>True once it is known when the story was published.</summary>
    public bool HasPublishTime => Published is not null;

    /// <summary>True while nothing of the text has been read.</summary>
    public bool IsEmpty => Sections.Count == 0;

    /// <summary>Reads the words that say when the story was published; false if they say nothing.</summary>
    public bool TryPublished(string words)
    {
        var captured = capturedAt ?? importTime;
        if (PublishDate.Parse(words, captured, NotAfter) is not { } date)
        {
            return false;
        }

        if (date.IsRelative && capturedAt is null)
        {
            Say("CAPTURE_TIME_ASSUMED", "No capture time was given; relative dates are counted from the time of the import.", words);
        }

        Published = date;
        return true;
    }

    /// <summary>Takes who and when from a byline.</summary>
    public void Apply(Byline byline)
    {
        Creator = Creator.Length == 0 ? byline.Name : Creator;
        StatedReadingMinutes = StatedReadingMinutes == 0 ? byline.Minutes : StatedReadingMinutes;
        if (Published is not null)
        {
            return;
        }

        if (byline.When.Length > 0 && !TryPublished(byline.When))
        {
            Say("PUBLISH_TIME_UNREAD", "The words that should say when the story was published were not understood.", byline.When);
        }
        else if (byline.When.Length == 0 && byline.Updated.Length > 0 && TryPublished(byline.Updated))
        {
            Say("PUBLISH_TIME_ASSUMED", "The page only says when the story was updated; it was published then or before.", byline.Updated);
        }
    }

    /// <summary>
    /// Takes what a source gives as the summary for the dek, unless it is only the beginning of the text: that is what
    /// sources make up where nobody wrote a summary.
    /// </summary>
    public void TakeDek(string summary)
    {
        var text = summary.TrimEnd(' ', '.', '…', ']', '[', '>', '»');
        if (Dek.Length > 0 || text.Length == 0)
        {
            return;
        }

        if (summary.Length > MaxDek)
        {
            Say("DEK_DROPPED", $"The summary has more than {MaxDek} characters and is none.", summary);
        }
        else if (summary.EndsWith("[…]", StringComparison.Ordinal) || summary.EndsWith("[...]", StringComparison.Ordinal) || Beginning(text.Length).StartsWith(text, StringComparison.OrdinalIgnoreCase))
        {
            Say("DEK_DROPPED", "The summary is the beginning of the text.", summary);
        }
        else
        {
            Dek = summary;
        }
    }

    /// <summary>Drops the last paragraph if it belongs to the page, not to the story.</summary>
    public void DropLast(Predicate<string> isFurniture)
    {
        if (_section?.Blocks is [.., { ContentCase: Block.ContentOneofCase.Text } last] blocks && isFurniture(last.Text))
        {
            Dropped(last.Text);
            blocks.RemoveAt(blocks.Count - 1);
        }
    }

    private string Beginning(int length)
    {
        var text = new StringBuilder();
        foreach (var block in Sections.SelectMany(section => section.Blocks))
        {
            if (text.Length > length)
            {
                break;
            }

            text.Append(text.Length > 0 ? " " : "").Append(block.ContentCase == Block.ContentOneofCase.Quote ? block.Quote : block.Text);
        }

        return text.ToString();
    }

    public void StartSection(string heading)
    {
        if (heading.Length > MaxTitle)
        {
            // Pages set whole paragraphs as headings; their words are kept.
            AddText(heading);
            return;
        }

        if (Sections.Count == MaxSections)
        {
            throw DocumentException.TooMuch($"has more than {MaxSections} sections");
        }

        _section = new Section { Heading = heading };
        Sections.Add(_section);
    }

    public void AddText(string text) => Add(new Block { Text = Checked(text) });

    public void AddQuote(string text) => Add(new Block { Quote = Checked(text) });

    public void AddCode(string text) => Add(new Block { Code = Checked(text) });

    public void AddMedia(Media media) => Add(new Block { Media = media });

    public void AddList(bool ordered, IReadOnlyList<string> items)
    {
        if (items.Count > MaxItems)
        {
            throw DocumentException.TooMuch($"has a list of more than {MaxItems} items");
        }

        if (items.Count > 0)
        {
            Add(new Block { List = new List { Ordered = ordered, Items = { items.Select(Checked) } } });
        }
    }

    /// <summary>Footnotes, in the order of their numbers: a list below the text.</summary>
    public void AddNotes(IReadOnlyList<string> notes) => AddList(ordered: true, [.. notes.Where(note => note.Length > 0)]);

    /// <summary>A picture: the cover where it stands above the text, else where it stands.</summary>
    public void AddPicture(Media media)
    {
        if (Cover is { Uri.Length: > 0 } cover && cover.Uri == media.Uri)
        {
            // Sources that name their cover often show it in the text again.
            cover.Alt = cover.Alt.Length > 0 ? cover.Alt : media.Alt;
            cover.Caption = cover.Caption.Length > 0 ? cover.Caption : media.Caption;
            cover.Credit ??= media.Credit;
        }
        else if (IsEmpty && Cover is null)
        {
            Cover = media;
        }
        else
        {
            AddMedia(media);
        }
    }

    /// <summary>A line that credits the picture right above it, or one that the document did not keep.</summary>
    public void AddCredit(MediaCredit credit)
    {
        if (LastMedia is { Credit: null } above)
        {
            above.Credit = credit;
        }
        else
        {
            AddPicture(new Media { Credit = credit });
        }
    }

    /// <summary>The picture read last, if nothing came after it: a credit line below belongs to it.</summary>
    public Media? LastMedia => _section?.Blocks.LastOrDefault()?.Media ?? (IsEmpty ? Cover : null);

    public void Say(string code, string message, string excerpt = "") => _diagnostics.Add(code, message, excerpt);

    public void Dropped(string furniture) => Say("FURNITURE_DROPPED", "This belongs to the page, not to the story.", furniture);

    /// <summary>Names a story that has no title by its first heading, else by how its text begins.</summary>
    public void AssumeTitle()
    {
        var heading = Sections.Find(section => section.Heading.Length > 0)?.Heading ?? "";
        var text = OneLine(Sections.SelectMany(section => section.Blocks).Select(block => block.Text + block.Quote + block.List?.Items.FirstOrDefault()).FirstOrDefault(words => words.Length > 0, ""));
        var end = text.Length <= MaxAssumedTitle ? text.Length : text.LastIndexOf(' ', MaxAssumedTitle) is > 0 and var space ? space : MaxAssumedTitle;
        end -= end > 0 && char.IsHighSurrogate(text[end - 1]) ? 1 : 0;
        Title = heading.Length > 0 ? heading : end < text.Length ? $"{text[..end].TrimEnd(',', ';', ':', '.')}…" : text;
        if (Title.Length > 0)
        {
            Say("TITLE_ASSUMED", "The document has no title; its first words stand in for one.", Title);
        }
    }

    /// <summary>The whole document; throws if it has no story.</summary>
    public ImportedDocument Finish()
    {
        Title = OneLine(Title);
        Dek = OneLine(Dek);
        Creator = OneLine(Creator);
        Community = OneLine(Community);
        if (Title.Length == 0)
        {
            throw DocumentException.Unreadable("has no title");
        }

        if (Title.Length > MaxTitle)
        {
            throw DocumentException.TooMuch($"has a title of more than {MaxTitle} characters");
        }

        if (Dek.Length > MaxDek)
        {
            throw DocumentException.TooMuch($"has a dek of more than {MaxDek} characters");
        }

        if (!HasStory)
        {
            throw DocumentException.Unreadable("has no text below the title");
        }

        Missing(Creator, "CREATOR_MISSING", "The document does not say who wrote it.");
        Missing(Community, "COMMUNITY_MISSING", "The document does not say to which community it belongs.");
        if (Creator.Length > MaxName || Community.Length > MaxName)
        {
            throw DocumentException.TooMuch($"has a creator or community of more than {MaxName} characters");
        }

        if (Published is null)
        {
            Say("PUBLISH_TIME_MISSING", "The document does not say when it was published.");
        }

        var story = new Story
        {
            Title = Title,
            Dek = Dek,
            Slug = Rules.IsSlug(Slug) && Slug.Length <= 100 ? Slug : "",
            CreatorDisplayName = Creator,
            CommunityDisplayName = Community,
            Language = StatedLanguage(),
            CanonicalUri = WebAddress(CanonicalUri),
            StatedReadingMinutes = StatedReadingMinutes,
            Cover = Cover,
            Sections = { Sections },
        };
        if (Published is { } published)
        {
            story.PublishTime = Timestamp.FromDateTimeOffset(published.Latest);
            story.PublishTimeUncertainty = published.IsExact
                ? null
                : new PublishTimeUncertainty
                {
                    Earliest = Timestamp.FromDateTimeOffset(published.Earliest),
                    Latest = Timestamp.FromDateTimeOffset(published.Latest),
                    Stated = OneLine(published.Stated),
                };
        }

        var topics = Topics.Select(OneLine).Where(topic => topic.Length is > 0 and <= 100).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        story.Topics.Add(topics.Take(MaxTopics));
        if (topics.Length > MaxTopics)
        {
            Say("TOPICS_DROPPED", $"A story has at most {MaxTopics} topics; the others were dropped.");
        }

        PlainStory.Enforce(story);
        var biography = PlainStory.Text(CreatorBiography).Trim();
        return new ImportedDocument(story, biography.Length <= 2_000 ? biography : "", MayPublish, _diagnostics.Items);
    }

    /// <summary>
    /// An absolute http or https address of printable ASCII, or empty: nothing else is kept, scripts and embedded data
    /// least of all.
    /// </summary>
    public static string WebAddress(string address)
    {
        var trimmed = address.AsSpan().Trim();
        if (trimmed.Length is 0 or > MaxAddress || !Uri.TryCreate(trimmed.ToString(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return "";
        }

        // As the source wrote it where that is safe in any place; else with what is not escaped.
        var safe = trimmed.IndexOfAnyExcept(AddressCharacters) < 0 ? trimmed.ToString() : uri.AbsoluteUri;
        return safe.Length <= MaxAddress && safe.AsSpan().IndexOfAnyExcept(AddressCharacters) < 0 ? safe : "";
    }

    /// <summary>Where the document was published or comes from; empty if unknown.</summary>
    public string Address => WebAddress(CanonicalUri) is { Length: > 0 } canonical ? canonical : WebAddress(sourceUri);

    /// <summary>A web address as the document has it, relative to where the document was published or comes from; empty if it is none.</summary>
    public string Resolve(string address)
    {
        // As browsers read addresses: tabs and line ends inside them don't count, so a scheme can't hide behind one.
        var plain = string.Concat(address.Where(character => !char.IsControl(character))).Trim();
        if (plain.Length is 0 or > MaxAddress)
        {
            return "";
        }

        if (plain.StartsWith(HtmlPage.UnknownAddress, StringComparison.OrdinalIgnoreCase))
        {
            plain = plain[(HtmlPage.UnknownAddress.Length - 1)..];
        }

        return Address is { Length: > 0 } from && Uri.TryCreate(new Uri(from), plain, out var absolute)
            ? WebAddress(absolute.AbsoluteUri)
            : WebAddress(plain);
    }

    /// <summary>The text with every run of white space made one space, and nothing in it that can't be seen.</summary>
    public static string OneLine(string text)
    {
        if (IsOneLine(text))
        {
            return text;
        }

        var plain = PlainStory.Text(text.Replace('\r', '\n'));
        var line = new StringBuilder(plain.Length);
        foreach (var character in plain)
        {
            if (!char.IsWhiteSpace(character))
            {
                line.Append(character);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString().TrimEnd();
    }

    // Most texts come so already, and several times.
    private static bool IsOneLine(string text)
    {
        var afterSpace = true;
        foreach (var character in text)
        {
            if (character == ' ' ? afterSpace : character is < ' ' or > '\u007E' && (char.IsWhiteSpace(character) || char.IsControl(character) || char.IsSurrogate(character) || character >= '\uFFFE'))
            {
                return false;
            }

            afterSpace = character == ' ';
        }

        return !afterSpace || text.Length == 0;
    }

    private void Missing(string value, string code, string message)
    {
        if (value.Length == 0)
        {
            Say(code, message);
        }
    }

    private void Add(Block block)
    {
        if (_section is null)
        {
            StartSection("");
        }

        if (_section!.Blocks.Count == MaxBlocks)
        {
            throw DocumentException.TooMuch($"has more than {MaxBlocks} blocks in one section");
        }

        _section.Blocks.Add(block);
    }

    /// <summary>Refuses a paragraph that grows too long.</summary>
    public static void CheckLength(int length)
    {
        if (length > MaxText)
        {
            throw DocumentException.TooMuch($"has a paragraph of more than {MaxText} characters");
        }
    }

    private static string Checked(string text)
    {
        CheckLength(text.Length);
        return text;
    }

    /// <summary>The language as a tag, unless the text shows that it can't be.</summary>
    private string StatedLanguage()
    {
        var tag = Language.Trim().Replace('_', '-');
        if (!IsLanguageTag(tag))
        {
            return "";
        }

        if (Stories.Text.Language.Contradicts(tag, Beginning(1_000)))
        {
            Say("LANGUAGE_DOUBTED", "The text is in a script that the stated language is not written in.", tag);
            return "";
        }

        return tag;
    }

    private static bool IsLanguageTag(string tag) =>
        tag.Length is >= 2 and <= 35 && tag.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');
}
