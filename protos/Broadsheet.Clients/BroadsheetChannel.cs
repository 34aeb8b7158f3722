using Broadsheet.Contracts;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Broadsheet.Clients;

/// <summary>
/// A connection to a service or the gateway, over which its clients call with deadlines, retries and a circuit
/// breaker. Long-lived and safe for concurrent use.
/// </summary>
public sealed class BroadsheetChannel : IDisposable
{
    private const int MaxMessageBytes = 32 * 1024 * 1024;

    private readonly GrpcChannel _channel;

    /// <summary>
    /// Opens a channel to an address: <c>http://host:port</c> for h2c, <c>https://…</c> for TLS, <c>dns:///host:port</c>
    /// to balance over all addresses of the name.
    /// </summary>
    public BroadsheetChannel(Uri address, BroadsheetClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new BroadsheetClientOptions();
        Address = address;
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            Credentials = address.Scheme == Uri.UriSchemeHttps ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure,
            MaxReceiveMessageSize = MaxMessageBytes,
            MaxSendMessageSize = MaxMessageBytes,
            // A call whose request does not fit is not retried, and documents are larger than the usual 1 MiB.
            MaxRetryBufferPerCallSize = MaxMessageBytes,
            MaxRetryBufferSize = 4 * MaxMessageBytes,
            DisposeHttpClient = true,
            ServiceConfig = Config,
            // A service that comes back is called again at once, not after the minutes that the library would wait.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(200),
            MaxReconnectBackoff = TimeSpan.FromSeconds(5),
            HttpHandler = new SocketsHttpHandler
            {
                EnableMultipleHttp2Connections = true,
                KeepAlivePingDelay = TimeSpan.FromSeconds(30),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
                ConnectTimeout = TimeSpan.FromSeconds(2),
                // A connection is given up now and then, so that new replicas get their share.
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            },
        });

        // From the outside in: the id and the deadline stand for all attempts; the breaker sees each call's end.
        Invoker = _channel.Intercept(
            new RequestIdInterceptor(options.TimeProvider), new DeadlineInterceptor(options), new CallerInterceptor(options.Caller), new CircuitBreakerInterceptor(options));
    }

    /// <summary>Where the channel leads.</summary>
    public Uri Address { get; }

    /// <summary>What clients are made from: <c>new StoryService.StoryServiceClient(channel.Invoker)</c>.</summary>
    public CallInvoker Invoker { get; }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    /// <summary>
    /// Retries by what the contract promises: reads and idempotent writes (their request id makes a repeat harmless)
    /// are tried up to three times when the service is unavailable; nothing else is.
    /// </summary>
    private static ServiceConfig Config { get; } = MakeConfig();

    private static ServiceConfig MakeConfig()
    {
        var config = new ServiceConfig
        {
            LoadBalancingConfigs = { new RoundRobinConfig() },
            RetryThrottling = new RetryThrottlingPolicy { MaxTokens = 20, TokenRatio = 0.2 },
        };
        var retried = new MethodConfig
        {
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = 3,
                InitialBackoff = TimeSpan.FromMilliseconds(100),
                MaxBackoff = TimeSpan.FromSeconds(1),
                BackoffMultiplier = 2,
                RetryableStatusCodes = { StatusCode.Unavailable },
            },
        };
        foreach (var method in ContractMethods.Services.SelectMany(service => service.Methods))
        {
            // A stream is resumed by its reader, which knows how far it came.
            if (method.Idempotency() != MethodOptions.Types.IdempotencyLevel.IdempotencyUnknown && method is { IsClientStreaming: false, IsServerStreaming: false })
            {
                retried.Names.Add(new MethodName { Service = method.Service.FullName, Method = method.Name });
            }
        }

        config.MethodConfigs.Add(retried);
        return config;
    }
}
