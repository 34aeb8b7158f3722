using System.Globalization;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Google.Type;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Util;
using Document = Lucene.Net.Documents.Document;

namespace Broadsheet.Query.Explore;

/// <summary>
/// The dates that a story gives, as terms of its document: each as exactly as it is given and as all that holds it
/// (<c>1949-04-04</c>, <c>1949-04</c>, <c>1949</c>), because a story that says "in 1949" shares the year with one that
/// gives the day.
/// </summary>
internal static class StoryDates
{
    /// <summary>Field of story documents; also as doc value.</summary>
    public const string Field = "explore.date";

    // A chronicle gives thousands. What it shares with others it shares early on, too.
    private const int MaxDates = 300;

    /// <summary>Adds the dates to the story's document.</summary>
    public static void AddTo(Document document, IEnumerable<DatedEvent> events)
    {
        foreach (var term in events.SelectMany(TermsOf).Distinct(StringComparer.Ordinal).Take(MaxDates))
        {
            document.Add(TermField.Of(Field, term));
            document.Add(new SortedSetDocValuesField(Field, new BytesRef(term)));
        }
    }

    /// <summary>The dates of a story, as terms.</summary>
    public static IEnumerable<string> Of(AtomicReader segment, int document)
    {
        if (segment.GetSortedSetDocValues(Field) is not { } values)
        {
            yield break;
        }

        values.SetDocument(document);
        var bytes = new BytesRef();
        for (var ordinal = values.NextOrd(); ordinal != SortedSetDocValues.NO_MORE_ORDS; ordinal = values.NextOrd())
        {
            values.LookupOrd(ordinal, bytes);
            yield return bytes.Utf8ToString();
        }
    }

    /// <summary>The term that a date of a term lies in; null for a year or decade.</summary>
    public static string? Within(string term) => term.LastIndexOf('-') is > 0 and var dash ? term[..dash] : null;

    /// <summary>What a term says.</summary>
    public static (Date Date, DatePrecision Precision) Read(string term)
    {
        if (term.EndsWith('s'))
        {
            return (new Date { Year = int.Parse(term.AsSpan(0, term.Length - 1), CultureInfo.InvariantCulture) }, DatePrecision.Decade);
        }

        // A year before Christ begins with a hyphen.
        var parts = term[1..].Split('-');
        var date = new Date { Year = int.Parse(term[..1] + parts[0], CultureInfo.InvariantCulture) };
        date.Month = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        date.Day = parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 0;
        return (date, parts.Length switch { 1 => DatePrecision.Year, 2 => DatePrecision.Month, _ => DatePrecision.Day });
    }

    private static IEnumerable<string> TermsOf(DatedEvent dated) => dated.Precision switch
    {
        DatePrecision.Decade => [string.Create(CultureInfo.InvariantCulture, $"{dated.Date.Year}s")],
        // What only a century has in common has nothing in common.
        DatePrecision.Century => [],
        DatePrecision.Season => [Year(dated.Date)],
        DatePrecision.Range => [.. TermsOf(dated.Date), .. dated.EndDate is { } end ? TermsOf(end) : []],
        _ => TermsOf(dated.Date),
    };

    private static IEnumerable<string> TermsOf(Date date)
    {
        if (date is { Month: > 0, Day: > 0 })
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{date.Year}-{date.Month:00}-{date.Day:00}");
        }

        if (date.Month > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{date.Year}-{date.Month:00}");
        }

        yield return Year(date);
    }

    private static string Year(Date date) => date.Year.ToString(CultureInfo.InvariantCulture);
}
