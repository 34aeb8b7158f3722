using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Broadsheet.Query.Language;

namespace Broadsheet.Query.Tests.Language;

/// <summary>Scores time expressions on narrative articles with annotated ones.</summary>
public sealed partial class WikiWarsTests(ITestOutputHelper output)
{
    [Fact]
    public void Find_war_articles_reaches_the_floor()
    {
        var files = Directory.GetFiles(SharedData.Require("eval", "wikiwars", "keyinline"), "*.xml").Order().ToArray();
        int gold = 0, found = 0, strict = 0, relaxed = 0, valued = 0;
        var misses = new StringBuilder();
        foreach (var file in files)
        {
            var (text, anchor, expected) = Read(File.ReadAllText(file));
            var actual = TimeExpressions.Find(text, anchor);
            gold += expected.Count;
            found += actual.Count;
            var free = actual.ToList();
            foreach (var (start, end, value) in expected)
            {
                var hit = free.Find(time => time.Start == start && time.End == end) ?? free.Find(time => time.Start < end && start < time.End);
                if (hit is null)
                {
                    misses.AppendLine(CultureInfo.InvariantCulture, $"MISS\t{text[start..end]}\t{value}\t\t{Around(text, start, end)}");
                    continue;
                }

                free.Remove(hit);
                relaxed++;
                strict += hit.Start == start && hit.End == end ? 1 : 0;
                var equal = hit.Value == value;
                valued += equal ? 1 : 0;
                if (!equal || hit.Start != start || hit.End != end)
                {
                    misses.AppendLine(CultureInfo.InvariantCulture, $"{(equal ? "SPAN" : "VALUE")}\t{text[start..end]}\t{value}\t{text[hit.Start..hit.End]}\t{hit.Value}\t{Around(text, start, end)}");
                }
            }

            foreach (var extra in free)
            {
                misses.AppendLine(CultureInfo.InvariantCulture, $"EXTRA\t\t\t{text[extra.Start..extra.End]}\t{extra.Value}\t{Around(text, extra.Start, extra.End)}");
            }
        }

        double F(int right) => 2.0 * right / (gold + found);
        output.WriteLine($"{files.Length} articles, {gold} gold, {found} found: strict F1 {F(strict):0.000}, relaxed F1 {F(relaxed):0.000}, relaxed with value F1 {F(valued):0.000}");
        if (Environment.GetEnvironmentVariable("BROADSHEET_EVALUATION_DETAILS") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, "wikiwars.tsv"), misses.ToString());
        }

        Assert.True(F(strict) >= 0.75, "strict");
        Assert.True(F(valued) >= 0.65, "relaxed with value");
    }

    private static string Around(string text, int start, int end) =>
        text[Math.Max(0, start - 40)..Math.Min(text.Length, end + 40)].Replace('\n', ' ');

    // Annotations may nest; the inner ones are left out, as a found expression can match only one.
    private static (string Text, DateOnly Anchor, List<(int Start, int End, string Value)> Gold) Read(string xml)
    {
        var anchor = DateOnly.ParseExact(DocumentDate().Match(xml).Groups[1].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var body = xml[(xml.IndexOf("<TEXT>", StringComparison.Ordinal) + 6)..xml.IndexOf("</TEXT>", StringComparison.Ordinal)];
        var text = new StringBuilder();
        var gold = new List<(int, int, string)>();
        var open = new Stack<(int Start, string? Value)>();
        var at = 0;
        foreach (Match tag in Tag().Matches(body))
        {
            text.Append(WebUtility.HtmlDecode(body[at..tag.Index]));
            at = tag.Index + tag.Length;
            if (tag.Value[1] == '/')
            {
                var (start, value) = open.Pop();
                if (open.Count == 0)
                {
                    gold.Add((start, text.Length, value ?? ""));
                }
            }
            else
            {
                open.Push((text.Length, Val().Match(tag.Value) is { Success: true } val ? val.Groups[1].Value : null));
            }
        }

        text.Append(WebUtility.HtmlDecode(body[at..]));
        return (text.ToString(), anchor, gold);
    }

    [GeneratedRegex("<DATETIME>.*?val=\"([0-9]{4}-[0-9]{2}-[0-9]{2})", RegexOptions.Singleline)]
    private static partial Regex DocumentDate();

    [GeneratedRegex("</?TIMEX2[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("(?i) val=\"([^\"]*)\"")]
    private static partial Regex Val();
}
