using System.Security.Cryptography;
using Broadsheet.Content.Communities;
using Broadsheet.Content.Creators;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using FluentValidation;
using Grpc.Core;

namespace Broadsheet.Content.Importing;

/// <summary>Imports documents as stories.</summary>
internal sealed class ImportRpc(ContentStore store, TimeProvider time) : ImportService.ImportServiceBase
{
    private const string UnknownCreator = "Unknown";
    private const string UnknownCommunity = "General";

    public override Task<ImportStoryResponse> ImportStory(ImportStoryRequest request, ServerCallContext context)
    {
        // Parsed before the transaction: nobody waits for the store while a large page is read.
        var imported = DocumentImporter.Import(request.Document, time.GetUtcNow(), context.CancellationToken);
        context.CancellationToken.ThrowIfCancellationRequested();
        return request.ValidateOnly
            ? store.WriteAsync(content => Try(content, request, imported, context.Caller().Name), context.CancellationToken)
            : store.WriteOnceAsync(context, request, request.RequestId, content => Import(content, request, imported, context.Caller().Name));
    }

    private static ImportStoryResponse Try(ContentTransaction content, ImportStoryRequest request, ImportedItem item, string author)
    {
        content.IsTrial = true;
        var response = Import(content, request, item, author);
        if (response.Outcome == ImportOutcome.Created)
        {
            response.Story.Name = "";
            response.Story.Etag = "";
        }

        return response;
    }

    private static ImportStoryResponse Import(ContentTransaction content, ImportStoryRequest request, ImportedItem item, string author)
    {
        var imported = item.Imported!;
        var hash = SHA256.HashData(request.Document.Content.Span);
        var story = imported.Story.Clone();
        story.Creator = CreatorOf(content, story.CreatorDisplayName, imported.CreatorBiography);
        story.Community = CommunityOf(content, story.CommunityDisplayName);
        story.CreatorDisplayName = "";
        story.CommunityDisplayName = "";

        var known = content.First(
            "select story, content_hash from sources where identity = @identity",
            row => (Story: row.GetString(0), Hash: row.GetFieldValue<byte[]>(1)), ("@identity", item.Identity));
        var before = known.Story is null ? null : StoryRow.Find(content, known.Story);
        var row = before is null
            ? StoryEditing.Create(content, story, author)
            : StoryEditing.Save(content, before, Merged(before.Working, story, unchanged: known.Hash.AsSpan().SequenceEqual(hash) && request.Document.CapturedAt is null), author);
        content.Execute(
            """
            insert into sources (identity, story, content_hash) values (@identity, @story, @hash)
            on conflict (identity) do update set story = excluded.story, content_hash = excluded.content_hash
            """,
            ("@identity", item.Identity), ("@story", row.Name), ("@hash", hash));
        if (request.Publish && imported.MayPublish)
        {
            row = StoryEditing.Publish(content, row);
        }

        return new ImportStoryResponse
        {
            Story = row.ForEditors(),
            Diagnostics = { imported.Diagnostics },
            Outcome = before is null ? ImportOutcome.Created : row.Version == before.Version ? ImportOutcome.Unchanged : ImportOutcome.Updated,
        };
    }

    /// <summary>
    /// The source's new text under the story's old addresses: its slug stays, and a section keeps its id as long as
    /// its heading or its body is still there.
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

        var old = working.Sections.ToList();
        foreach (var section in imported.Sections)
        {
            var match = old.Find(candidate => candidate.Heading == section.Heading) ?? old.Find(candidate => SameBody(candidate, section));
            section.Id = match?.Id ?? "";
            if (match is not null)
            {
                old.Remove(match);
            }
        }

        return imported;
    }

    private static bool SameBody(Section one, Section other) =>
        one.Blocks.Count == other.Blocks.Count && one.Blocks.Zip(other.Blocks).All(pair => pair.First.ContentCase == pair.Second.ContentCase && pair.First.Text == pair.Second.Text);

    private static string CreatorOf(ContentTransaction content, string displayName, string biography)
    {
        var shown = displayName.Length == 0 ? UnknownCreator : displayName;
        return CreatorRpc.Table.GetOrCreate(content, shown, name => new Creator { Name = name, DisplayName = shown, Biography = biography }).Name;
    }

    private static string CommunityOf(ContentTransaction content, string displayName)
    {
        var shown = displayName.Length == 0 ? UnknownCommunity : displayName;
        return CommunityRpc.Table.GetOrCreate(content, shown, name => new Community { Name = name, DisplayName = shown }).Name;
    }

    /// <summary>What an importer says about a document, as an error of the contract.</summary>
    public static RpcException? MapError(Exception exception) =>
        exception is DocumentException document ? RpcError.InvalidField(document.Reason, document.Field, document.Rule) : null;
}

internal sealed class ImportStoryRequestValidator : AbstractValidator<ImportStoryRequest>
{
    private const int MaxDocumentBytes = 16 * 1024 * 1024;

    public ImportStoryRequestValidator()
    {
        RuleFor(request => request.Document).NotNull().WithMessage("is required");
        When(request => request.Document is not null, () =>
        {
            RuleFor(request => request.Document.Content).Must(content => content.Length > 0).WithMessage("must not be empty");
            RuleFor(request => request.Document.Content).Must(content => content.Length <= MaxDocumentBytes)
                .WithMessage("must have at most 16 MiB").WithErrorCode(nameof(ErrorReason.DocumentTooLarge));
            RuleFor(request => request.Document.MediaType).Must(type => type.Length > 0).WithMessage("is required");
            RuleFor(request => request.Document.SourceUri).MaximumLength(2_000).WithMessage("must have at most 2,000 characters")
                .Must(uri => uri.Length == 0 || Uri.TryCreate(uri, UriKind.Absolute, out _)).WithMessage("must be an absolute URI");
        });
        RuleFor(request => request.RequestId).RequestId();
    }
}
