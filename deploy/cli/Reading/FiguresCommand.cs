using System.CommandLine;
using Broadsheet.Query.V1;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet figures</c></summary>
internal static class FiguresCommand
{
    public static Command Create()
    {
        var story = new Option<string>("--story") { Description = "Only of stories/…", DefaultValueFactory = _ => "" };
        var community = new Option<string>("--community") { Description = "Only of communities/…", DefaultValueFactory = _ => "" };
        var entity = new Option<string>("--entity") { Description = "Only about this name, acronym or entities/…", DefaultValueFactory = _ => "" };
        var subject = new Option<string>("--subject") { Description = "Only of what is counted so (\"members\").", DefaultValueFactory = _ => "" };
        var unit = new Option<string>("--unit") { Description = "Only in this unit: USD, %, km; count for what is counted.", DefaultValueFactory = _ => "" };
        var command = new Command("figures", "Lists the numbers that stories give, oldest first.") { story, community, entity, subject, unit };
        return ServerCommand.Create(command, async session =>
        {
            var client = new ClaimService.ClaimServiceClient(session.Channel.Invoker);
            var request = new ListFiguresRequest
            {
                Story = session.Arguments.GetRequiredValue(story),
                Community = session.Arguments.GetRequiredValue(community),
                Entity = session.Arguments.GetRequiredValue(entity),
                Subject = session.Arguments.GetRequiredValue(subject),
                Unit = session.Arguments.GetRequiredValue(unit),
                PageSize = 200,
            };
            do
            {
                var page = await client.ListFiguresAsync(request, cancellationToken: session.Cancel);
                foreach (var figure in page.Figures)
                {
                    if (session.Json)
                    {
                        ServerCommand.WriteJson(figure);
                    }
                    else
                    {
                        Write(figure);
                    }
                }

                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            return 0;
        });
    }

    /// <summary>A figure in a line.</summary>
    public static void Write(Figure figure, string indent = "") => Console.WriteLine(
        $"{indent}{AsOf(figure),-23} {string.Join(' ', new[] { figure.Entity?.DisplayName ?? "", figure.Text, figure.Subject }.Where(part => part.Length > 0))}{(figure.Superseded ? " (superseded)" : "")}");

    private static string AsOf(Figure figure) => figure switch
    {
        { AsOf: null } => "",
        { AsOfEnd: null } => TimelineCommand.Format(figure.AsOf),
        _ => $"{TimelineCommand.Format(figure.AsOf)} – {TimelineCommand.Format(figure.AsOfEnd)}",
    };
}
