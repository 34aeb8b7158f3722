using Broadsheet.Query.Language;

namespace Broadsheet.Query.Ask;

/// <summary>A sentence taken apart once for all that looks at it.</summary>
internal sealed class ReadSentence
{
    private readonly Dictionary<string, List<int>> _places = new(StringComparer.Ordinal);
    private List<TimeExpression>? _times;
    private List<Entity>? _names;
    private List<int>? _numbers;

    public ReadSentence(string text)
    {
        Text = text;
        Words = Word.Split(text);
        Lower = [.. Words.Select(word => word.Text.ToLowerInvariant())];
        Forms = Lower.ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < Words.Count; i++)
        {
            if (!_places.TryGetValue(Words[i].Sense, out var places))
            {
                _places[Words[i].Sense] = places = [];
            }

            places.Add(i);
        }
    }

    /// <summary>The sentence.</summary>
    public string Text { get; }

    /// <summary>Its words.</summary>
    public List<Word> Words { get; }

    /// <summary>Its words in lower case, in the same order.</summary>
    public string[] Lower { get; }

    /// <summary>The words in lower case that it has.</summary>
    public IReadOnlySet<string> Forms { get; }

    /// <summary>The senses that it has.</summary>
    public IEnumerable<string> Senses => _places.Keys;

    /// <summary>When, how long and how often it says something is.</summary>
    public List<TimeExpression> Times => _times ??= TimeExpressions.Find(Text);

    /// <summary>Names by their capitals.</summary>
    public List<Entity> Names => _names ??= SentenceNames.Find(Text);

    /// <summary>Places of words that are numbers and no part of a date.</summary>
    public List<int> Numbers => _numbers ??= [.. Enumerable.Range(0, Words.Count).Where(IsNumber)];

    /// <summary>True for a date of the calendar, also one with a part of the day ("the night of 4 May").</summary>
    public static bool IsDate(TimeExpression time) => time.IsCalendarDate || (time.Type == TimeType.Time && !time.From.IsEmpty);

    /// <summary>True if a word of the sense is in it.</summary>
    public bool Has(string sense) => _places.ContainsKey(sense);

    /// <summary>Places of the words of a sense, ascending; empty if there are none.</summary>
    public IReadOnlyList<int> PlacesOf(string sense) => _places.TryGetValue(sense, out var places) ? places : [];

    private bool IsNumber(int at) =>
        Language.Numbers.TryRead(Words[at].Text, out _) && !Times.Exists(time => IsDate(time) && Words[at].Start < time.End && time.Start < Words[at].End);
}
