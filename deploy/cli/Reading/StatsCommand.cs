using System.CommandLine;
using System.Globalization;
using Broadsheet.Analytics.V1;
using Google.Type;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet stats</c>: of the site, a story, a creator or a community.</summary>
internal static class StatsCommand
{
    private static readonly ReportMetric[] UsualMetrics = [ReportMetric.Views, ReportMetric.Reads, ReportMetric.ReadRatio, ReportMetric.EngagedSeconds];
    private static readonly ReportMetric[] SectionMetrics = [ReportMetric.Reached, ReportMetric.ReachedShare];

    public static Command Create()
    {
        var of = new Argument<string>("of") { Description = "stories/…, creators/… or communities/…; the whole site if left out.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "" };
        of.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { Length: > 0 } name && FilterOf(name) is null)
            {
                result.AddError($"'{name}' is neither stories/… nor creators/… nor communities/…");
            }
        });
        var by = Terms("--by", "What to tell figures apart by: story, community, creator, section, revision, referrer-host, channel, utm-source, utm-medium, utm-campaign, utm-term, utm-content, device, origin, hour, day, week, month.", ReportNames.Dimension);
        var metric = Terms("--metric", "What to count: views, visits, sessions, reads, read-ratio, engaged-seconds, engaged-seconds-per-visit, unique-readers, signed-in-readers, reader-days, depth, shares, comments, insights; reached, reached-share by section.", ReportNames.Metric);
        var from = new Option<DateOnly?>("--from") { Description = "First day, YYYY-MM-DD; 29 days before the last." };
        var to = new Option<DateOnly?>("--to") { Description = "Last day, YYYY-MM-DD; today." };
        var zone = new Option<string>("--zone") { Description = "Time zone that days are meant in, as Europe/Berlin.", DefaultValueFactory = _ => "" };
        var compare = new Option<bool>("--compare") { Description = "Compare with as many days right before." };
        var limit = new Option<int>("--limit") { Description = "How many rows.", DefaultValueFactory = _ => 20 };
        var command = new Command("stats", "Shows how stories are read.") { of, by, metric, from, to, zone, compare, limit };
        return ServerCommand.Create(command, async session =>
        {
            var arguments = session.Arguments;
            var reports = new ReportService.ReportServiceClient(session.Channel.Invoker);
            var (name, dimensions) = (arguments.GetRequiredValue(of), arguments.GetValue(by) ?? []);
            var (first, last) = (DateOf(arguments.GetValue(from)), DateOf(arguments.GetValue(to)));
            if (FilterOf(name)?.Dimension == ReportDimension.Story && dimensions.Length == 0 && arguments.GetValue(metric) is null or [] && arguments.GetRequiredValue(zone).Length == 0 && !arguments.GetValue(compare))
            {
                var report = await reports.GetStoryReportAsync(new GetStoryReportRequest { Story = name, From = first, To = last }, cancellationToken: session.Cancel);
                Write(session, report, () => StatsLines.Of(report));
                return 0;
            }

            var request = new QueryReportRequest
            {
                From = first,
                To = last,
                TimeZone = arguments.GetRequiredValue(zone),
                Comparison = arguments.GetValue(compare) ? ReportComparison.PreviousPeriod : ReportComparison.Unspecified,
                PageSize = arguments.GetValue(limit),
                Dimensions = { dimensions.Select(dimension => ReportNames.Dimension(dimension)!.Value) },
            };
            request.Metrics.Add(arguments.GetValue(metric) is { Length: > 0 } metrics ? metrics.Select(one => ReportNames.Metric(one)!.Value)
                : request.Dimensions.Contains(ReportDimension.Section) ? SectionMetrics
                : UsualMetrics);
            if (FilterOf(name) is { } filter)
            {
                request.Filters.Add(filter);
            }

            var answer = await reports.QueryReportAsync(request, cancellationToken: session.Cancel);
            Write(session, answer, () => StatsLines.Of(name, answer));
            return 0;
        });
    }

    private static Option<string[]> Terms<T>(string name, string description, Func<string, T?> find)
        where T : struct
    {
        var option = new Option<string[]>(name) { Description = description, AllowMultipleArgumentsPerToken = true };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => find(token.Value) is null))
            {
                result.AddError($"{name}: there is no '{token.Value}'");
            }
        });
        return option;
    }

    private static ReportFilter? FilterOf(string name) => name.Split('/')[0] switch
    {
        "stories" => new ReportFilter { Dimension = ReportDimension.Story, Values = { name } },
        "creators" => new ReportFilter { Dimension = ReportDimension.Creator, Values = { name } },
        "communities" => new ReportFilter { Dimension = ReportDimension.Community, Values = { name } },
        _ => null,
    };

    private static Date? DateOf(DateOnly? day) => day is { } one ? new Date { Year = one.Year, Month = one.Month, Day = one.Day } : null;

    private static void Write(Session session, Google.Protobuf.IMessage answer, Func<IEnumerable<FormattableString>> lines)
    {
        if (session.Json)
        {
            ServerCommand.WriteJson(answer);
            return;
        }

        foreach (var line in lines())
        {
            Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
        }
    }
}
