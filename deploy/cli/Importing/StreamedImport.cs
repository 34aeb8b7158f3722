using Broadsheet.Content.V1;
using Grpc.Core;

namespace Broadsheet.Cli.Importing;

/// <summary>Imports many documents over one stream; goes on where a stream broke off, since importing again doubles nothing.</summary>
internal sealed class StreamedImport(ImportService.ImportServiceClient client, IReadOnlyList<string> paths, ImportFiles files, bool publish, bool validateOnly, ImportReport report)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HashSet<int> _failed = [];
    private int _done;

    /// <summary>Runs until every document is answered or none is any more.</summary>
    /// <param name="progress">Told how many documents are done.</param>
    /// <param name="cancel">Ends the import; what was reported stays imported.</param>
    public async Task RunAsync(Action<int> progress, CancellationToken cancel)
    {
        while (true)
        {
            var before = _done;
            try
            {
                await StreamAsync(before, progress, cancel);
                return;
            }
            catch (RpcException error) when (!cancel.IsCancellationRequested)
            {
                if (error.StatusCode != StatusCode.Unavailable || _done == before)
                {
                    // The rest would fail in the same way.
                    var rest = paths.Count - _done;
                    report.Failure(rest == 1 ? paths[^1] : $"{paths[_done]} and what follows", error, Enumerable.Range(_done, rest).Count(at => !_failed.Contains(at)));
                    return;
                }

                await Task.Delay(Pause, cancel);
            }
        }
    }

    private async Task StreamAsync(int from, Action<int> progress, CancellationToken cancel)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var call = client.ImportStories(cancellationToken: ended.Token);
        var sending = SendAsync(call.RequestStream, from, ended.Token);
        try
        {
            await foreach (var response in call.ResponseStream.ReadAllAsync(cancel))
            {
                var at = int.Parse(response.Key, System.Globalization.CultureInfo.InvariantCulture);
                Tell(paths[at], response);
                if (response.Document is not null)
                {
                    _done = at + 1;
                    progress(_done);
                }
            }

            await sending;
            _done = paths.Count;
            progress(_done);
        }
        finally
        {
            await ended.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SendAsync(IClientStreamWriter<ImportStoriesRequest> requests, int from, CancellationToken cancel)
    {
        for (var at = from; at < paths.Count; at++)
        {
            Document document;
            try
            {
                document = await files.ReadAsync(paths[at], cancel);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                if (_failed.Add(at))
                {
                    report.Failure(paths[at], error.Message);
                }

                continue;
            }

            await requests.WriteAsync(
                new ImportStoriesRequest { Key = at.ToString(System.Globalization.CultureInfo.InvariantCulture), Document = document, Publish = publish, ValidateOnly = validateOnly }, cancel);
        }

        await requests.CompleteAsync();
    }

    private void Tell(string path, ImportStoriesResponse response)
    {
        var error = response.Story?.Error ?? response.Document?.Error;
        if (error is not null)
        {
            var what = response.Story is { } failed && files.MayHoldSeveral(path) ? $"{path}: “{failed.Title}”" : path;
            report.Failure(what, error.ToRpcException());
        }
        else if (response.Story is { } story)
        {
            report.Story(path, response, story.Name, story.Title, story.Outcome, story.Diagnostics);
        }

        if (response.Document is { } document)
        {
            report.Document(path, document);
        }
    }
}
