using System.CommandLine;
using Broadsheet.Query.V1;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet claims</c></summary>
internal static class ClaimsCommand
{
    private const int MostShown = 160;

    public static Command Create()
    {
        var story = new Option<string>("--story") { Description = "Only of stories/…", DefaultValueFactory = _ => "" };
        var community = new Option<string>("--community") { Description = "Only of communities/…", DefaultValueFactory = _ => "" };
        var source = new Option<string>("--source") { Description = "Only by this name, acronym or entities/…", DefaultValueFactory = _ => "" };
        var entity = new Option<string>("--entity") { Description = "Only about this name, acronym or entities/…", DefaultValueFactory = _ => "" };
        var stance = new Option<string>("--stance") { Description = "Only says, claims, denies, promises, …", DefaultValueFactory = _ => "" };
        var words = new Option<string>("--words") { Description = "Only with these words.", DefaultValueFactory = _ => "" };
        var denied = new Option<bool>("--denied") { Description = "Only what somebody denies." };
        var command = new Command("claims", "Lists who says what, with the denials.") { story, community, source, entity, stance, words, denied };
        return ServerCommand.Create(command, async session =>
        {
            var client = new ClaimService.ClaimServiceClient(session.Channel.Invoker);
            var request = new ListClaimsRequest
            {
                Story = session.Arguments.GetRequiredValue(story),
                Community = session.Arguments.GetRequiredValue(community),
                Source = session.Arguments.GetRequiredValue(source),
                Entity = session.Arguments.GetRequiredValue(entity),
                Stance = session.Arguments.GetRequiredValue(stance),
                Query = session.Arguments.GetRequiredValue(words),
                Filter = session.Arguments.GetValue(denied) ? ClaimFilter.Denied : ClaimFilter.Unspecified,
                PageSize = 200,
            };
            do
            {
                var page = await client.ListClaimsAsync(request, cancellationToken: session.Cancel);
                foreach (var claim in page.Claims)
                {
                    if (session.Json)
                    {
                        ServerCommand.WriteJson(claim);
                    }
                    else
                    {
                        Write(claim);
                    }
                }

                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            return 0;
        });
    }

    /// <summary>A claim in a line, the denials below.</summary>
    public static void Write(Claim claim, string indent = "")
    {
        Console.WriteLine($"{indent}{SourceOf(claim.Source)} {claim.Stance}: {OneLine(claim.Text)}");
        Console.WriteLine($"{indent}  {claim.Citation.Story}, section {claim.Citation.Section}");
        foreach (var answered in claim.Answers)
        {
            Console.WriteLine($"{indent}  answers {answered.Source}, who {answered.Stance}: {OneLine(answered.Text)}");
        }

        foreach (var denial in claim.AnsweredBy)
        {
            Console.WriteLine($"{indent}  {denial.Source} {denial.Stance}: {OneLine(denial.Text)}");
        }
    }

    private static string SourceOf(ClaimSource source) =>
        source.DisplayName.Length > 0 ? source.DisplayName : source.Text.Length > 0 ? OneLine(source.Text) : "somebody";

    private static string OneLine(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= MostShown ? line : $"{line[..(char.IsHighSurrogate(line[MostShown - 1]) ? MostShown - 1 : MostShown)]}…";
    }
}
