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
        this ContentStore store, ServerCallContext context, TRequest request, string requestId, Func<ContentTransaction, TResponse> work)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>, new()
    {
        if (requestId.Length == 0)
        {
            return store.WriteAsync(work, context.CancellationToken);
        }

        var caller = context.Caller().Name;
        var hash = HashOf(request);
        return store.WriteAsync(content => content.Once(caller, context.Method, requestId, hash, work), context.CancellationToken);
    }

    private static TResponse Once<TResponse>(
        this ContentTransaction content, string caller, string method, string requestId, byte[] hash, Func<ContentTransaction, TResponse> work)
        where TResponse : IMessage<TResponse>, new()
    {
        var now = ContentTransaction.ToMicroseconds(content.Now);
        content.Execute("delete from requests where create_time < @oldest", ("@oldest", now - KeptMicroseconds));
        var earlier = content.First<(byte[] Hash, byte[] Response)>(
            "select request_hash, response from requests where caller = @caller and method = @method and request_id = @id",
            row => (row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1)),
            ("@caller", caller), ("@method", method), ("@id", requestId));
        if (earlier.Hash is not null)
        {
            if (!earlier.Hash.AsSpan().SequenceEqual(hash))
            {
                throw RpcError.InvalidField(ErrorReason.RequestIdReused, "request_id", "was used before with another request");
            }

            var replay = new TResponse();
            replay.MergeFrom(earlier.Response);
            return replay;
        }

        var response = work(content);
        content.Execute(
            "insert into requests (caller, method, request_id, request_hash, response, create_time) values (@caller, @method, @id, @hash, @response, @now)",
            ("@caller", caller), ("@method", method), ("@id", requestId), ("@hash", hash), ("@response", response), ("@now", now));
        return response;
    }

    // The id itself is part of the hashed request, which changes nothing: rows are looked up by it.
    private static byte[] HashOf(IMessage request) => SHA256.HashData(request.ToByteArray());
}
