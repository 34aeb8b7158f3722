using System.Net;
using System.Text;
using System.Text.Json;
using Broadsheet.Content.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Broadsheet.Benchmarks;

/// <summary>A change feed of generated stories, read from their file while it is followed, so that it takes no memory.</summary>
internal sealed class CorpusFeed : ChangeFeedService.ChangeFeedServiceBase
{
    private const int BatchSize = 200;
    private const int Communities = 12;

    private static readonly string[] Given = "Ada Bruno Clara David Emma Felix Greta Henry Irene Jonas Karen Louis Maria Nora Oscar Paula Quentin Rosa Simon Thea".Split(' ');
    private static readonly string[] Begin = "Ash Birch Cold Dun East Farn Glen Hart Iver Kes Lang Mer Nor Oak Pem Quar Red Sal Thorn Ux West Yar".Split(' ');
    private static readonly string[] End = "bourne bury by combe dale den don field ford ham hurst ley low mere mouth ness port row stead ton wick worth".Split(' ');
    private static readonly string[] Months = "January February March April May June July August September October November December".Split(' ');

    private readonly string _file;
    private readonly int _count;

    private CorpusFeed(string file, int count) => (_file, _count) = (file, count);

    /// <summary>Serves the stories on a loopback port until disposed.</summary>
    public static async Task<WebApplication> StartAsync(string file, int count, int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => grpc.MaxSendMessageSize = null);
        builder.Services.AddSingleton(new CorpusFeed(file, count));
        var app = builder.Build();
        app.MapGrpcService<CorpusFeed>();
        await app.StartAsync(cancellationToken);
        return app;
    }

    public override async Task WatchChanges(WatchChangesRequest request, IServerStreamWriter<WatchChangesResponse> responseStream, ServerCallContext context)
    {
        var position = request.Cursor.Length == 0 ? 0 : int.Parse(request.Cursor, null);
        using var lines = new StreamReader(_file);
        // Who has everything needs nothing of the file.
        for (var line = 0; line < position && position < _count; line++)
        {
            await lines.ReadLineAsync(context.CancellationToken);
        }

        while (true)
        {
            var response = new WatchChangesResponse();
            while (position < _count && response.Changes.Count < BatchSize && await lines.ReadLineAsync(context.CancellationToken) is { } line)
            {
                var story = Read(line, position);
                response.Changes.Add(new Change { Resource = story.Name, Version = ++position, Story = story, CommitTime = story.PublishTime });
            }

            response.NextCursor = position.ToString(System.Globalization.CultureInfo.InvariantCulture);
            response.Head = new FeedHead { Cursor = _count.ToString(System.Globalization.CultureInfo.InvariantCulture), ChangesBehind = _count - position };
            await responseStream.WriteAsync(response, context.CancellationToken);
            if (position == _count)
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
        }
    }

    /// <summary>The corpus has no dates, names and claims, so each story ends with some, the same for the same number.</summary>
    private static string Facts(int number)
    {
        var random = new Random(number);
        var place = PlaceOf(number);
        var (person, year) = ($"{Pick(Given)} {Pick(Begin)}{Pick(End)}", 1800 + random.Next(220));
        return $"In {Pick(Months)} {year} {person} opened the {place} Bridge with {2 + random.Next(40)} arches. The {place} Council said that it had cost {1 + random.Next(90)} million pounds. {person} denied this in {year + 1}.";

        string Pick(string[] words) => words[random.Next(words.Length)];
    }

    /// <summary>The place that the facts of a story are about.</summary>
    public static string PlaceOf(int number) => $"{Begin[number % Begin.Length]}{End[number / Begin.Length % End.Length]}";

    private static Story Read(string line, int number)
    {
        using var row = JsonDocument.Parse(line);
        var post = row.RootElement;
        var story = new Story
        {
            Name = $"stories/s{post.GetProperty("id").GetInt32()}",
            Revision = 1,
            PublishedRevision = 1,
            State = StoryState.Published,
            Title = post.GetProperty("title").GetString(),
            Dek = post.GetProperty("excerpt").GetString(),
            Community = $"communities/c{number % Communities}",
            Creator = $"creators/{post.GetProperty("author").GetString()}",
            Language = "en",
            PublishTime = Timestamp.FromDateTime(post.GetProperty("publishedAt").GetDateTime().ToUniversalTime()),
            Topics = { post.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()) },
        };
        var text = new StringBuilder();
        Section? section = null;
        foreach (var part in post.GetProperty("html").GetString()!.Split('\n'))
        {
            var rest = part;
            if (part.StartsWith("<h2>", StringComparison.Ordinal) || section is null)
            {
                var end = part.IndexOf("</h2>", StringComparison.Ordinal);
                var heading = end < 0 ? "" : part[4..end];
                rest = end < 0 ? part : part[(end + 5)..];
                section = new Section { Id = $"section-{story.Sections.Count}", Heading = heading, Start = heading.Length > 0 ? Append(heading) : text.Length };
                story.Sections.Add(section);
            }

            // The generator writes ASCII, so positions count characters.
            var paragraph = rest.Replace("<p>", "", StringComparison.Ordinal).Replace("</p>", "", StringComparison.Ordinal)
                .Replace("<em>", "", StringComparison.Ordinal).Replace("</em>", "", StringComparison.Ordinal);
            section.Blocks.Add(new Block { Start = Append(paragraph), End = text.Length, Text = paragraph });
            section.End = text.Length;
        }

        var facts = Facts(number);
        section!.Blocks.Add(new Block { Start = Append(facts), End = text.Length, Text = facts });
        section.End = text.Length;
        story.PlainText = text.ToString();
        return story;

        int Append(string part)
        {
            text.Append(text.Length > 0 ? "\n\n" : "");
            var start = text.Length;
            text.Append(part);
            return start;
        }
    }
}
