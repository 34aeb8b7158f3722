namespace Broadsheet.Benchmarks;

/// <summary>
/// Readers of a site over some weeks, as they come: stories that few and many read, readers who come back and who don't, visits that
/// end at once and such that go on. The same arguments give the same events.
/// </summary>
/// <param name="end">When the last of it happens, UTC; a whole hour.</param>
/// <param name="days">Over how many days.</param>
/// <param name="eventCount">How many events, about.</param>
internal sealed class ReadingCorpus(DateTime end, int days, long eventCount)
{
    public const int StoryCount = 2_000;
    public const int CommunityCount = 12;
    public const int CreatorCount = 60;

    private const int RegularReaders = 400_000;
    private const double EventsPerVisit = 3.02;
    private const int Seed = 5;

    // Share of a day's visits in each hour, by what news sites tell of theirs: a morning, a noon and an evening.
    private static readonly double[] Hours = [2, 1, 1, 1, 1, 2, 4, 7, 8, 6, 5, 5, 6, 6, 5, 4, 4, 5, 5, 6, 7, 7, 5, 3];

    private static readonly (string? Host, byte Channel, double Share)[] Referrers =
    [
        (null, 1, 0.34), ("www.google.com", 2, 0.24), ("www.bing.com", 2, 0.03), ("duckduckgo.com", 2, 0.02), ("l.facebook.com", 3, 0.06), ("t.co", 3, 0.04),
        ("www.reddit.com", 3, 0.03), ("www.linkedin.com", 3, 0.01), ("mail.google.com", 4, 0.01), ("chatgpt.com", 8, 0.03), ("www.perplexity.ai", 8, 0.01), ("news.example", 5, 0.04),
        ("blog.example", 5, 0.02), ("example.org", 7, 0.12),
    ];

    private readonly Random _random = new(Seed);

    public DateTime Begin { get; } = end.AddDays(-days);

    public IReadOnlyList<CorpusStory> Stories { get; } = MakeStories(end, days);

    /// <summary>The events in the order in which they happened.</summary>
    public IEnumerable<CorpusEvent> Events()
    {
        var popularity = Sums(Stories.Select((_, i) => 1 / Math.Pow(i + 1, 0.9)));
        var referrers = Sums(Referrers.Select(referrer => referrer.Share));
        var hours = Hours.Sum();
        var later = new PriorityQueue<CorpusEvent, DateTime>();
        var visitCount = 0L;
        for (var hour = Begin; hour < end; hour = hour.AddHours(1))
        {
            var weekend = hour.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0.8 : 1.08;
            var visits = (int)Math.Round(eventCount / EventsPerVisit / days * Hours[hour.Hour] / hours * weekend);
            for (var i = 0; i < visits; i++)
            {
                var at = hour.AddTicks(TimeSpan.TicksPerHour / visits * i);
                while (later.TryPeek(out var next, out var due) && due <= at)
                {
                    later.Dequeue();
                    yield return next;
                }

                var view = Visit(at, ++visitCount, popularity, referrers);
                yield return view;
                GoOn(view, later);
            }
        }

        while (later.TryDequeue(out var rest, out var due))
        {
            if (due < end)
            {
                yield return rest;
            }
        }
    }

    private static List<CorpusStory> MakeStories(DateTime end, int days)
    {
        var random = new Random(Seed);
        // An eighth is published while readers are counted; the rest was there before.
        return [.. Enumerable.Range(0, StoryCount).Select(i =>
        {
            var published = i % 8 == 0 ? end.AddDays(-days * random.NextDouble() * 0.95) : end.AddDays(-days - (random.NextDouble() * 700));
            var sections = Enumerable.Range(0, random.Next(3, 10)).Select(section => section == 0 ? "lead" : $"section-{section}").ToArray();
            var revisions = Enumerable.Range(0, 1 + (i % 3)).Select(revision => published.AddDays(revision * days / 7.0)).Where(shown => shown < end).ToArray();
            return new CorpusStory($"stories/s-{i}", $"How the thing with number {i} works", $"communities/c-{i % CommunityCount}", $"creators/w-{i % CreatorCount}", revisions, sections, random.Next(60, 900));
        })];
    }

    private static double[] Sums(IEnumerable<double> weights)
    {
        var sum = 0.0;
        return [.. weights.Select(weight => sum += weight)];
    }

    private CorpusEvent Visit(DateTime at, long number, double[] popularity, double[] referrers)
    {
        CorpusStory story;
        do
        {
            story = Stories[Pick(popularity)];
        }
        while (story.Revisions[0] > at);

        // Two of three visits are by someone who comes again and again, some far more often than others.
        var person = _random.NextDouble() < 0.66 ? (long)(RegularReaders * Math.Pow(_random.NextDouble(), 1.5)) : RegularReaders + number;
        var signedIn = person < RegularReaders / 8;
        var (host, channel, _) = Referrers[Pick(referrers)];
        var letter = _random.NextDouble() < 0.07;
        return new CorpusEvent
        {
            Id = NextId(at),
            At = at,
            Kind = 1,
            Story = story,
            Visit = $"{number:x12}{_random.NextInt64():x16}",
            Reader = signedIn ? $"readers/r-{person}" : null,
            Visitor = Visitor(person, at),
            ReferrerHost = letter ? null : host,
            Channel = letter ? (byte)4 : channel,
            Source = letter ? "letter" : null,
            Medium = letter ? "email" : null,
            Campaign = letter ? $"letter-{at:yyyy-MM-dd}" : null,
            Device = (byte)(person % 10 < 6 ? 2 : person % 10 < 9 ? 1 : 3),
        };
    }

    private void GoOn(CorpusEvent view, PriorityQueue<CorpusEvent, DateTime> later)
    {
        var stays = _random.NextDouble();
        var beats = stays < 0.3 ? 0 : stays < 0.5 ? 1 : stays < 0.68 ? 2 : stays < 0.8 ? 3 : stays < 0.93 ? 4 : 6;
        var elapsed = 0.0;
        var engaged = 0.0;
        for (var i = 0; i < beats; i++)
        {
            var step = 10 + (_random.NextDouble() * 25 * (i + 1));
            elapsed += step;
            engaged += step * (0.4 + (_random.NextDouble() * 0.6));
            var seen = Math.Min(view.Story.Sections.Length, 1 + (int)(engaged / view.Story.ReadingSeconds * 1.4 * view.Story.Sections.Length));
            var at = view.At.AddSeconds(elapsed);
            later.Enqueue(view with { Id = NextId(at), At = at, Kind = 2, ReferrerHost = null, Channel = 0, Source = null, Medium = null, Campaign = null, Engaged = Math.Round(engaged, 1), Seen = seen }, at);
        }

        if (_random.NextDouble() < 0.02)
        {
            var at = view.At.AddSeconds(elapsed + 2);
            later.Enqueue(view with { Id = NextId(at), At = at, Kind = 3, ReferrerHost = null, Channel = 0, Source = null, Medium = null, Campaign = null, Name = "copy-link" }, at);
        }
    }

    private int Pick(double[] sums)
    {
        var at = Array.BinarySearch(sums, _random.NextDouble() * sums[^1]);
        return Math.Min(at < 0 ? ~at : at, sums.Length - 1);
    }

    // A connection is another visitor every day.
    private static Guid Visitor(long person, DateTime at)
    {
        var day = (ulong)(at.Ticks / TimeSpan.TicksPerDay);
        return new Guid((int)person, (short)(person >> 32), (short)day, BitConverter.GetBytes(unchecked(((ulong)person ^ (day << 40)) * 0x9E3779B97F4A7C15)));
    }

    private Guid NextId(DateTime at)
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, ((at.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond << 16) | 0x7000 | (uint)_random.Next(4_096));
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}

/// <summary>A story of the corpus: when each of its revisions was shown, and what it has.</summary>
internal sealed record CorpusStory(string Name, string Title, string Community, string Creator, DateTime[] Revisions, string[] Sections, int ReadingSeconds);

/// <summary>An event of the corpus, with the numbers that the store has for kind, channel and device.</summary>
internal sealed record CorpusEvent
{
    public required Guid Id { get; init; }

    public required DateTime At { get; init; }

    public required byte Kind { get; init; }

    public required CorpusStory Story { get; init; }

    public required string Visit { get; init; }

    public string? Reader { get; init; }

    public required Guid Visitor { get; init; }

    public string? ReferrerHost { get; init; }

    public byte Channel { get; init; }

    public string? Source { get; init; }

    public string? Medium { get; init; }

    public string? Campaign { get; init; }

    public byte Device { get; init; }

    public double? Engaged { get; init; }

    /// <summary>How many sections were on screen, from the first.</summary>
    public int Seen { get; init; }

    public string? Name { get; init; }
}
