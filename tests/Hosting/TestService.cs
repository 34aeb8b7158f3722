using System.Globalization;
using Broadsheet.Content.V1;
using Broadsheet.Hosting;
using Broadsheet.Query.V1;
using FluentValidation;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Broadsheet.Testing;

/// <summary>
/// A real host on free loopback ports with services of the real contracts, whose methods do what the test says.
/// </summary>
internal sealed class TestService : IAsyncDisposable
{
    private TestService(WebApplication app, Uri calls, Uri operations)
    {
        App = app;
        Calls = calls;
        Operations = operations;
        Channel = GrpcChannel.ForAddress(calls, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        Json = new HttpClient(new Http2()) { BaseAddress = calls };
        Http = new HttpClient { BaseAddress = operations };
    }

    public WebApplication App { get; }

    /// <summary>gRPC, and JSON over h2c.</summary>
    public Uri Calls { get; }

    /// <summary>Health and metrics over HTTP/1.1.</summary>
    public Uri Operations { get; }

    public GrpcChannel Channel { get; }

    public HttpClient Json { get; }

    public HttpClient Http { get; }

    public Handlers Handlers => App.Services.GetRequiredService<Handlers>();

    public LogLines Log => App.Services.GetRequiredService<LogLines>();

    public static Task<TestService> StartAsync(params string[] settings) => StartAsync(null, settings);

    public static async Task<TestService> StartAsync(Action<IServiceCollection>? configure, params string[] settings)
    {
        string[] arguments =
        [
            "--environment=Development", "--Broadsheet:BindAddress=127.0.0.1", "--Broadsheet:GrpcPort=0", "--Broadsheet:HttpPort=0",
            .. settings.Select(setting => $"--{setting}"),
        ];
        var builder = BroadsheetHost.CreateBuilder(arguments, "test", 0, 0, typeof(TestService).Assembly);
        builder.Services.AddSingleton<Handlers>();
        var log = new LogLines();
        builder.Services.AddSingleton(log);
        builder.Logging.ClearProviders().AddProvider(log);
        configure?.Invoke(builder.Services);
        var app = builder.BuildBroadsheet(endpoints =>
        {
            endpoints.MapGrpcService<Stories>();
            endpoints.MapGrpcService<Import>();
            endpoints.MapGrpcService<Feed>();
            endpoints.MapGrpcService<SearchCalls>();
            endpoints.MapGrpcService<ExploreCalls>();
        });
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(address => new Uri(address)).ToArray();
        return new TestService(app, addresses[0], addresses[1]);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Json.Dispose();
        Http.Dispose();
        await App.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(5)).Token);
        await App.DisposeAsync();
    }

    // HttpClient's default version does not hold for request messages that are made by hand.
    private sealed class Http2() : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Version = new Version(2, 0);
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Stories(Handlers handlers) : StoryService.StoryServiceBase
    {
        public override Task<Story> GetStory(GetStoryRequest request, ServerCallContext context) => handlers.GetStory(request, context);

        public override Task<Story> CreateStory(CreateStoryRequest request, ServerCallContext context) => handlers.CreateStory(request, context);

        public override Task<Story> UpdateStory(UpdateStoryRequest request, ServerCallContext context) => handlers.UpdateStory(request, context);

        public override Task<Story> PublishStory(PublishStoryRequest request, ServerCallContext context) => handlers.PublishStory(request, context);

        public override Task<ListStoriesResponse> ListStories(ListStoriesRequest request, ServerCallContext context) => Task.FromResult(new ListStoriesResponse());

        public override Task<Revision> GetRevision(GetRevisionRequest request, ServerCallContext context) => Task.FromResult(new Revision { Name = request.Name });
    }

    private sealed class Import(Handlers handlers) : ImportService.ImportServiceBase
    {
        public override Task<ImportStoryResponse> ImportStory(ImportStoryRequest request, ServerCallContext context) => handlers.ImportStory(request, context);
    }

    private sealed class Feed(Handlers handlers) : ChangeFeedService.ChangeFeedServiceBase
    {
        public override Task WatchChanges(WatchChangesRequest request, IServerStreamWriter<WatchChangesResponse> responseStream, ServerCallContext context) =>
            handlers.WatchChanges(request, responseStream, context);
    }

    private sealed class SearchCalls(Handlers handlers) : SearchService.SearchServiceBase
    {
        public override Task<SearchResponse> Search(SearchRequest request, ServerCallContext context) => handlers.Search(request, context);
    }

    private sealed class ExploreCalls : ExploreService.ExploreServiceBase
    {
        public override Task<ExploreResponse> Explore(ExploreRequest request, ServerCallContext context) =>
            Task.FromResult(new ExploreResponse { NextPageToken = $"{request.Feed} {request.Community}" });

        public override Task<ListRelatedResponse> ListRelated(ListRelatedRequest request, ServerCallContext context) =>
            Task.FromResult(new ListRelatedResponse { Stories = { new RelatedStory { Story = request.Story } } });
    }
}

/// <summary>What the services of a <see cref="TestService"/> do.</summary>
internal sealed class Handlers
{
    public Func<GetStoryRequest, ServerCallContext, Task<Story>> GetStory { get; set; } = (request, _) => Task.FromResult(new Story { Name = request.Name, Title = "A title" });

    public Func<CreateStoryRequest, ServerCallContext, Task<Story>> CreateStory { get; set; } = (request, _) => Task.FromResult(request.Story);

    public Func<UpdateStoryRequest, ServerCallContext, Task<Story>> UpdateStory { get; set; } = (request, _) => Task.FromResult(request.Story);

    public Func<PublishStoryRequest, ServerCallContext, Task<Story>> PublishStory { get; set; } = (request, _) => Task.FromResult(new Story { Name = request.Name });

    public Func<ImportStoryRequest, ServerCallContext, Task<ImportStoryResponse>> ImportStory { get; set; } = (request, _) =>
        Task.FromResult(new ImportStoryResponse { Diagnostics = { new Diagnostic { Code = "LENGTH", Message = request.Document?.Content.Length.ToString(CultureInfo.InvariantCulture) ?? "" } } });

    public Func<WatchChangesRequest, IServerStreamWriter<WatchChangesResponse>, ServerCallContext, Task> WatchChanges { get; set; } = async (_, stream, context) =>
    {
        await stream.WriteAsync(new WatchChangesResponse { NextCursor = "1" });
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
    };

    public Func<SearchRequest, ServerCallContext, Task<SearchResponse>> Search { get; set; } = (_, _) => Task.FromResult(new SearchResponse());
}

/// <summary>Rules that tests break.</summary>
internal sealed class CreateStoryRules : AbstractValidator<CreateStoryRequest>
{
    public CreateStoryRules()
    {
        RuleFor(request => request.Story.Title).NotEmpty().When(request => request.Story is not null);
        RuleFor(request => request.Story.StatedReadingMinutes).GreaterThanOrEqualTo(0).When(request => request.Story is not null);
    }
}

/// <summary>A rule with a reason of its own.</summary>
internal sealed class PublishStoryRules : AbstractValidator<PublishStoryRequest>
{
    public PublishStoryRules() => RuleFor(request => request.Etag).NotEmpty().WithErrorCode("EtagMissing");
}

/// <summary>What a host logged from Warning on.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lock (lines)
                {
                    lines.Add($"{logLevel} {category}: {formatter(state, exception)} {exception}");
                }
            }
        }
    }
}
