using System.Collections.Concurrent;
using System.Net;
using Broadsheet.Analytics.V1;
using Broadsheet.Content.V1;
using Broadsheet.Errors.V1;
using Broadsheet.Hosting.Errors;
using Broadsheet.Query.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Broadsheet.Cli.Tests;

/// <summary>A suite with known answers, on a socket of its own.</summary>
internal sealed class TestSuite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestSuite(WebApplication app)
    {
        _app = app;
        Address = app.Urls.Single();
    }

    public string Address { get; }

    public ConcurrentQueue<ImportStoryRequest> Imported => _app.Services.GetRequiredService<ConcurrentQueue<ImportStoryRequest>>();

    public ConcurrentQueue<WatchChangesRequest> Watched => _app.Services.GetRequiredService<ConcurrentQueue<WatchChangesRequest>>();

    /// <summary>The events that came in, by id.</summary>
    public ConcurrentDictionary<string, HistoricalEvent> Events => _app.Services.GetRequiredService<ConcurrentDictionary<string, HistoricalEvent>>();

    /// <summary>What the last call said of who makes it.</summary>
    public string? Caller => _app.Services.GetRequiredService<CallerSeen>().Value;

    public static async Task<TestSuite> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<ConcurrentQueue<ImportStoryRequest>>();
        builder.Services.AddSingleton<ConcurrentQueue<WatchChangesRequest>>();
        builder.Services.AddSingleton<ConcurrentDictionary<string, HistoricalEvent>>();
        builder.Services.AddSingleton<CallerSeen>();
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.RequestServices.GetRequiredService<CallerSeen>().Value = context.Request.Headers["x-broadsheet-caller"];
            return next(context);
        });
        app.MapGrpcService<Imports>();
        app.MapGrpcService<Stories>();
        app.MapGrpcService<Feed>();
        app.MapGrpcService<Searches>();
        app.MapGrpcService<Exploring>();
        app.MapGrpcService<Answers>();
        app.MapGrpcService<Timeline>();
        app.MapGrpcService<Knowledge>();
        app.MapGrpcService<Entities>();
        app.MapGrpcService<IndexState>();
        app.MapGrpcService<EventsIn>();
        app.MapGrpcService<Reports>();
        await app.StartAsync();
        return new TestSuite(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Answers each query with what it asked for.</summary>
    internal sealed class Reports(ConcurrentDictionary<string, HistoricalEvent> events) : ReportService.ReportServiceBase
    {
        // Gives what came in; of stories/broken another checksum than what it sent.
        public override async Task ExportEvents(ExportEventsRequest request, IServerStreamWriter<ExportEventsResponse> responseStream, ServerCallContext context)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(string.Concat(events.Values.OrderBy(one => one.Event.EventId, StringComparer.Ordinal).Select(one => $"{one.Event}\n")));
            await responseStream.WriteAsync(new ExportEventsResponse { Chunk = Google.Protobuf.ByteString.CopyFrom(bytes) });
            await responseStream.WriteAsync(new ExportEventsResponse
            {
                Summary = new ExportSummary
                {
                    EventCount = events.Count,
                    ByteCount = bytes.Length,
                    Sha256 = request.Story == "stories/broken" ? "" : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)),
                },
            });
        }

        public override Task<StoryReport> GetStoryReport(GetStoryReportRequest request, ServerCallContext context) => Task.FromResult(new StoryReport
        {
            Story = request.Story, ReadRule = "read/1", Views = 4, Reads = 2, ReadRatio = 0.5, EngagedSeconds = 90, SignedInReaders = 1, ReaderDays = 3,
            Period = new ReportPeriod { From = request.From, To = request.To },
        });

        public override Task<QueryReportResponse> QueryReport(QueryReportRequest request, ServerCallContext context)
        {
            var figures = new ReportFigures { Views = 4, ReadRatio = 0.5 };
            var keys = request.Dimensions.Select(dimension => new ReportKey { Dimension = dimension, Value = dimension == ReportDimension.Channel ? "search" : "stories/1", Title = dimension == ReportDimension.Story ? "Icebergs" : "" });
            return Task.FromResult(new QueryReportResponse
            {
                ReadRule = "read/1",
                Period = new ReportPeriod { From = request.From, To = request.To, TimeZone = request.TimeZone },
                PreviousPeriod = request.Comparison == ReportComparison.PreviousPeriod ? new ReportPeriod { From = request.From, To = request.To } : null,
                Rows =
                {
                    new ReportRow
                    {
                        Keys = { keys },
                        Figures = request.Filters.Count > 0 ? new ReportFigures { Views = request.Filters[0].Values[0].Length } : figures,
                        Previous = request.Comparison == ReportComparison.PreviousPeriod ? new ReportFigures { Views = 2 } : null,
                    },
                },
            });
        }
    }

    /// <summary>Nothing trends here, and whoever asks follows Ada.</summary>
    internal sealed class Exploring : ExploreService.ExploreServiceBase
    {
        public override Task<ExploreResponse> Explore(ExploreRequest request, ServerCallContext context) => Task.FromResult(new ExploreResponse
        {
            Ordering = ExploreOrdering.Recency,
            FallbackReason = request.Feed == ExploreFeed.Trending ? ExploreFallbackReason.AnalyticsNotConfigured : default,
            Stories =
            {
                new ExploredStory
                {
                    Story = "stories/1",
                    Title = "Icebergs",
                    Creator = "creators/ada",
                    Reason = request.Feed == ExploreFeed.Following
                        ? new ExploreReason { Following = new FollowingReason { Creator = "creators/ada" } }
                        : new ExploreReason { Latest = new LatestReason { Community = request.Community, Topic = request.Topic } },
                },
            },
        });

        public override Task<ListRelatedResponse> ListRelated(ListRelatedRequest request, ServerCallContext context) =>
            request.Story != "stories/1" ? throw RpcError.NotFound(request.Story) : Task.FromResult(new ListRelatedResponse
            {
                Stories =
                {
                    new RelatedStory
                    {
                        Story = "stories/2",
                        Title = "Glaciers",
                        Score = 4.25,
                        Entities = { new SharedEntity { Entity = "entities/titanic", DisplayName = "Titanic" } },
                        Dates = { new SharedDate { Date = new Google.Type.Date { Year = 1912, Month = 4 }, Precision = DatePrecision.Month } },
                        Terms = { new SharedTerm { Text = "ice" }, new SharedTerm { Text = "drift" } },
                    },
                },
            });
    }

    /// <summary>Takes events once; those of 2030 have not happened.</summary>
    internal sealed class EventsIn(ConcurrentDictionary<string, HistoricalEvent> events) : IngestService.IngestServiceBase
    {
        public override Task<ImportEventsResponse> ImportEvents(ImportEventsRequest request, ServerCallContext context)
        {
            var response = new ImportEventsResponse();
            foreach (var one in request.Events)
            {
                var reason = one.Event.OccurredAt.ToDateTimeOffset().Year == 2030 ? NotCountedReason.Future
                    : events.TryAdd(one.Event.EventId, one) ? NotCountedReason.Unspecified
                    : NotCountedReason.Duplicate;
                if (reason == NotCountedReason.Unspecified)
                {
                    response.Counted++;
                }
                else
                {
                    response.NotCounted.Add(new NotCountedEvent { EventId = one.Event.EventId, Reason = reason });
                }
            }

            return Task.FromResult(response);
        }
    }

    internal sealed class CallerSeen
    {
        public string? Value { get; set; }
    }

    /// <summary>Takes everything but documents that say "bad".</summary>
    internal sealed class Imports(ConcurrentQueue<ImportStoryRequest> imported) : ImportService.ImportServiceBase
    {
        /// <summary>Each line of an export is a story; the stream breaks once after a document that says "breaks".</summary>
        public override async Task ImportStories(
            IAsyncStreamReader<ImportStoriesRequest> requestStream, IServerStreamWriter<ImportStoriesResponse> responseStream, ServerCallContext context)
        {
            await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            {
                var summary = new DocumentSummary();
                var lines = request.Document.MediaType == "application/xml" ? request.Document.Content.ToStringUtf8().Split('\n') : [request.Document.Content.ToStringUtf8()];
                foreach (var line in lines)
                {
                    var story = new ImportedStory { Title = line.Trim() };
                    try
                    {
                        var single = new ImportStoryRequest { Document = request.Document.Clone(), Publish = request.Publish, ValidateOnly = request.ValidateOnly };
                        single.Document.Content = Google.Protobuf.ByteString.CopyFromUtf8(line);
                        var response = await ImportStory(single, context);
                        story = new ImportedStory { Title = line.Trim(), Name = response.Story.Name, Outcome = response.Outcome, Diagnostics = { response.Diagnostics } };
                    }
                    catch (RpcException error)
                    {
                        story.Error = error.GetRpcStatus();
                    }

                    await responseStream.WriteAsync(new ImportStoriesResponse { Key = request.Key, Story = story });
                }

                await responseStream.WriteAsync(new ImportStoriesResponse { Key = request.Key, Document = summary });
                if (request.Document.Content.ToStringUtf8().Contains("breaks", StringComparison.Ordinal))
                {
                    throw RpcError.Of(ErrorReason.ServerDraining, "shutting down");
                }
            }
        }

        public override Task<ImportStoryResponse> ImportStory(ImportStoryRequest request, ServerCallContext context)
        {
            var text = request.Document.Content.ToStringUtf8();
            if (text.Contains("bad", StringComparison.Ordinal))
            {
                throw RpcError.InvalidField(ErrorReason.DocumentUnreadable, "document.content", "has no story in it");
            }

            imported.Enqueue(request);
            return Task.FromResult(new ImportStoryResponse
            {
                Story = new Story { Name = request.ValidateOnly ? "" : "stories/1", Title = text.Trim() },
                Outcome = ImportOutcome.Created,
                Diagnostics =
                {
                    new Diagnostic { Code = "FURNITURE_DROPPED", Message = "A footer was left out.", Excerpt = "Terms" },
                    new Diagnostic { Code = "FURNITURE_DROPPED", Message = "A footer was left out.", Excerpt = "Privacy" },
                },
            });
        }
    }

    /// <summary>201 stories on two pages.</summary>
    internal sealed class Stories : StoryService.StoryServiceBase
    {
        public override Task<Story> GetStory(GetStoryRequest request, ServerCallContext context) => request.Name == "stories/1"
            ? Task.FromResult(new Story { Name = "stories/1", Title = "A title", Dek = "A dek.", PlainText = "The whole text.", PublishTimeUncertainty = new() { Stated = "about a year ago" } })
            : throw RpcError.NotFound(request.Name);

        public override Task<Story> LookupStory(LookupStoryRequest request, ServerCallContext context) =>
            request.Slug == "icebergs" ? Task.FromResult(new Story { Name = "stories/1" }) : throw RpcError.NotFound(request.Slug);

        public override Task<ListStoriesResponse> ListStories(ListStoriesRequest request, ServerCallContext context) => Task.FromResult(
            request.PageToken.Length == 0
                ? new ListStoriesResponse { NextPageToken = "more", Stories = { Enumerable.Range(1, 200).Select(i => new Story { Name = $"stories/{i}", Title = $"Story {i}" }) } }
                : new ListStoriesResponse { Stories = { new Story { Name = "stories/201", Title = "Story 201" } } });
    }

    /// <summary>Two changes, then nothing; the cursor "old" has expired.</summary>
    internal sealed class Feed(ConcurrentQueue<WatchChangesRequest> watched) : ChangeFeedService.ChangeFeedServiceBase
    {
        public override async Task WatchChanges(WatchChangesRequest request, IServerStreamWriter<WatchChangesResponse> responseStream, ServerCallContext context)
        {
            watched.Enqueue(request);
            if (request.Cursor == "old")
            {
                throw RpcError.Of(ErrorReason.CursorExpired, "too old");
            }

            if (request.Cursor.Length == 0)
            {
                var time = new Timestamp { Seconds = 1_700_000_000 };
                await responseStream.WriteAsync(new WatchChangesResponse
                {
                    NextCursor = "c2",
                    Changes =
                    {
                        new Change { Cursor = "c1", Resource = "stories/1", Version = 1, CommitTime = time, Story = new Story { Title = "A title" } },
                        new Change { Cursor = "c2", Resource = "stories/2", Version = 2, CommitTime = time, Tombstone = new Tombstone() },
                    },
                });
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        }
    }

    internal sealed class Searches : SearchService.SearchServiceBase
    {
        public override Task<SearchResponse> Search(SearchRequest request, ServerCallContext context) => Task.FromResult(new SearchResponse
        {
            TotalSize = 1,
            Results =
            {
                new SearchResult
                {
                    Story = "stories/1",
                    Title = "A title",
                    Highlights = { new Highlight { Text = "𝔸n iceberg.", Start = 100, End = 111, Matches = { new HighlightMatch { Start = 103, End = 110 } } } },
                },
            },
        });
    }

    /// <summary>Knows when, and nothing else.</summary>
    internal sealed class Answers : AskService.AskServiceBase
    {
        public override Task<AskResponse> Ask(AskRequest request, ServerCallContext context) => Task.FromResult(
            request.Question.StartsWith("When", StringComparison.Ordinal)
                ? new AskResponse { Answers = { new Answer { Text = "1949", Sentence = "It was founded in 1949.", Confidence = 0.9, Citation = new Citation { Story = "stories/1", Revision = 2, Section = "lead", Start = 3, End = 26 } } } }
                : new AskResponse { NoAnswerReason = NoAnswerReason.NotStated });
    }

    internal sealed class Timeline : TimelineService.TimelineServiceBase
    {
        private static readonly Citation Told = new() { Story = "stories/1", Revision = 2, Section = "lead", Start = 3, End = 26 };

        public override Task<ListDatedEventsResponse> ListDatedEvents(ListDatedEventsRequest request, ServerCallContext context) => Task.FromResult(new ListDatedEventsResponse
        {
            Events =
            {
                new DatedEvent { Date = request.From ?? new() { Year = -509 }, Precision = DatePrecision.Year, Modality = EventModality.Happened, Text = "The first.", Sources = { Told } },
                new DatedEvent { Date = new() { Year = 1990 }, EndDate = new() { Year = 1999 }, Precision = DatePrecision.Decade, Modality = EventModality.Happened, Text = "The second.", Sources = { Told } },
                new DatedEvent
                {
                    Date = request.To ?? new() { Year = 2014, Month = 10, Day = 7 }, Precision = DatePrecision.Day, Modality = EventModality.Planned, Text = "The third.", StoryCount = 2,
                    Sources = { Told, new Citation { Story = "stories/2", Revision = 1, Section = "lead", End = 9 } },
                    Disagreement = { new DateDisagreement { Date = new() { Year = 2015 }, Precision = DatePrecision.Year, Text = "Another.", StoryCount = 1, Sources = { new Citation { Story = "stories/3" } } } },
                },
            },
        });
    }

    internal sealed class Knowledge : ClaimService.ClaimServiceBase
    {
        public static readonly Claim Denied = new()
        {
            Name = "stories/1/claims/a",
            Source = new ClaimSource { Text = "She", DisplayName = "Ann Lee", Entity = "entities/ann-lee" },
            Stance = "claims",
            Text = "the fees\nwere low",
            Citation = new Citation { Story = "stories/1", Section = "lead" },
            AnsweredBy = { new ClaimLink { Claim = "stories/1/claims/b", Source = "the port", Stance = "denies", Text = "this" } },
        };

        public static readonly Figure Aged = new()
        {
            Text = "12", Value = 12, Subject = "members", AsOf = new() { Year = 1949 }, Superseded = true, Entity = new EntityMention { Entity = "entities/union", DisplayName = "Union" },
        };

        // A page of one, then the last.
        public override Task<ListClaimsResponse> ListClaims(ListClaimsRequest request, ServerCallContext context) => Task.FromResult(
            request.PageToken.Length == 0
                ? new ListClaimsResponse { Claims = { Denied }, NextPageToken = "next" }
                : new ListClaimsResponse { Claims = { new Claim { Source = new ClaimSource(), Stance = request.Stance, Text = request.Source, Citation = new Citation { Story = "stories/2", Section = "s" } } } });

        public override Task<ListFiguresResponse> ListFigures(ListFiguresRequest request, ServerCallContext context) => Task.FromResult(new ListFiguresResponse
        {
            Figures = { Aged, new Figure { Text = "30 %", Value = 30, Unit = "%", AsOf = new() { Year = 2021, Month = 6 }, AsOfEnd = new() { Year = 2022 }, Newest = true } },
        });
    }

    internal sealed class Entities : EntityService.EntityServiceBase
    {
        public override Task<ListEntitiesResponse> ListEntities(ListEntitiesRequest request, ServerCallContext context) => Task.FromResult(new ListEntitiesResponse
        {
            Entities = { new EntitySummary { Name = "entities/ann-lee", DisplayName = "Ann Lee", Type = request.Type, StoryCount = 3 } },
        });

        public override Task<Entity> GetEntity(GetEntityRequest request, ServerCallContext context) => Task.FromResult(new Entity
        {
            Name = request.Name,
            DisplayName = "Ann Lee",
            Type = "PER",
            StoryCount = 1,
            Aliases = { new EntityAlias { Text = "Lee", StoryCount = 1 } },
            ClaimsBy = { Knowledge.Denied },
            ClaimsByCount = 4,
            Figures = { Knowledge.Aged },
            FigureCount = 1,
        });
    }

    internal sealed class IndexState : IndexService.IndexServiceBase
    {
        public override Task<IndexStatus> GetIndexStatus(GetIndexStatusRequest request, ServerCallContext context) => Task.FromResult(
            new IndexStatus { State = Query.V1.IndexState.Following, StoryCount = 3, Lag = new Duration(), Digest = "abc" });
    }
}
