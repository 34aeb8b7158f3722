using Broadsheet.Content.Communities;
using Broadsheet.Content.Creators;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;

namespace Broadsheet.Content.Importing;

/// <summary>Stores what was read from a document: as a new story, or as the next revision of the one that its identity names.</summary>
internal static class StoryImport
{
    private const string UnknownCreator = "Unknown";
    private const string UnknownCommunity = "General";

    /// <summary>Imports one story inside a transaction.</summary>
    public static async Task<ImportStoryResponse> RunAsync(ContentTransaction content, ImportedItem item, ImportTerms terms)
    {
        var imported = item.Imported!;
        var story = imported.Story.Clone();
        story.Creator = await CreatorOfAsync(content, story.CreatorDisplayName, imported.CreatorBiography);
        story.Community = await CommunityOfAsync(content, story.CommunityDisplayName);
        story.CreatorDisplayName = "";
        story.CommunityDisplayName = "";

        var known = await content.FirstAsync(
            "select story, content_hash from sources where identity = @identity",
            row => (Story: row.GetString(0), Hash: row.GetFieldValue<byte[]>(1)), ("@identity", item.Identity));
        var before = known.Story is null ? null : await StoryRow.FindAsync(content, known.Story);
        var response = new ImportStoryResponse { Diagnostics = { imported.Diagnostics } };
        StoryRow row;
        if (before is null)
        {
            await FreeSlugAsync(content, story, response);
            row = await StoryEditing.CreateAsync(content, story, terms.Caller.Name);
        }
        else
        {
            before.RequireOwn(terms.Caller).RequireEditable(terms.Caller);
            var isSame = known.Hash.AsSpan().SequenceEqual(terms.ContentHash);
            row = await StoryEditing.SaveAsync(content, before, Merged(before.Working, story, unchanged: isSame && !terms.HasCaptureTime), terms.Caller.Name);
        }

        if (before is null || !known.Hash.AsSpan().SequenceEqual(terms.ContentHash))
        {
            await content.ExecuteAsync(
                """
                insert into sources (identity, story, content_hash) values (@identity, @story, @hash)
                on conflict (identity) do update set story = excluded.story, content_hash = excluded.content_hash
                """,
                ("@identity", item.Identity), ("@story", row.Name), ("@hash", terms.ContentHash));
        }

        if (terms.Publish && imported.MayPublish)
        {
            row.RequirePublishable(terms.Caller, await CommunityRpc.Table.GetAsync(content, row.Working.Community));
            row = await StoryPublishing.PublishAsync(content, row, revision: 0, publisher: terms.Caller);
        }

        response.Story = row.ForEditors();
        response.Outcome = before is null ? ImportOutcome.Created : row.Version == before.Version ? ImportOutcome.Unchanged : ImportOutcome.Updated;
        if (content.IsTrial && before is null)
        {
            // What is not stored has no address.
            response.Story.Name = "";
            response.Story.Etag = "";
        }

        return response;
    }

    /// <summary>A source's own slug is a wish: another story of the community may have it.</summary>
    private static async Task FreeSlugAsync(ContentTransaction content, Story story, ImportStoryResponse response)
    {
        if (story.Slug.Length > 0 && await content.ScalarAsync(
            "select 1 from story_slugs where community = @community and slug = @slug", ("@community", story.Community), ("@slug", story.Slug)) is not null)
        {
            response.Diagnostics.Add(new Diagnostic { Code = "SLUG_TAKEN", Message = "Another story of the community has this slug; one was made from the title.", Excerpt = story.Slug });
            story.Slug = "";
        }
    }

    /// <summary>
    /// The source's new text under the story's old addresses: its slug stays, and a section keeps its id
    /// (<see cref="SectionIdentity"/>).
    /// </summary>
    private static Story Merged(Story working, Story imported, bool unchanged)
    {
        imported.Slug = working.Slug;
        if (unchanged)
        {
            // The same bytes with no capture time: "about a year ago" must not move because it is imported again.
            imported.PublishTime = working.PublishTime;
            imported.PublishTimeUncertainty = working.PublishTimeUncertainty;
        }
        else if (imported.PublishTime is null)
        {
            imported.PublishTime = working.PublishTime;
        }

        return imported;
    }

    private static async Task<string> CreatorOfAsync(ContentTransaction content, string displayName, string biography)
    {
        var shown = displayName.Length == 0 ? UnknownCreator : displayName;
        return (await CreatorRpc.Table.GetOrCreateAsync(content, shown, name => new Creator { Name = name, DisplayName = shown, Biography = biography })).Name;
    }

    private static async Task<string> CommunityOfAsync(ContentTransaction content, string displayName)
    {
        var shown = displayName.Length == 0 ? UnknownCommunity : displayName;
        return (await CommunityRpc.Table.GetOrCreateAsync(content, shown, name => new Community { Name = name, DisplayName = shown })).Name;
    }
}

/// <summary>How a document's stories are imported.</summary>
/// <param name="Publish">Publish what the source does not keep from readers.</param>
/// <param name="Caller">Who imports: a writer changes and publishes what they may by hand as well.</param>
/// <param name="ContentHash">SHA-256 of the document.</param>
/// <param name="HasCaptureTime">The caller said when the document was saved.</param>
internal sealed record ImportTerms(bool Publish, Caller Caller, byte[] ContentHash, bool HasCaptureTime);
