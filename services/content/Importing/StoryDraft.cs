using System.Text;
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
    private const int MaxDiagnostics = 100;
    private const int MaxName = 100;
    private const int MaxAssumedTitle = 80;

    private readonly List<Diagnostic> _diagnostics = [];
    private Section? _section;

    public string Title { get; set; } = "";

    public string Dek { get; set; } = "";

    public string Creator { get; set; } = "";

    public string CreatorBiography { get; set; } = "";

    public string Community { get; set; } = "";

    public string Language { get; set; } = "";

    public string CanonicalUri { get; set; } = "";

    public int StatedReadingMinutes { get; set; }

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

    /// <summary>A picture: the cover where it stands above the text, else where it stands.</summary>
    public void AddPicture(Media media)
    {
        if (IsEmpty && Cover is null)
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

    public void Say(string code, string message, string excerpt = "")
    {
        // Enough to see what happened; a page with a million lines must not answer with a million messages.
        if (_diagnostics.Count < MaxDiagnostics)
        {
            _diagnostics.Add(new Diagnostic { Code = code, Message = message, Excerpt = Excerpt.Of(excerpt) });
        }
    }

    public void Dropped(string furniture) => Say("FURNITURE_DROPPED", "This belongs to the page, not to the story.", furniture);

    /// <summary>Names a story that has no title by its first heading, else by how its text begins.</summary>
    public void AssumeTitle()
    {
        var heading = Sections.Find(section => section.Heading.Length > 0)?.Heading ?? "";
        var text = OneLine(Sections.SelectMany(section => section.Blocks).Select(block => block.Text + block.Quote + block.List?.Items.FirstOrDefault()).FirstOrDefault(words => words.Length > 0, ""));
        Title = heading.Length > 0 ? heading : Shortened(text, MaxAssumedTitle);
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
            CreatorDisplayName = Creator,
            CommunityDisplayName = Community,
            Language = IsLanguageTag(Language) ? Language : "",
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
                    Stated = published.Stated,
                };
        }

        var topics = Topics.Select(OneLine).Where(topic => topic.Length is > 0 and <= 100).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        story.Topics.Add(topics.Take(MaxTopics));
        if (topics.Length > MaxTopics)
        {
            Say("TOPICS_DROPPED", $"A story has at most {MaxTopics} topics; the others were dropped.");
        }

        return new ImportedDocument(story, CreatorBiography.Length <= 2_000 ? CreatorBiography : "", _diagnostics);
    }

    /// <summary>An absolute http or https address, or empty: nothing else is kept, scripts and embedded data least of all.</summary>
    public static string WebAddress(string address) =>
        address.Length <= 2_000 && Uri.TryCreate(address.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? address.Trim() : "";

    /// <summary>Where the document was published or comes from; empty if unknown.</summary>
    public string Address => WebAddress(CanonicalUri) is { Length: > 0 } canonical ? canonical : WebAddress(sourceUri);

    /// <summary>A web address as the document has it, relative to where the document was published or comes from; empty if it is none.</summary>
    public string Resolve(string address)
    {
        return Address is { Length: > 0 } from && address.Length is > 0 and <= 2_000 && Uri.TryCreate(new Uri(from), address.Trim(), out var absolute)
            ? WebAddress(absolute.AbsoluteUri)
            : WebAddress(address);
    }

    /// <summary>The text, or as many of its words as fit, with an ellipsis.</summary>
    public static string Shortened(string text, int limit)
    {
        if (text.Length <= limit)
        {
            return text;
        }

        var end = text.LastIndexOf(' ', limit - 1) is > 0 and var space ? space : limit - 1;
        end -= char.IsHighSurrogate(text[end - 1]) ? 1 : 0;
        return $"{text[..end].TrimEnd(',', ';', ':', '.')}…";
    }

    /// <summary>The text with every run of white space made one space.</summary>
    public static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var character in text)
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

    private static bool IsLanguageTag(string tag) =>
        tag.Length is >= 2 and <= 35 && tag.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');
}
