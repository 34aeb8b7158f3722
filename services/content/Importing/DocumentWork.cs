using System.Security.Cryptography;
using System.Threading.Channels;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Grpc.Core;

namespace Broadsheet.Content.Importing;

/// <summary>One document of a stream while it is read: its stories come out in order, as fast as they are taken.</summary>
internal sealed partial class DocumentWork(ImportStoriesRequest request, long index, Caller caller)
{
    // Stories read ahead of the store.
    private const int MaxAhead = 8;

    private readonly Channel<ImportedItem> _items = Channel.CreateBounded<ImportedItem>(
        new BoundedChannelOptions(MaxAhead) { SingleReader = true, SingleWriter = true });

    /// <summary>The client's key.</summary>
    public string Key => request.Key;

    /// <summary>The document's place in the stream, from 0.</summary>
    public long Index => index;

    /// <summary>Answer what would be stored and store nothing.</summary>
    public bool IsTrial => request.ValidateOnly;

    /// <summary>Bytes of the document.</summary>
    public int Size => request.Document?.Content.Length ?? 0;

    /// <summary>How its stories are imported; known once the first one was read.</summary>
    public ImportTerms Terms { get; private set; } = new(false, Caller.Anonymous, [], false);

    /// <summary>The stories, in their order.</summary>
    public ChannelReader<ImportedItem> Items => _items.Reader;

    /// <summary>What is said of the document as a whole; complete once <see cref="Items"/> is.</summary>
    public DocumentSummary Summary { get; } = new();

    /// <summary>Reads the document to its end or to what makes it unreadable. Never throws; what went wrong is in the summary.</summary>
    public async Task ReadAsync(RpcException? refusal, DateTimeOffset importTime, ILogger logger, CancellationToken cancel)
    {
        DocumentReading? reading = null;
        try
        {
            if (refusal is not null)
            {
                throw refusal;
            }

            Terms = new ImportTerms(request.Publish, caller, SHA256.HashData(request.Document.Content.Span), request.Document.CapturedAt is not null);
            (reading, var items) = DocumentImporter.ImportAll(request.Document, importTime, cancel);
            foreach (var item in items)
            {
                await _items.Writer.WriteAsync(item, cancel);
            }
        }
        catch (DocumentException unreadable)
        {
            Summary.Error = ImportErrors.StatusOf(unreadable);
        }
        catch (RpcException invalid)
        {
            Summary.Error = invalid.GetRpcStatus();
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The stream has ended; nobody waits for the rest.
        }
#pragma warning disable CA1031 // A document that a parser fails on must not take the documents behind it along.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception, index);
            Summary.Error = RpcError.Of(ErrorReason.Internal, "internal error").GetRpcStatus();
        }

        if (reading is not null)
        {
            Summary.Skipped = reading.Skipped;
            Summary.Diagnostics.Add(reading.Diagnostics);
        }

        _items.Writer.Complete();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Document {Index} of an import could not be read")]
    private static partial void LogFailed(ILogger logger, Exception exception, long index);
}

/// <summary>What importers say, as errors of the contract.</summary>
internal static class ImportErrors
{
    /// <summary>The error of a document that can't be imported; null for any other exception.</summary>
    public static RpcException? Map(Exception exception) =>
        exception is DocumentException document ? RpcError.InvalidField(document.Reason, document.Field, document.Rule) : null;

    /// <summary>The same as a status.</summary>
    public static Google.Rpc.Status StatusOf(DocumentException document) => Map(document)!.GetRpcStatus()!;
}
