using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Broadsheet.Content.Communities;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories.Text;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Errors;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.Stories;

/// <summary>What can be done to a story, inside one transaction.</summary>
internal static class StoryEditing
{
    private static readonly string[] Editable =
    [
        "title", "dek", "slug", "community", "creator", "language", "canonical_uri", "publish_time", "publish_time_uncertainty",
        "stated_reading_minutes", "sections", "cover", "topics",
    ];

    /// <summary>Makes a draft. A slug that the story does not bring is made from its title and varied until it is free.</summary>
    public static async Task<StoryRow> CreateAsync(ContentTransaction content, Story input, string author)
    {
        var working = Editables(input);
        working.Revision = 1;
        working.CreateTime = content.Now;
        working.UpdateTime = content.Now;
        await NormaliseAsync(content, working, name: "");
        var name = $"stories/{NewId(content)}";
        var row = await new StoryRow(name, 0, StoryState.Draft, working, 0, null, StoryNames.Unknown, StoryNames.Unknown, StoryWorkflow.Draft(author)).WriteAsync(content, visible: false);
        await row.WriteRevisionAsync(content, author);
        return row;
    }

    /// <summary>
    /// A UUIDv7 whose order is that of creation also within a millisecond: after the time come its microseconds (RFC
    /// 9562, 6.2, method 3) and the place in the transaction, then chance.
    /// </summary>
    private static string NewId(ContentTransaction content)
    {
        const int MostPlaces = 0x3fff;
        Span<byte> id = stackalloc byte[16];
        var (milliseconds, microseconds) = Math.DivRem(ContentTransaction.ToMicroseconds(content.Now), 1_000);
        BinaryPrimitives.WriteInt64BigEndian(id, milliseconds << 16);
        BinaryPrimitives.WriteInt16BigEndian(id[6..], (short)(0x7000 | (microseconds * 4096 / 1_000)));
        BinaryPrimitives.WriteUInt16BigEndian(id[8..], (ushort)(0x8000 | Math.Min(content.Changed.Count, MostPlaces)));
        RandomNumberGenerator.Fill(id[10..]);
        return Convert.ToHexStringLower(id);
    }

    /// <summary>Takes the fields that the mask names into the working copy; a change makes a revision.</summary>
    public static Task<StoryRow> UpdateAsync(ContentTransaction content, StoryRow row, Story input, FieldMask? mask, string author)
    {
        var changed = row.Working.Clone();
        UpdateMask.Apply(mask, Editables(input), changed, Editable);
        if (changed.PublishTimeUncertainty is { } bounds && !bounds.Latest.Equals(changed.PublishTime))
        {
            // A publish time that was set for itself is known; one that was not is the latest that the bounds allow.
            if (bounds.Equals(row.Working.PublishTimeUncertainty))
            {
                changed.PublishTimeUncertainty = null;
            }
            else
            {
                changed.PublishTime = bounds.Latest;
            }
        }

        return SaveAsync(content, row, changed, author);
    }

    /// <summary>Makes the text of an earlier revision the working copy again. Where the story stands stays as it is.</summary>
    public static Task<StoryRow> RestoreAsync(ContentTransaction content, StoryRow row, Story revision, string author)
    {
        var changed = Editables(revision);
        (changed.Slug, changed.Community, changed.Creator) = (row.Working.Slug, row.Working.Community, row.Working.Creator);
        (changed.PublishTime, changed.PublishTimeUncertainty) = (row.Working.PublishTime, row.Working.PublishTimeUncertainty?.Clone());
        return SaveAsync(content, row, changed, author);
    }

    /// <summary>
    /// Makes the text the working copy, as a new revision if it differs. Sections that come without an id keep the one
    /// that they had.
    /// </summary>
    public static async Task<StoryRow> SaveAsync(ContentTransaction content, StoryRow row, Story changed, string author)
    {
        changed.Revision = row.Working.Revision;
        changed.CreateTime = row.Working.CreateTime;
        changed.UpdateTime = row.Working.UpdateTime;
        SectionIdentity.Keep(row.Working.Sections, changed.Sections);
        await NormaliseAsync(content, changed, row.Name);
        // Only what was written counts: a release that computes something new must not make a revision of every story.
        if (changed.Equals(row.Working) || Editables(changed).Equals(Editables(row.Working)))
        {
            return row;
        }

        changed.Revision = row.Working.Revision + 1;
        changed.UpdateTime = content.Now;
        var saved = await (row with { Working = changed }).WriteAsync(content, visible: false);
        await saved.WriteRevisionAsync(content, author);
        return saved;
    }

    /// <summary>What a client may set, and nothing else.</summary>
    private static Story Editables(Story input)
    {
        var story = new Story
        {
            Title = input.Title.Trim(),
            Dek = input.Dek.Trim(),
            Slug = input.Slug,
            Community = input.Community,
            Creator = input.Creator,
            Language = input.Language,
            CanonicalUri = input.CanonicalUri,
            PublishTime = input.PublishTime,
            PublishTimeUncertainty = input.PublishTimeUncertainty,
            StatedReadingMinutes = input.StatedReadingMinutes,
            Cover = input.Cover,
        };
        story.Sections.Add(input.Sections);
        story.Topics.Add(input.Topics);
        return story.Clone();
    }

    /// <summary>Trims topics and keeps the first of those that differ in letter case only.</summary>
    private static void NormaliseTopics(Story story)
    {
        var topics = story.Topics.Select(topic => topic.Trim()).Where(topic => topic.Length > 0).DistinctBy(topic => topic.ToUpperInvariant(), StringComparer.Ordinal).ToList();
        story.Topics.Clear();
        story.Topics.Add(topics);
    }

    /// <summary>Fills what is derived (slug, section ids, text, counts) and checks what refers to other resources.</summary>
    private static async Task NormaliseAsync(ContentTransaction content, Story story, string name)
    {
        Require(story.Title.Length > 0, "title");
        Require(story.Community.Length > 0, "community");
        Require(story.Creator.Length > 0, "creator");
        Require(story.Sections.Count > 0, "sections");
        var community = await CommunityRpc.Table.GetAsync(content, story.Community);

        if (await content.ScalarAsync("select 1 from creators where name = @name", ("@name", story.Creator)) is null)
        {
            throw RpcError.NotFound(story.Creator);
        }

        NormaliseTopics(story);
        NameSections(story);
        StoryText.Compute(story);
        story.Language = Language.Settle(story.Language, story);
        if (story.Language == Language.Unknown && community.Language.Length > 0)
        {
            story.Language = community.Language;
        }

        if (story.Slug.Length > 0)
        {
            if (await IsTakenAsync(content, story.Community, story.Slug, name))
            {
                throw RpcError.AlreadyExists($"{story.Community}/{story.Slug}");
            }

            return;
        }

        var wish = Slug.From(story.Title) is { Length: > 0 } slug ? slug : "story";
        story.Slug = wish;
        for (var attempt = 2; await IsTakenAsync(content, story.Community, story.Slug, name); attempt++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"-{attempt}");
            story.Slug = string.Concat(wish.AsSpan(0, Math.Min(wish.Length, 100 - suffix.Length)), suffix);
        }
    }

    // An update may have cleared what a story can't be without.
    private static void Require(bool isThere, string field)
    {
        if (!isThere)
        {
            throw RpcError.InvalidField($"story.{field}", "is required");
        }
    }

    private static async Task<bool> IsTakenAsync(ContentTransaction content, string community, string slug, string except) => await content.ScalarAsync(
        "select 1 from story_slugs where community = @community and slug = @slug and story <> @except",
        ("@community", community), ("@slug", slug), ("@except", except)) is not null;

    private static void NameSections(Story story)
    {
        var taken = story.Sections.Select(section => section.Id).Where(id => id.Length > 0).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < story.Sections.Count; i++)
        {
            var section = story.Sections[i];
            if (section.Id.Length > 0)
            {
                continue;
            }

            var wish = section.Heading.Length == 0 && i == 0 ? "lead" : Slug.From(section.Heading);
            if (wish.Length == 0)
            {
                wish = string.Create(CultureInfo.InvariantCulture, $"section-{i + 1}");
            }

            section.Id = wish;
            for (var attempt = 2; !taken.Add(section.Id); attempt++)
            {
                section.Id = string.Create(CultureInfo.InvariantCulture, $"{wish}-{attempt}");
            }
        }
    }
}
