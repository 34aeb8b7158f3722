using System.Threading.Channels;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Hosting.Callers;
using Grpc.Core;

namespace Broadsheet.Content.Importing;

/// <summary>
/// One call of ImportStories. Documents are read on all cores and stored in their order, several stories to a
/// transaction, since what limits a store is the number of its commits. A story is answered after its commit, so the
/// client's pace holds the whole line back and memory stays flat.
/// </summary>
internal sealed class ImportStream(ContentStore store, Func<ImportStoriesRequest, RpcException?> check, TimeProvider time, ILogger logger, Caller caller) : IDisposable
{
    private const int MaxBatch = 32;

    // Small documents are read ahead up to a number, large ones have few places of their own.
    private const int MaxDocuments = 32;
    private const int LargeDocument = 1 << 20;
    private const int MaxLarge = 2;

    // How long a transaction waits for more stories: less than anybody notices, more than reading one takes.
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _readers = new(Environment.ProcessorCount);
    private readonly SemaphoreSlim _large = new(MaxLarge);
    private readonly Channel<DocumentWork> _documents = Channel.CreateBounded<DocumentWork>(new BoundedChannelOptions(MaxDocuments) { SingleReader = true, SingleWriter = true });
    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(new BoundedChannelOptions(MaxBatch) { SingleReader = true, SingleWriter = true });

    public async Task RunAsync(IAsyncStreamReader<ImportStoriesRequest> requests, IServerStreamWriter<ImportStoriesResponse> responses, CancellationToken cancel)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var taking = TakeAsync(requests, ended.Token);
        var ordering = OrderAsync(ended.Token);
        try
        {
            await StoreAsync(responses, cancel);
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(taking, ordering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // A request stream that broke is the call's failure, after everything that came before it.
        await taking;
        await ordering;
    }

    public void Dispose()
    {
        _readers.Dispose();
        _large.Dispose();
    }

    /// <summary>Takes documents as long as there is room and has each read on a core that is free.</summary>
    private async Task TakeAsync(IAsyncStreamReader<ImportStoriesRequest> requests, CancellationToken cancel)
    {
        var reading = new List<Task>();
        try
        {
            for (var index = 0L; await requests.MoveNext(cancel); index++)
            {
                var request = requests.Current;
                var work = new DocumentWork(request, index, caller);
                if (work.Size >= LargeDocument)
                {
                    await _large.WaitAsync(cancel);
                }

                // In order: the document that the store waits for always has its place.
                await _readers.WaitAsync(cancel);
                reading.RemoveAll(task => task.IsCompleted);
                reading.Add(Task.Run(() => ReadAsync(work, check(request), cancel), CancellationToken.None));
                await _documents.Writer.WriteAsync(work, cancel);
            }
        }
        finally
        {
            _documents.Writer.Complete();
            await Task.WhenAll(reading);
        }
    }

    private async Task ReadAsync(DocumentWork work, RpcException? refusal, CancellationToken cancel)
    {
        try
        {
            await work.ReadAsync(refusal, time.GetUtcNow(), logger, cancel);
        }
        finally
        {
            _readers.Release();
        }
    }

    /// <summary>Puts the stories of all documents into one line.</summary>
    private async Task OrderAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var work in _documents.Reader.ReadAllAsync(cancel))
            {
                await foreach (var item in work.Items.ReadAllAsync(cancel))
                {
                    await _entries.Writer.WriteAsync(new Entry(work, item), cancel);
                }

                await _entries.Writer.WriteAsync(new Entry(work, null), cancel);
                if (work.Size >= LargeDocument)
                {
                    _large.Release();
                }
            }
        }
        finally
        {
            _entries.Writer.Complete();
        }
    }

    private async Task StoreAsync(IServerStreamWriter<ImportStoriesResponse> responses, CancellationToken cancel)
    {
        var batch = new List<Entry>(MaxBatch);
        while (await _entries.Reader.WaitToReadAsync(cancel))
        {
            await FillAsync(batch, cancel);
            var imported = await ImportAsync(batch, cancel);
            for (var at = 0; at < batch.Count; at++)
            {
                await responses.WriteAsync(Answer(batch[at], imported[at]), cancel);
            }

            batch.Clear();
        }
    }

    /// <summary>Takes what is there, and what comes before a transaction should begin.</summary>
    private async Task FillAsync(List<Entry> batch, CancellationToken cancel)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task? patience = null;
        while (batch.Count < MaxBatch)
        {
            if (_entries.Reader.TryPeek(out var entry))
            {
                if (batch.Count > 0 && batch[0].Document.IsTrial != entry.Document.IsTrial)
                {
                    // What is only tried is rolled back, all of it.
                    break;
                }

                _entries.Reader.TryRead(out entry);
                batch.Add(entry!);
                continue;
            }

            patience ??= Task.Delay(Linger, time, waiting.Token);
            var more = _entries.Reader.WaitToReadAsync(cancel).AsTask();
            if (await Task.WhenAny(more, patience) == patience || !await more)
            {
                break;
            }
        }

        await waiting.CancelAsync();
    }

    /// <summary>Stores the stories of a batch in one transaction; one that fails is undone alone.</summary>
    private async Task<ImportedStory?[]> ImportAsync(List<Entry> batch, CancellationToken cancel)
    {
        if (!batch.Exists(entry => entry.Item?.Imported is not null))
        {
            return new ImportedStory?[batch.Count];
        }

        return await store.WriteAsync(
            async content =>
            {
                content.IsTrial = batch[0].Document.IsTrial;
                var results = new ImportedStory?[batch.Count];
                for (var at = 0; at < batch.Count; at++)
                {
                    if (batch[at].Item is { Imported: not null } item)
                    {
                        results[at] = await ImportAsync(content, item, batch[at].Document.Terms);
                    }
                }

                return results;
            },
            cancel);
    }

    private static async Task<ImportedStory> ImportAsync(ContentTransaction content, ImportedItem item, ImportTerms terms)
    {
        ImportStoryResponse? response = null;
        var failure = await content.TryAsync(async () => response = await StoryImport.RunAsync(content, item, terms));
        return failure switch
        {
            null => new ImportedStory { Outcome = response!.Outcome, Name = response.Story.Name, Etag = response.Story.Etag, Diagnostics = { response.Diagnostics } },
            RpcException error when error.GetRpcStatus() is { } status => new ImportedStory { Error = status },
            _ => throw failure,
        };
    }

    private static ImportStoriesResponse Answer(Entry entry, ImportedStory? imported)
    {
        var response = new ImportStoriesResponse { Key = entry.Document.Key, DocumentIndex = entry.Document.Index };
        var summary = entry.Document.Summary;
        if (entry.Item is not { } item)
        {
            response.Document = summary;
            return response;
        }

        var story = imported ?? new ImportedStory { Error = ImportErrors.StatusOf(item.Refusal!) };
        story.Index = item.Index;
        story.SourceUri = item.Identity;
        story.Title = item.Imported?.Story.Title ?? item.Title;
        _ = story.Outcome switch
        {
            ImportOutcome.Created => summary.Created++,
            ImportOutcome.Updated => summary.Updated++,
            ImportOutcome.Unchanged => summary.Unchanged++,
            _ => summary.Failed++,
        };
        response.Story = story;
        return response;
    }

    /// <summary>A story of a document, or (without one) the document's end.</summary>
    private sealed record Entry(DocumentWork Document, ImportedItem? Item);
}
