using System.Security.Cryptography;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Google.Protobuf;
using Grpc.Core;

namespace Broadsheet.Content.Storage;

/// <summary>
/// Mutations that can be repeated: the answer to a request id is kept in the transaction that it answers for, by
/// caller and method, so a repeat is answered as the first call was. A failed call keeps nothing and may be tried
/// again.
/// </summary>
internal static class Requests
{
    private const long KeptMicroseconds = 24L * 3600 * 1_000_000;

    public static Task<TResponse> WriteOnceAsync<TRequest, TResponse>(
        this ContentStore store, ServerCallContext context, TRequest request, string requestId, Func<ContentTransaction, Task<TResponse>> work)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>, new()
    {
        if (requestId.Length == 0)
        {
            return store.WriteAsync(work, context.CancellationToken);
        }

        var caller = context.Caller().Name;
        var hash = HashOf(request);
        return store.WriteAsync(content => content.OnceAsync(caller, context.Method, requestId, hash, work), context.CancellationToken);
    }

    /// <summary>Forgets the answers that nobody may ask for again.</summary>
    public static Task<int> ForgetRequestsAsync(this ContentTransaction content) =>
        content.ExecuteAsync("delete from requests where create_time < @oldest", ("@oldest", Oldest(content)));

    private static async Task<TResponse> OnceAsync<TResponse>(
        this ContentTransaction content, string caller, string method, string requestId, byte[] hash, Func<ContentTransaction, Task<TResponse>> work)
        where TResponse : IMessage<TResponse>, new()
    {
        // Taken before it is looked for, so that of two calls with the same id at two replicas one waits for the other.
        var isNew = await content.ExecuteAsync(
            """
            insert into requests (caller, method, request_id, request_hash, response, create_time) values (@caller, @method, @id, @hash, @empty, @now)
            on conflict (caller, method, request_id) do update set request_hash = excluded.request_hash, response = excluded.response,
              create_time = excluded.create_time where requests.create_time < @oldest
            """,
            ("@caller", caller), ("@method", method), ("@id", requestId), ("@hash", hash), ("@empty", Array.Empty<byte>()),
            ("@now", ContentTransaction.ToMicroseconds(content.Now)), ("@oldest", Oldest(content))) == 1;
        if (!isNew)
        {
            var earlier = await content.FirstAsync(
                "select request_hash, response from requests where caller = @caller and method = @method and request_id = @id",
                row => (Hash: row.GetFieldValue<byte[]>(0), Response: row.GetFieldValue<byte[]>(1)),
                ("@caller", caller), ("@method", method), ("@id", requestId));
            if (!earlier.Hash.AsSpan().SequenceEqual(hash))
            {
                throw RpcError.InvalidField(ErrorReason.RequestIdReused, "request_id", "was used before with another request");
            }

            var replay = new TResponse();
            replay.MergeFrom(earlier.Response);
            return replay;
        }

        var response = await work(content);
        await content.ExecuteAsync(
            "update requests set response = @response where caller = @caller and method = @method and request_id = @id",
            ("@response", response), ("@caller", caller), ("@method", method), ("@id", requestId));
        return response;
    }

    private static long Oldest(ContentTransaction content) => ContentTransaction.ToMicroseconds(content.Now) - KeptMicroseconds;

    // The id itself is part of the hashed request, which changes nothing: rows are looked up by it.
    private static byte[] HashOf(IMessage request) => SHA256.HashData(request.ToByteArray());
}
