using System.Globalization;
using System.Text;
using Broadsheet.Content.Stories.Text;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Stories;

/// <summary>
/// The one rule for which section of a new text is which section of the old one. Ids are what figures, comments and
/// citations hold on to, so a section that comes without one keeps the id that it had.
/// </summary>
internal static class SectionIdentity
{
    // Dice's coefficient: half of what the two bodies say, they both say.
    private const double MostlySame = 0.5;

    /// <summary>
    /// Gives each section of <paramref name="after"/> that has no id that of its predecessor: first the one with the
    /// same heading and body, then with the same heading, then with the same body, then with mostly the same body. An
    /// old section has one successor at most. What is left has no predecessor and stays without an id.
    /// </summary>
    /// <remarks>The same input always gives the same ids. At most 500 × 500 pairs of bounded sketches are compared.</remarks>
    public static void Keep(IEnumerable<Section> before, IEnumerable<Section> after)
    {
        var stated = after.Select(section => section.Id).Where(id => id.Length > 0).ToHashSet(StringComparer.Ordinal);
        var fresh = after.Select((section, position) => new Candidate(section, position)).Where(candidate => candidate.Section.Id.Length == 0).ToList();
        if (fresh.Count == 0)
        {
            return;
        }

        var old = before.Select((section, position) => new Candidate(section, position)).Where(candidate => !stated.Contains(candidate.Section.Id)).ToList();
        Pair(old, fresh, candidate => candidate.HasText ? $"{candidate.Heading}\n{candidate.Body}" : null);
        Pair(old, fresh, candidate => candidate.Heading);
        Pair(old, fresh, candidate => candidate.HasText ? candidate.Body.ToString(CultureInfo.InvariantCulture) : null);
        PairSimilar(old, fresh);
    }

    /// <summary>Pairs those of one key, in order: the second section of a name is the second one still.</summary>
    private static void Pair(List<Candidate> old, List<Candidate> fresh, Func<Candidate, string?> keyOf)
    {
        var byKey = new Dictionary<string, Queue<Candidate>>(StringComparer.Ordinal);
        foreach (var candidate in old)
        {
            if (keyOf(candidate) is { } key)
            {
                (byKey.TryGetValue(key, out var queue) ? queue : byKey[key] = new()).Enqueue(candidate);
            }
        }

        var gone = new HashSet<Candidate>();
        fresh.RemoveAll(candidate =>
        {
            if (keyOf(candidate) is not { } key || !byKey.TryGetValue(key, out var queue) || !queue.TryDequeue(out var predecessor))
            {
                return false;
            }

            candidate.Section.Id = predecessor.Section.Id;
            return gone.Add(predecessor);
        });
        old.RemoveAll(gone.Contains);
    }

    /// <summary>Pairs the most similar first; among equals those that stand nearest to where they stood.</summary>
    private static void PairSimilar(List<Candidate> old, List<Candidate> fresh)
    {
        var pairs = new List<(double Score, int Distance, Candidate Old, Candidate Fresh)>();
        foreach (var candidate in fresh)
        {
            foreach (var predecessor in old)
            {
                var score = predecessor.Sketch.SimilarityTo(candidate.Sketch);
                if (score >= MostlySame)
                {
                    pairs.Add((score, Math.Abs(predecessor.Position - candidate.Position), predecessor, candidate));
                }
            }
        }

        var taken = new HashSet<Candidate>();
        foreach (var pair in pairs.OrderByDescending(pair => pair.Score).ThenBy(pair => pair.Distance).ThenBy(pair => pair.Fresh.Position).ThenBy(pair => pair.Old.Position))
        {
            if (pair.Fresh.Section.Id.Length == 0 && taken.Add(pair.Old))
            {
                pair.Fresh.Section.Id = pair.Old.Section.Id;
            }
        }
    }

    /// <summary>A section with what it is recognised by.</summary>
    private sealed class Candidate
    {
        public Candidate(Section section, int position)
        {
            Section = section;
            Position = position;
            Heading = Key(section.Heading) ?? (position == 0 && section.Heading.Length == 0 ? "\nlead" : null);
            var body = string.Join('\n', SectionLines.Of(section));
            HasText = body.Length > 0;
            Body = TextSketch.Hash(body);
            Sketch = TextSketch.Of(body);
        }

        public Section Section { get; }

        public int Position { get; }

        /// <summary>The heading's letters and digits without regard to case; null for none, but the lead is the lead.</summary>
        public string? Heading { get; }

        public ulong Body { get; }

        public bool HasText { get; }

        public TextSketch Sketch { get; }

        private static string? Key(string heading)
        {
            var key = new StringBuilder(heading.Length);
            foreach (var rune in heading.EnumerateRunes())
            {
                if (Rune.IsLetterOrDigit(rune))
                {
                    key.Append(Rune.ToLowerInvariant(rune));
                }
            }

            return key.Length > 0 ? key.ToString() : heading.Length > 0 ? heading : null;
        }
    }
}
