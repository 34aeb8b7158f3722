using System.Globalization;
using System.Runtime.CompilerServices;
using Broadsheet.Analytics.V1;
using Broadsheet.Content.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.VisualBasic.FileIO;

namespace Broadsheet.Cli.Events;

/// <summary>
/// The file <c>website_event.csv</c> of an Umami export: a page view or an own event a row, with its columns named in the first line.
/// Umami's visits are what we call sessions, and it knows neither engaged time nor sections, so a page view becomes a view with a visit
/// of its own and never a read. Its session id tells readers apart within the day.
/// </summary>
internal sealed class UmamiExport(StoryService.StoryServiceClient stories, string community)
{
    private const string PageView = "1";
    private static readonly string[] Required = ["event_id", "session_id", "created_at", "url_path", "event_type"];

    private readonly Dictionary<string, string?> _storyOfPath = new(StringComparer.Ordinal);

    /// <summary>Rows that are no page view of a story.</summary>
    public long Skipped { get; private set; }

    /// <summary>The page views of stories of the community.</summary>
    public async IAsyncEnumerable<HistoricalEvent> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var rows = new TextFieldParser(path) { TextFieldType = FieldType.Delimited, Delimiters = [","], HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = false };
        var columns = (Next(rows) ?? []).Select((name, at) => (Name: name.Trim('\uFEFF'), At: at)).ToDictionary(column => column.Name, column => column.At, StringComparer.Ordinal);
        if (Required.FirstOrDefault(name => !columns.ContainsKey(name)) is { } missing)
        {
            throw new InvalidDataException($"there is no column {missing}: this is not website_event.csv of an Umami export");
        }

        while (Next(rows) is { } fields)
        {
            if (Of("event_type") != PageView || await StoryOfAsync(Of("url_path"), cancellationToken) is not { } story)
            {
                Skipped++;
                continue;
            }

            yield return new HistoricalEvent
            {
                VisitorKey = Of("session_id"),
                Event = new KeptEvent
                {
                    EventId = Of("event_id"),
                    Story = story,
                    OccurredAt = MomentOf(Of("created_at"), rows.LineNumber),
                    Visit = Of("event_id"),
                    ReferrerHost = Of("referrer_domain"),
                    Path = Of("url_path"),
                    UtmSource = Of("utm_source"),
                    UtmMedium = Of("utm_medium"),
                    UtmCampaign = Of("utm_campaign"),
                    UtmTerm = Of("utm_term"),
                    UtmContent = Of("utm_content"),
                    Device = Of("device") switch { "desktop" or "laptop" => "desktop", "mobile" => "phone", "tablet" => "tablet", _ => "" },
                    View = new View(),
                },
            };

            string Of(string column) => columns.TryGetValue(column, out var at) && at < fields.Length ? fields[at] : "";
        }
    }

    private static string[]? Next(TextFieldParser rows)
    {
        try
        {
            return rows.ReadFields();
        }
        catch (MalformedLineException error)
        {
            throw new InvalidDataException($"line {rows.ErrorLineNumber}: not a line of a CSV file", error);
        }
    }

    private static Timestamp MomentOf(string text, long line) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? Timestamp.FromDateTimeOffset(moment)
            : throw new InvalidDataException($"line {line - 1}: created_at is not a time");

    private async Task<string?> StoryOfAsync(string path, CancellationToken cancellationToken)
    {
        var slug = path.TrimEnd('/');
        slug = slug[(slug.LastIndexOf('/') + 1)..];
        if (slug.Length == 0)
        {
            return null;
        }

        if (!_storyOfPath.TryGetValue(slug, out var story))
        {
            try
            {
                story = (await stories.LookupStoryAsync(new LookupStoryRequest { Community = community, Slug = slug }, cancellationToken: cancellationToken)).Name;
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
            {
                story = null;
            }

            _storyOfPath[slug] = story;
        }

        return story;
    }
}
