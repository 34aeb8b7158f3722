using System.Collections.Concurrent;

namespace Broadsheet.Query.Search;

/// <summary>
/// Numbers for the values of a field (communities, creators, topics), the same in every segment, so that counting by
/// value is counting by number. A value keeps its number until the process ends; there are as many as were ever seen.
/// </summary>
internal sealed class NameTable
{
    private readonly ConcurrentDictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Lock _adding = new();
    private volatile string[] _names = new string[16];
    private volatile int _count;

    /// <summary>How many numbers were given, from 0.</summary>
    public int Count => _count;

    /// <summary>The number of a value, a new one if it is new.</summary>
    public int NumberOf(string name)
    {
        if (_numbers.TryGetValue(name, out var known))
        {
            return known;
        }

        lock (_adding)
        {
            if (_numbers.TryGetValue(name, out known))
            {
                return known;
            }

            var number = _count;
            if (number == _names.Length)
            {
                var larger = new string[number * 2];
                Array.Copy(_names, larger, number);
                _names = larger;
            }

            _names[number] = name;
            _count = number + 1;
            _numbers[name] = number;
            return number;
        }
    }

    /// <summary>The number of a value, or null if no story ever had it.</summary>
    public int? Find(string name) => _numbers.TryGetValue(name, out var number) ? number : null;

    /// <summary>The value that a number stands for.</summary>
    public string NameOf(int number) => _names[number];

    /// <summary>The numbers of all values that begin so, at a hyphen or the end ("en" finds "en-gb").</summary>
    public IEnumerable<int> WithTag(string tag)
    {
        for (var number = 0; number < _count; number++)
        {
            var name = _names[number];
            if (name.StartsWith(tag, StringComparison.Ordinal) && (name.Length == tag.Length || name[tag.Length] == '-'))
            {
                yield return number;
            }
        }
    }
}
