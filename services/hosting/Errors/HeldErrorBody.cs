using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Broadsheet.Hosting.Errors;

/// <summary>Lets the body of a success through untouched and holds that of an error back, so that it can be completed.</summary>
internal sealed class HeldErrorBody(IHttpResponseBodyFeature inner, HttpResponse response) : IHttpResponseBodyFeature
{
    private MemoryStream? _held;
    private PipeWriter? _heldWriter;

    /// <summary>What was written of an error.</summary>
    public ReadOnlyMemory<byte> Bytes => _held is null ? default : _held.GetBuffer().AsMemory(0, (int)_held.Length);

    public Stream Stream => Holds ? Held : inner.Stream;

    public PipeWriter Writer => Holds ? _heldWriter ??= PipeWriter.Create(Held, new StreamPipeWriterOptions(leaveOpen: true)) : inner.Writer;

    private bool Holds => !response.HasStarted && response.StatusCode >= StatusCodes.Status400BadRequest;

    private MemoryStream Held => _held ??= new MemoryStream();

    /// <summary>Ends the writing, so that <see cref="Bytes"/> is complete.</summary>
    public ValueTask EndAsync() => _heldWriter is null ? ValueTask.CompletedTask : _heldWriter.CompleteAsync();

    public Task StartAsync(CancellationToken cancellationToken = default) => Holds ? Task.CompletedTask : inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => Holds ? Task.CompletedTask : inner.CompleteAsync();

    public void DisableBuffering() => inner.DisableBuffering();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        inner.SendFileAsync(path, offset, count, cancellationToken);
}
