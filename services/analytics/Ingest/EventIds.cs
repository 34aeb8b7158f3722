using System.Runtime.InteropServices;

namespace Broadsheet.Analytics.Ingest;

/// <summary>
/// The event ids of the last 24 hours, by the hour in which the events happened, so that whole hours are forgotten at
/// once. Only the writer uses it.
/// </summary>
internal sealed class EventIds
{
    private readonly Dictionary<long, HashSet<Guid>> _hours = [];

    /// <summary>How many ids are held.</summary>
    public int Count { get; private set; }

    /// <summary>False if the id is there already, in whatever hour.</summary>
    public bool TryAdd(Guid id, DateTimeOffset occurredAt)
    {
        var hour = HourOf(occurredAt);
        foreach (var (other, known) in _hours)
        {
            if (other != hour && known.Contains(id))
            {
                return false;
            }
        }

        if (!_hours.TryGetValue(hour, out var ids))
        {
            _hours[hour] = ids = new HashSet<Guid>(WithSecret.Instance);
        }

        if (!ids.Add(id))
        {
            return false;
        }

        Count++;
        return true;
    }

    /// <summary>Forgets the hours that ended before the moment.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var hour in _hours.Keys.Where(hour => hour + 1 <= before.Ticks / TimeSpan.TicksPerHour).ToList())
        {
            Count -= _hours[hour].Count;
            _hours.Remove(hour);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _hours.Clear();
        Count = 0;
    }

    private static long HourOf(DateTimeOffset moment) => moment.UtcTicks / TimeSpan.TicksPerHour;

    // Ids are chosen by clients; by their own hash, which has no secret, they could all be made to fall into one place.
    private sealed class WithSecret : IEqualityComparer<Guid>
    {
        public static readonly WithSecret Instance = new();

        public bool Equals(Guid x, Guid y) => x == y;

        public int GetHashCode(Guid obj)
        {
            var halves = MemoryMarshal.Cast<Guid, long>(new ReadOnlySpan<Guid>(in obj));
            return HashCode.Combine(halves[0], halves[1]);
        }
    }
}
