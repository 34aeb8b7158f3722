using System.Runtime.InteropServices;

namespace Broadsheet.Analytics.Ingest;

/// <summary>
/// The event ids of the last 24 hours, by the hour in which the events happened, so that whole hours are forgotten at
/// once. Sixteen bytes an id, in tables that are between three eighths and three quarters full. Only the writer uses it.
/// </summary>
internal sealed class EventIds
{
    private readonly Dictionary<long, Table> _hours = [];

    /// <summary>How many ids are held.</summary>
    public int Count { get; private set; }

    /// <summary>False if the id is there already, in whatever hour.</summary>
    public bool TryAdd(Guid id, DateTimeOffset occurredAt)
    {
        var key = MemoryMarshal.Read<UInt128>(MemoryMarshal.AsBytes(new ReadOnlySpan<Guid>(in id)));
        var hour = HourOf(occurredAt);
        foreach (var (other, table) in _hours)
        {
            if (other != hour && table.Contains(key))
            {
                return false;
            }
        }

        if (!_hours.TryGetValue(hour, out var ids))
        {
            _hours[hour] = ids = new Table();
        }

        if (!ids.TryAdd(key))
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

    /// <summary>Open addressing with linear probing; the id of zeros, which marks a free place, stands beside.</summary>
    private sealed class Table
    {
        // Ids are chosen by clients; without a secret they could all be made to fall into one place.
        private static readonly ulong Secret = (ulong)Random.Shared.NextInt64() | 1;

        private UInt128[] _places = new UInt128[1024];
        private bool _hasZero;

        public int Count { get; private set; }

        public bool Contains(UInt128 key) => key == 0 ? _hasZero : _places[Find(_places, key)] == key;

        public bool TryAdd(UInt128 key)
        {
            if (key == 0)
            {
                Count += _hasZero ? 0 : 1;
                return !_hasZero && (_hasZero = true);
            }

            var place = Find(_places, key);
            if (_places[place] == key)
            {
                return false;
            }

            _places[place] = key;
            if (++Count > _places.Length / 4 * 3)
            {
                Grow();
            }

            return true;
        }

        private static int Find(UInt128[] places, UInt128 key)
        {
            var mask = places.Length - 1;
            var mixed = ((ulong)key ^ Secret) * 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 29) ^ (ulong)(key >> 64)) * (Secret | 0x2545F4914F6CDD1D);
            var place = (int)(mixed >> 33) & mask;
            while (places[place] != 0 && places[place] != key)
            {
                place = (place + 1) & mask;
            }

            return place;
        }

        private void Grow()
        {
            var larger = new UInt128[_places.Length * 2];
            foreach (var key in _places)
            {
                if (key != 0)
                {
                    larger[Find(larger, key)] = key;
                }
            }

            _places = larger;
        }
    }
}
