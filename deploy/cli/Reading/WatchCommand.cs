using System.CommandLine;
using Broadsheet.Clients;
using Broadsheet.Content.V1;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet watch</c></summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        var cursor = new Option<string>("--cursor") { Description = "Continue after this cursor instead of at the beginning.", DefaultValueFactory = _ => "" };
        var all = new Option<bool>("--all") { Description = "Everything, drafts included (needs the role editor)." };
        return ServerCommand.Create(new Command("watch", "Follows the change feed until Ctrl-C.") { cursor, all }, async session =>
        {
            var reader = new ChangeFeedReader(
                new ChangeFeedService.ChangeFeedServiceClient(session.Channel.Invoker),
                session.Arguments.GetValue(all) ? FeedView.All : FeedView.Published,
                TimeProvider.System,
                new FeedOutage(session.Channel.Address));
            try
            {
                await foreach (var message in reader.FollowAsync(session.Arguments.GetRequiredValue(cursor), session.Cancel))
                {
                    foreach (var change in message.Changes)
                    {
                        if (session.Json)
                        {
                            ServerCommand.WriteJson(change);
                        }
                        else
                        {
                            Console.WriteLine($"{change.CommitTime.ToDateTime():yyyy-MM-dd HH:mm:ss}  {change.PayloadCase,-10} {change.Resource}  {Title(change)}");
                        }
                    }
                }
            }
            catch (OperationCanceledException) when (session.Cancel.IsCancellationRequested)
            {
                // The way to end it.
            }
            catch (CursorExpiredException expired)
            {
                await Console.Error.WriteLineAsync($"error: cursor: {expired.Message}");
                return 1;
            }

            return 0;
        });
    }

    private static string Title(Change change) => change.PayloadCase switch
    {
        Change.PayloadOneofCase.Story => change.Story.Title,
        Change.PayloadOneofCase.Community => change.Community.DisplayName,
        Change.PayloadOneofCase.Creator => change.Creator.DisplayName,
        _ => "",
    };
}
