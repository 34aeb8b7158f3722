using System.Buffers;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Broadsheet.Analytics.Ingest.Robots;

/// <summary>Tells robots by their user agent, with the list of the package crawler-user-agents.</summary>
internal sealed partial class RobotUserAgents
{
    // A site sees a few thousand different user agents; what goes beyond is looked at again rather than kept.
    private const int MaxRemembered = 10_000;

    // Automata beyond a size are refused, so what is no plain text is looked for in several.
    private const int PatternsPerRegex = 40;

    private readonly SearchValues<string> _names;
    private readonly Regex[] _patterns;
    private readonly ConcurrentDictionary<string, bool> _remembered = new(StringComparer.Ordinal);

    public RobotUserAgents()
    {
        using var list = new StreamReader(typeof(RobotUserAgents).Assembly.GetManifestResourceStream("Broadsheet.Analytics.Ingest.Robots.crawler-user-agents.txt")!);
        var lines = list.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#')).ToLookup(IsPlain);
        _names = SearchValues.Create([.. lines[true].Select(Regex.Unescape)], StringComparison.Ordinal);
        // User agents are written by whoever calls, so matching takes linear time.
        _patterns =
        [
            .. lines[false].Chunk(PatternsPerRegex).Select(some =>
                new Regex(string.Join('|', some.Select(pattern => $"(?:{pattern})")), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)),
        ];
    }

    /// <summary>True if the user agent is on the list. An empty one is not: it may have been left out on the way.</summary>
    public bool IsRobot(string userAgent)
    {
        if (userAgent.Length == 0)
        {
            return false;
        }

        if (_remembered.TryGetValue(userAgent, out var known))
        {
            return known;
        }

        var robot = userAgent.AsSpan().ContainsAny(_names) || _patterns.Any(pattern => pattern.IsMatch(userAgent));
        if (_remembered.Count < MaxRemembered)
        {
            _remembered.TryAdd(userAgent, robot);
        }

        return robot;
    }

    [GeneratedRegex(@"^(?:\\[^a-zA-Z0-9]|[^\\^$.|?*+()\[\]{}])+$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PlainText();

    private static bool IsPlain(string pattern) => PlainText().IsMatch(pattern);
}
