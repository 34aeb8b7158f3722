using Broadsheet.Analytics.V1;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Analytics.Realtime;

/// <summary>Who reads what at one moment: in all, by community and by story. Not changed any more once it is given out.</summary>
/// <param name="ComputedAt">When it was worked out.</param>
/// <param name="RunningMinute">Beginning of the last minute of views.</param>
internal sealed record RealtimeSnapshot(DateTimeOffset ComputedAt, DateTimeOffset RunningMinute)
{
    /// <summary>Before anything was worked out.</summary>
    public static readonly RealtimeSnapshot None = new(DateTimeOffset.MinValue, DateTimeOffset.MinValue);

    private readonly Dictionary<(string Community, string Story), long> _readers = [];
    private readonly Dictionary<(string Community, string Story), long[]> _views = [];
    private readonly List<(string Community, RealtimeStory Story)> _stories = [];
    private readonly Dictionary<string, string> _communities = new(StringComparer.Ordinal);

    /// <summary>Readers of a story, of a community (empty story), or in all (both empty).</summary>
    public void AddReaders(string community, string story, long readers)
    {
        _readers[(community, story)] = readers;
        if (story.Length > 0 && readers > 0)
        {
            _stories.Add((community, new RealtimeStory { Story = story, Readers = readers }));
            _communities[story] = community;
        }
    }

    /// <summary>Views within a minute, of the same.</summary>
    public void AddViews(string community, string story, DateTimeOffset minute, long views)
    {
        if (!_views.TryGetValue((community, story), out var minutes))
        {
            _views[(community, story)] = minutes = new long[RealtimeFigures.Minutes];
            if (story.Length > 0)
            {
                _communities[story] = community;
            }
        }

        minutes[RealtimeFigures.Minutes - 1 - (int)(RunningMinute - minute).TotalMinutes] += views;
    }

    /// <summary>Puts the stories with most readers first.</summary>
    public RealtimeSnapshot Sorted()
    {
        _stories.Sort((left, right) => left.Story.Readers != right.Story.Readers
            ? right.Story.Readers.CompareTo(left.Story.Readers)
            : string.CompareOrdinal(left.Story.Story, right.Story.Story));
        return this;
    }

    /// <summary>What someone sees of it who asks for a community, a story or (both empty) all.</summary>
    public RealtimeState Of(string community, string story, int size)
    {
        if (story.Length > 0)
        {
            community = _communities.GetValueOrDefault(story, "");
        }

        var listed = _stories.Where(one => story.Length > 0 ? one.Story.Story == story : community.Length == 0 || one.Community == community).ToList();
        var views = _views.GetValueOrDefault((community, story));
        return new RealtimeState
        {
            ComputedAt = Timestamp.FromDateTimeOffset(ComputedAt),
            Readers = story.Length > 0 && community.Length == 0 ? 0 : _readers.GetValueOrDefault((community, story)),
            StoryCount = listed.Count,
            Stories = { listed.Take(size).Select(one => one.Story) },
            Minutes =
            {
                Enumerable.Range(0, RealtimeFigures.Minutes).Select(at => new MinuteViews
                {
                    Minute = Timestamp.FromDateTimeOffset(RunningMinute.AddMinutes(at + 1 - RealtimeFigures.Minutes)),
                    Views = views?[at] ?? 0,
                }),
            },
        };
    }
}
