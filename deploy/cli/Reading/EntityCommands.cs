using System.CommandLine;
using Broadsheet.Query.V1;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet entities [QUERY]</c> and <c>broadsheet entity NAME</c></summary>
internal static class EntityCommands
{
    public static Command List()
    {
        var query = new Argument<string>("query") { Description = "The beginnings of a name's words.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "" };
        var type = new Option<string>("--type") { Description = "Only PER, ORG, LOC or MISC.", DefaultValueFactory = _ => "" };
        var community = new Option<string>("--community") { Description = "Only in communities/…", DefaultValueFactory = _ => "" };
        var size = new Option<int>("--limit") { Description = "How many.", DefaultValueFactory = _ => 50 };
        var command = new Command("entities", "Lists whom and what stories mention, those in most stories first.") { query, type, community, size };
        return ServerCommand.Create(command, async session =>
        {
            var response = await new EntityService.EntityServiceClient(session.Channel.Invoker).ListEntitiesAsync(
                new ListEntitiesRequest
                {
                    Query = session.Arguments.GetRequiredValue(query),
                    Type = session.Arguments.GetRequiredValue(type),
                    Community = session.Arguments.GetRequiredValue(community),
                    PageSize = session.Arguments.GetValue(size),
                },
                cancellationToken: session.Cancel);
            foreach (var entity in response.Entities)
            {
                if (session.Json)
                {
                    ServerCommand.WriteJson(entity);
                }
                else
                {
                    Console.WriteLine($"{entity.StoryCount,6}  {entity.Type,-4}  {entity.DisplayName}  ({entity.Name})");
                }
            }

            return 0;
        });
    }

    public static Command Get()
    {
        var name = new Argument<string>("name") { Description = "entities/…, or the id alone." };
        return ServerCommand.Create(new Command("entity", "Shows what stories say of a person, an organisation or a place.") { name }, async session =>
        {
            var asked = session.Arguments.GetRequiredValue(name);
            var entity = await new EntityService.EntityServiceClient(session.Channel.Invoker).GetEntityAsync(
                new GetEntityRequest { Name = asked.Contains('/', StringComparison.Ordinal) ? asked : $"entities/{asked}" }, cancellationToken: session.Cancel);
            if (session.Json)
            {
                ServerCommand.WriteJson(entity);
            }
            else
            {
                Write(entity);
            }

            return 0;
        });
    }

    private static void Write(Entity entity)
    {
        Console.WriteLine($"{entity.DisplayName}  {entity.Type}  ({entity.Name}), {Counted(entity.StoryCount, "story", "stories")}");
        Console.WriteLine($"Names: {string.Join(", ", entity.Aliases.Select(alias => $"{alias.Text} ({alias.StoryCount})"))}");
        List("Can mean", entity.CanMean, meaning => Console.WriteLine($"  {meaning.DisplayName}  ({meaning.Name})"));
        List("Stories", entity.Stories, story => Console.WriteLine($"  {story.Title}  ({story.Story}): {story.Why}"));
        List("Mentioned with", entity.CoMentions, other => Console.WriteLine($"  {other.SharedStoryCount,4}  {other.Entity.DisplayName}"));
        List("Dates", entity.DatedEvents, dated => Console.WriteLine($"  {TimelineCommand.Format(dated.Date),-10} {dated.Text}"));
        List($"Claims by ({entity.ClaimsByCount})", entity.ClaimsBy, claim => ClaimsCommand.Write(claim, "  "));
        List($"Claims about ({entity.ClaimsAboutCount})", entity.ClaimsAbout, claim => ClaimsCommand.Write(claim, "  "));
        List($"Figures ({entity.FigureCount})", entity.Figures, figure => FiguresCommand.Write(figure, "  "));
    }

    private static void List<T>(string title, IReadOnlyCollection<T> items, Action<T> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        Console.WriteLine($"\n{title}");
        foreach (var item in items)
        {
            write(item);
        }
    }

    private static string Counted(int count, string one, string many) => $"{count} {(count == 1 ? one : many)}";
}
