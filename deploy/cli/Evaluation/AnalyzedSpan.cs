using Broadsheet.Query.V1;
using Google.Type;

namespace Broadsheet.Cli.Evaluation;

/// <summary>A stretch of a text with what is said of it, in UTF-16 units.</summary>
/// <param name="Start">First unit.</param>
/// <param name="End">One past the last.</param>
/// <param name="Value">Its value or kind.</param>
internal readonly record struct AnalyzedSpan(int Start, int End, string Value)
{
    /// <summary>True if the two share a unit.</summary>
    public bool Overlaps(AnalyzedSpan other) => Start < other.End && other.Start < End;
}

/// <summary>Counts found spans against accepted ones; each accepted one is paired with one found at most.</summary>
internal sealed class SpanScore
{
    private int _gold;
    private int _found;
    private int _strict;
    private int _relaxed;
    private int _valued;
    private int _exact;

    /// <summary>F1 of those with the same span.</summary>
    public double Strict => F1(_strict);

    /// <summary>F1 of those that share a unit.</summary>
    public double Relaxed => F1(_relaxed);

    /// <summary>F1 of those that share a unit and have the same value.</summary>
    public double Valued => F1(_valued);

    /// <summary>F1 of those with the same span and the same value.</summary>
    public double Exact => F1(_exact);

    /// <summary>How many are accepted.</summary>
    public int Gold => _gold;

    /// <summary>Counts one text.</summary>
    public void Add(IReadOnlyCollection<AnalyzedSpan> gold, IEnumerable<AnalyzedSpan> found)
    {
        var free = found.ToList();
        _gold += gold.Count;
        _found += free.Count;
        foreach (var wanted in gold)
        {
            var at = free.FindIndex(one => one.Start == wanted.Start && one.End == wanted.End);
            at = at >= 0 ? at : free.FindIndex(wanted.Overlaps);
            if (at < 0)
            {
                continue;
            }

            var hit = free[at];
            free.RemoveAt(at);
            var same = hit.Start == wanted.Start && hit.End == wanted.End;
            _relaxed++;
            _strict += same ? 1 : 0;
            _valued += hit.Value == wanted.Value ? 1 : 0;
            _exact += same && hit.Value == wanted.Value ? 1 : 0;
        }
    }

    private double F1(int right) => _gold + _found == 0 ? 0 : 2.0 * right / (_gold + _found);
}

/// <summary>Analyses texts through TextService.</summary>
internal static class AnalyzedTexts
{
    /// <summary>What is found in a text.</summary>
    public static async Task<AnalyzeTextResponse> AnalyzeAsync(Session session, string text, DateOnly? day) =>
        await new TextService.TextServiceClient(session.Channel.Invoker).AnalyzeTextAsync(
            new AnalyzeTextRequest { Text = text, DocumentDate = day is { } date ? new Date { Year = date.Year, Month = date.Month, Day = date.Day } : null },
            deadline: TimeProvider.System.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(60),
            cancellationToken: session.Cancel);

    /// <summary>UTF-16 position of each code point, and one past the last.</summary>
    public static int[] Positions(string text)
    {
        var positions = new List<int>(text.Length + 1);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            positions.Add(at);
            at += rune.Utf16SequenceLength;
        }

        positions.Add(at);
        return [.. positions];
    }
}
