using System.CommandLine;
using System.Text;
using Broadsheet.Query.V1;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet search QUERY</c></summary>
internal static class SearchCommand
{
    public static Command Create()
    {
        var query = new Argument<string>("query") { Description = "Words, \"phrases\" and -exclusions." };
        var community = new Option<string>("--community") { Description = "Only of communities/…", DefaultValueFactory = _ => "" };
        var size = new Option<int>("--limit") { Description = "How many results.", DefaultValueFactory = _ => 10 };
        return ServerCommand.Create(new Command("search", "Finds stories by their words.") { query, community, size }, async session =>
        {
            var response = await new SearchService.SearchServiceClient(session.Channel.Invoker).SearchAsync(
                new SearchRequest
                {
                    Query = session.Arguments.GetRequiredValue(query),
                    Community = session.Arguments.GetRequiredValue(community),
                    PageSize = session.Arguments.GetValue(size),
                },
                cancellationToken: session.Cancel);
            if (session.Json)
            {
                ServerCommand.WriteJson(response);
                return 0;
            }

            Console.WriteLine($"{response.TotalSize} found");
            if (response.DidYouMean.Length > 0)
            {
                Console.WriteLine($"Did you mean: {response.DidYouMean}");
            }

            foreach (var result in response.Results)
            {
                Console.WriteLine($"\n{result.Title}\n  {result.Story}");
                foreach (var highlight in result.Highlights)
                {
                    Console.WriteLine($"  … {Mark(highlight)}");
                }
            }

            return 0;
        });
    }

    // Offsets count code points of the story; the sentence begins at its own start.
    private static string Mark(Highlight highlight)
    {
        var text = new StringBuilder();
        var position = highlight.Start;
        foreach (var rune in highlight.Text.EnumerateRunes())
        {
            text.Append(highlight.Matches.Any(match => match.End == position) ? "]" : "");
            text.Append(highlight.Matches.Any(match => match.Start == position) ? "[" : "");
            text.Append(rune.ToString());
            position++;
        }

        return text.Append(highlight.Matches.Any(match => match.End == position) ? "]" : "").ToString();
    }
}
