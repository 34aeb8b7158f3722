using System.CommandLine;
using System.Globalization;
using Broadsheet.Query.V1;
using Google.Type;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet timeline</c></summary>
internal static class TimelineCommand
{
    public static Command Create()
    {
        var story = new Option<string>("--story") { Description = "Only of stories/…", DefaultValueFactory = _ => "" };
        var community = new Option<string>("--community") { Description = "Only of communities/…", DefaultValueFactory = _ => "" };
        var entity = new Option<string>("--entity") { Description = "Only with this name, alias or acronym, or entities/….", DefaultValueFactory = _ => "" };
        var modalities = new Option<EventModality[]>("--modality") { Description = "Only told so: happened, claimed, planned, negated or supposed (default: the first three).", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };
        var from = DateOption("--from", "From this date on: 1949, 1949-10 or 1949-10-17.");
        var to = DateOption("--to", "Up to this date.");
        return ServerCommand.Create(new Command("timeline", "Lists what stories say happened when.") { story, community, entity, from, to, modalities }, async session =>
        {
            var client = new TimelineService.TimelineServiceClient(session.Channel.Invoker);
            var request = new ListDatedEventsRequest
            {
                Story = session.Arguments.GetRequiredValue(story),
                Community = session.Arguments.GetRequiredValue(community),
                Entity = session.Arguments.GetRequiredValue(entity),
                From = session.Arguments.GetValue(from),
                To = session.Arguments.GetValue(to),
                PageSize = 200,
            };
            request.Modalities.Add(session.Arguments.GetRequiredValue(modalities));
            do
            {
                var page = await client.ListDatedEventsAsync(request, cancellationToken: session.Cancel);
                foreach (var dated in page.Events)
                {
                    if (session.Json)
                    {
                        ServerCommand.WriteJson(dated);
                    }
                    else
                    {
                        Write(dated);
                    }
                }

                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            return 0;
        });
    }

    private static void Write(DatedEvent dated)
    {
        var teller = dated.Teller is { } told ? $"{(told.Text.Length > 0 ? told.Text : "somebody")} {told.Stance}" : "";
        var mark = dated.Modality switch
        {
            EventModality.Happened => "",
            EventModality.Claimed => $"[{teller}] ",
            var modality => $"[{modality.ToString().ToLowerInvariant()}{(teller.Length > 0 ? $", {teller}" : "")}] ",
        };
        Console.WriteLine($"{Format(dated.Date, dated.EndDate, dated.Precision),-23} {mark}{dated.Text}");
        var first = dated.Sources[0];
        var others = dated.Sources.Skip(1).Select(source => source.Story).Where(story => story != first.Story).Distinct().ToArray();
        Console.WriteLine($"{"",-23} {first.Story} revision {first.Revision} {first.Start}..{first.End}{(others.Length > 0 ? $"; also {string.Join(", ", others)}" : "")}{(dated.StoryCount > others.Length + 1 ? " …" : "")}");
        foreach (var other in dated.Disagreement)
        {
            Console.WriteLine($"{"",-23} but {Format(other.Date, other.EndDate, other.Precision)} in {other.StoryCount} {(other.StoryCount == 1 ? "story" : "stories")} ({other.Sources[0].Story}): {other.Text}");
        }
    }

    private static Option<Date?> DateOption(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            var parts = result.Tokens[0].Value.Split('-');
            var numbers = parts.Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToArray();
            if (parts.Length > 3 || numbers.Contains(-1))
            {
                result.AddError($"{name} must be a date such as 1949, 1949-10 or 1949-10-17");
                return null;
            }

            return new Date { Year = numbers[0], Month = numbers.ElementAtOrDefault(1), Day = numbers.ElementAtOrDefault(2) };
        },
    };

    private static string Format(Date date, Date? end, DatePrecision precision) => precision switch
    {
        DatePrecision.Decade => $"{date.Year}s",
        DatePrecision.Day or DatePrecision.Month or DatePrecision.Year => Format(date),
        _ => $"{Format(date)} – {Format(end ?? date)}",
    };

    internal static string Format(Date date) => date switch
    {
        { Year: < 0 } => $"{-date.Year} BC",
        { Month: 0 } => $"{date.Year}",
        { Day: 0 } => $"{date.Year}-{date.Month:00}",
        _ => $"{date.Year}-{date.Month:00}-{date.Day:00}",
    };
}
