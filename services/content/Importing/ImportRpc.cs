using System.Security.Cryptography;
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
    public override Task<ImportStoryResponse> ImportStory(ImportStoryRequest request, ServerCallContext context)
    {
        // Parsed before the transaction: nobody waits for the store while a large page is read.
        var item = DocumentImporter.Import(request.Document, time.GetUtcNow(), context.CancellationToken);
        context.CancellationToken.ThrowIfCancellationRequested();
        var terms = new ImportTerms(request.Publish, context.Caller().Name, SHA256.HashData(request.Document.Content.Span), request.Document.CapturedAt is not null);
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
