using System.Globalization;
using System.Text.Json.Nodes;

namespace Broadsheet.Cli.Evaluation;

/// <summary>
/// Compares what two readers find in pages with what is accepted for them. A title, byline or dek is right if its letters
/// and digits are the accepted ones, whatever their case; a leading "By" or "Written by" is no part of a name. The accepted readings keep the
/// site's name behind many titles and dates or jobs behind many names, so both are counted a second time with what follows
/// the shorter of the two readings left aside. A date is right if the UTC day is.
/// The body's measure is the F1 of its words. Fields that the accepted reading lacks are not compared.
/// </summary>
internal sealed class ImportScore
{
    private const string TitleAlone = "title, site aside";
    private const string Who = "byline, who alone";

    private readonly List<Row> _rows = [];

    /// <summary>Compares one page and returns what our reading misses, a line for each field.</summary>
    public IReadOnlyList<string> Add(EvaluationPage page, PageReading ours, PageReading other)
    {
        var misses = new List<string>();
        var accepted = page.Accepted;
        _rows.Add(new Row(
            page.Half, ours, other,
            Compare("title", accepted.Title, ours.Title, other.Title, Same),
            Compare("", accepted.Title, ours.Title, other.Title, Begins),
            Compare("byline", accepted.Byline, ours.Byline, other.Byline, Same),
            Compare("", accepted.Byline, ours.Byline, other.Byline, Begins),
            Compare("dek", accepted.Dek, ours.Dek, other.Dek, Same),
            Compare("date", accepted.Day, ours.Day, other.Day, Same),
            new Pair(F1(accepted.Body, ours.Body), F1(accepted.Body, other.Body))));
        if (ours.Refusal.Length > 0)
        {
            misses.Add($"{page.Name}: refused: {ours.Refusal}");
        }

        misses.Add($"{page.Name}: body {_rows[^1].Body}");
        return misses;

        Pair? Compare(string field, string wanted, string our, string their, Func<string, string, bool> isRight)
        {
            if (wanted.Length == 0)
            {
                return null;
            }

            if (field.Length > 0 && !Same(wanted, our))
            {
                misses.Add(OneLine($"{page.Name}: {field} expected “{wanted}”, got “{our}”, SmartReader {(Same(wanted, their) ? "the expected" : $"“{their}”")}"));
            }

            return new Pair(isRight(wanted, our) ? 1 : 0, isRight(wanted, their) ? 1 : 0);
        }
    }

    /// <summary>The figures, ours beside SmartReader's: of all pages, and of the two halves by name.</summary>
    public IEnumerable<string> Report()
    {
        yield return $"{"found as accepted",-20}{"ours",-12}{"SmartReader",-14}{"one half",-18}the other";
        foreach (var (name, field) in Fields)
        {
            var (ours, other, compared) = Counts(field, null);
            yield return $"{name,-20}{$"{ours}/{compared}",-12}{$"{other}/{compared}",-14}{Counts(field, 0),-18}{Counts(field, 1)}";
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"{"body, F1 of words",-20}{Mean(null).Ours,-12:0.000}{Mean(null).Other,-14:0.000}{Mean(0),-18}{Mean(1)}");
        yield return string.Create(CultureInfo.InvariantCulture, $"{$"seconds, {_rows.Count} pages",-20}{Seconds(row => row.Ours),-12:0.0}{Seconds(row => row.Other),-14:0.0}");
        yield return $"{"refused",-20}{_rows.Count(row => row.Ours.Refusal.Length > 0)}";
    }

    /// <summary>The same figures of all pages as one line of JSON.</summary>
    public string ToJson()
    {
        var json = new JsonObject { ["pages"] = _rows.Count, ["refused"] = _rows.Count(row => row.Ours.Refusal.Length > 0) };
        foreach (var (name, field) in Fields)
        {
            var (ours, other, compared) = Counts(field, null);
            json[name switch { TitleAlone => "titleSiteAside", Who => "bylineWhoAlone", _ => name }] = new JsonObject { ["compared"] = compared, ["ours"] = ours, ["smartReader"] = other };
        }

        json["bodyF1"] = new JsonObject { ["ours"] = Mean(null).Ours, ["smartReader"] = Mean(null).Other };
        json["seconds"] = new JsonObject { ["ours"] = Seconds(row => row.Ours), ["smartReader"] = Seconds(row => row.Other) };
        return json.ToJsonString();
    }

    /// <summary>True if both have the same letters and digits.</summary>
    public static bool Same(string one, string other) => Letters(one) == Letters(other);

    // One has all of the other up to the end of a word, and the shorter is no mere beginning: two words, twelve letters, or all before a separator.
    private static bool Begins(string one, string other)
    {
        var (first, second) = (WithoutBy(one), WithoutBy(other));
        var (shorter, longer) = first.Length < second.Length ? (first, second) : (second, first);
        var (part, whole) = (Letters(shorter), Letters(longer));
        if (part == whole || part.Length == 0 || !whole.StartsWith(part, StringComparison.Ordinal))
        {
            return part == whole;
        }

        var rest = longer[Position(longer, part.Length)..];
        return !char.IsLetter(rest[0]) && (shorter.Contains(' ', StringComparison.Ordinal) || part.Length >= 12 || rest.TrimStart() is ['-' or '–' or '—' or '|' or '·', ..]);
    }

    /// <summary>Where in a text its first letters and digits end.</summary>
    private static int Position(string text, int letters)
    {
        var position = 0;
        for (; letters > 0; position++)
        {
            letters -= char.IsLetterOrDigit(text[position]) ? 1 : 0;
        }

        return position;
    }

    private static (string Name, Func<Row, Pair?> Of)[] Fields { get; } =
    [
        ("title", row => row.Title), (TitleAlone, row => row.TitleAlone), ("byline", row => row.Byline), (Who, row => row.Who),
        ("dek", row => row.Dek), ("date", row => row.Date),
    ];

    private Count Counts(Func<Row, Pair?> field, int? half)
    {
        var compared = Rows(half).Select(field).OfType<Pair>().ToList();
        return new Count((int)compared.Sum(pair => pair.Ours), (int)compared.Sum(pair => pair.Other), compared.Count);
    }

    private Pair Mean(int? half)
    {
        var bodies = Rows(half).Select(row => row.Body).ToList();
        return bodies.Count == 0 ? new Pair(0, 0) : new Pair(bodies.Average(body => body.Ours), bodies.Average(body => body.Other));
    }

    private IEnumerable<Row> Rows(int? half) => _rows.Where(row => half is null || row.Half == half);

    private double Seconds(Func<Row, PageReading> reader) => _rows.Sum(row => reader(row).Elapsed.TotalSeconds);

    private static string Letters(string text) => string.Concat(WithoutBy(text).Where(char.IsLetterOrDigit)).ToUpperInvariant();

    private static string WithoutBy(string text)
    {
        var line = OneLine(text);
        foreach (var by in (ReadOnlySpan<string>)["By ", "Written by "])
        {
            if (line.StartsWith(by, StringComparison.OrdinalIgnoreCase))
            {
                return line[by.Length..];
            }
        }

        return line;
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static double F1(string accepted, string actual)
    {
        var (wanted, found) = (Words(accepted), Words(actual));
        double shared = wanted.Sum(word => Math.Min(word.Value, found.GetValueOrDefault(word.Key)));
        return shared == 0 ? 0 : 2 * shared / (wanted.Values.Sum() + found.Values.Sum());
    }

    private static Dictionary<string, int> Words(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).CountBy(word => word, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

    private sealed record Row(int Half, PageReading Ours, PageReading Other, Pair? Title, Pair? TitleAlone, Pair? Byline, Pair? Who, Pair? Dek, Pair? Date, Pair Body);

    private sealed record Count(int Ours, int Other, int Compared)
    {
        public override string ToString() => $"{Ours} | {Other} of {Compared}";
    }

    private sealed record Pair(double Ours, double Other)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ours:0.000} | {Other:0.000}");
    }
}
