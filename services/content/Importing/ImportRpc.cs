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
        var imported = DocumentImporter.Import(request.Document, time.GetUtcNow());
        context.CancellationToken.ThrowIfCancellationRequested();
        return request.ValidateOnly
            ? store.WriteAsync(content => TryAsync(content, request, imported, context.Caller().Name), context.CancellationToken)
            : store.WriteOnceAsync(context, request, request.RequestId, content => ImportAsync(content, request, imported, context.Caller().Name));
    }

    private static async Task<ImportStoryResponse> TryAsync(ContentTransaction content, ImportStoryRequest request, ImportedDocument imported, string author)
    {
        content.IsTrial = true;
        var response = await ImportAsync(content, request, imported, author);
        if (response.Outcome == ImportOutcome.Created)
        {
            response.Story.Name = "";
            response.Story.Etag = "";
        }

        return response;
    }

    private static async Task<ImportStoryResponse> ImportAsync(ContentTransaction content, ImportStoryRequest request, ImportedDocument imported, string author)
    {
        var hash = SHA256.HashData(request.Document.Content.Span);
        var identity = request.Document.SourceUri.Length > 0 ? request.Document.SourceUri : $"sha256:{Convert.ToHexStringLower(hash)}";
        var story = imported.Story.Clone();
        story.Creator = await CreatorOfAsync(content, story.CreatorDisplayName, imported.CreatorBiography);
        story.Community = await CommunityOfAsync(content, story.CommunityDisplayName);
        story.CreatorDisplayName = "";
        story.CommunityDisplayName = "";

        var known = await content.FirstAsync(
            "select story, content_hash from sources where identity = @identity",
            row => (Story: row.GetString(0), Hash: row.GetFieldValue<byte[]>(1)), ("@identity", identity));
        var before = known.Story is null ? null : await StoryRow.FindAsync(content, known.Story);
        var row = before is null
            ? await StoryEditing.CreateAsync(content, story, author)
            : await StoryEditing.SaveAsync(content, before, Merged(before.Working, story, unchanged: known.Hash.AsSpan().SequenceEqual(hash) && request.Document.CapturedAt is null), author);
        await content.ExecuteAsync(
            """
            insert into sources (identity, story, content_hash) values (@identity, @story, @hash)
            on conflict (identity) do update set story = excluded.story, content_hash = excluded.content_hash
            """,
            ("@identity", identity), ("@story", row.Name), ("@hash", hash));
        if (request.Publish)
        {
            row = await StoryPublishing.PublishAsync(content, row, revision: 0, publisher: null);
        }

        return new ImportStoryResponse
        {
            Story = row.ForEditors(),
            Diagnostics = { imported.Diagnostics },
            Outcome = before is null ? ImportOutcome.Created : row.Version == before.Version ? ImportOutcome.Unchanged : ImportOutcome.Updated,
        };
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
