using System.Security.Cryptography;
using Broadsheet.Content.Storage;
using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Validation;
using FluentValidation;
using Grpc.Core;

namespace Broadsheet.Content.Importing;

/// <summary>Imports documents as stories.</summary>
internal sealed class ImportRpc(ContentStore store, IValidator<ImportStoriesRequest> validator, TimeProvider time, ILogger<ImportRpc> logger) : ImportService.ImportServiceBase
{
    public override Task<ImportStoryResponse> ImportStory(ImportStoryRequest request, ServerCallContext context)
    {
        var caller = context.RequireRole(Caller.WriterRole);

        // Parsed before the transaction: nobody waits for the store while a large page is read.
        var item = DocumentImporter.Import(request.Document, time.GetUtcNow(), context.CancellationToken);
        context.CancellationToken.ThrowIfCancellationRequested();
        var terms = new ImportTerms(request.Publish, caller, SHA256.HashData(request.Document.Content.Span), request.Document.CapturedAt is not null);
        return request.ValidateOnly
            ? store.WriteAsync(
                content =>
                {
                    content.IsTrial = true;
                    return StoryImport.RunAsync(content, item, terms);
                },
                context.CancellationToken)
            : store.WriteOnceAsync(context, request, request.RequestId, content => StoryImport.RunAsync(content, item, terms));
    }

    public override async Task ImportStories(
        IAsyncStreamReader<ImportStoriesRequest> requestStream, IServerStreamWriter<ImportStoriesResponse> responseStream, ServerCallContext context)
    {
        using var stream = new ImportStream(store, validator.ErrorOf, time, logger, context.RequireRole(Caller.WriterRole));
        await stream.RunAsync(requestStream, responseStream, context.CancellationToken);
    }
}

internal sealed class ImportStoryRequestValidator : AbstractValidator<ImportStoryRequest>
{
    public ImportStoryRequestValidator()
    {
        RuleFor(request => request.Document).NotNull().WithMessage("is required").SetValidator(new DocumentValidator());
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class ImportStoriesRequestValidator : AbstractValidator<ImportStoriesRequest>
{
    public ImportStoriesRequestValidator()
    {
        RuleFor(request => request.Key).MaximumLength(200).WithMessage("must have at most 200 characters");
        RuleFor(request => request.Document).NotNull().WithMessage("is required").SetValidator(new DocumentValidator());
    }
}

internal sealed class DocumentValidator : AbstractValidator<Document>
{
    private const int MaxDocumentBytes = 16 * 1024 * 1024;

    public DocumentValidator()
    {
        RuleFor(document => document.Content).Must(content => content.Length > 0).WithMessage("must not be empty");
        RuleFor(document => document.Content).Must(content => content.Length <= MaxDocumentBytes)
            .WithMessage("must have at most 16 MiB").WithErrorCode(nameof(ErrorReason.DocumentTooLarge));
        RuleFor(document => document.MediaType).Must(type => type.Length > 0).WithMessage("is required");
        RuleFor(document => document.SourceUri).MaximumLength(2_000).WithMessage("must have at most 2,000 characters")
            .Must(uri => uri.Length == 0 || Uri.TryCreate(uri, UriKind.Absolute, out _)).WithMessage("must be an absolute URI");
    }
}
