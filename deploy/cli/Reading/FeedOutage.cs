using Broadsheet.Clients;
using Microsoft.Extensions.Logging;

namespace Broadsheet.Cli.Reading;

/// <summary>Tells the person who watches the feed why it stands still, once for each reason.</summary>
internal sealed class FeedOutage(Uri server) : ILogger<ChangeFeedReader>
{
    private string? _told;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var message = formatter(state, exception);
        if (message != _told)
        {
            _told = message;
            Console.Error.WriteLine($"{server}: {message}; trying again");
        }
    }
}
