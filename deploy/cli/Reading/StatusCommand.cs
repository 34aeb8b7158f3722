using System.CommandLine;
using Broadsheet.Query.V1;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet status</c></summary>
internal static class StatusCommand
{
    public static Command Create() => ServerCommand.Create(new Command("status", "Says what the index holds and how fresh it is."), async session =>
    {
        var status = await new IndexService.IndexServiceClient(session.Channel.Invoker).GetIndexStatusAsync(new(), cancellationToken: session.Cancel);
        if (session.Json)
        {
            ServerCommand.WriteJson(status);
            return 0;
        }

        Console.WriteLine($"{status.State}: {status.StoryCount} stories, {status.SentenceCount} sentences, {status.DatedEventCount} dated events");
        Console.WriteLine(status.Lag is { } lag ? $"{status.ChangesBehind} changes behind, {lag.ToTimeSpan().TotalSeconds:0.###} s" : $"content can't be followed: {status.FeedError}");
        Console.WriteLine($"digest {status.Digest}, {status.ParkedCount} parked");
        foreach (var parked in status.Parked)
        {
            Console.WriteLine($"parked {parked.Resource} version {parked.Version} since {parked.ParkTime.ToDateTimeOffset():u}: {parked.Reason}");
        }

        if (status.Rebuild is { } rebuild)
        {
            Console.WriteLine($"rebuilding since {rebuild.StartTime.ToDateTimeOffset():u}: {rebuild.ChangesApplied} of {rebuild.ChangesApplied + rebuild.ChangesBehind} changes");
        }

        if (status.Recovery.Length > 0)
        {
            Console.WriteLine($"when it was opened: {status.Recovery}");
        }

        return 0;
    });
}
