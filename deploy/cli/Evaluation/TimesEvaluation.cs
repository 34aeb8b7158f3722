using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Broadsheet.Cli.Evaluation;

/// <summary>
/// <c>broadsheet eval times</c>: sends articles with annotated time expressions (inline TIMEX2) through AnalyzeText of a
/// running suite. Strict = same span, relaxed = overlapping span, with value = overlapping and the same value.
/// </summary>
internal static partial class TimesEvaluation
{
    public static Command Create()
    {
        var texts = new Option<string?>("--texts") { Description = "Folder of articles (default: shared/eval/wikiwars/keyinline, beside this folder or one above it)." };
        return ServerCommand.Create(
            new Command("times", "Measures time expressions and their values on annotated articles, through AnalyzeText.") { texts },
            session => RunAsync(session, session.Arguments.GetValue(texts) ?? EvaluationCommand.Find("wikiwars", "keyinline")));
    }

    private static async Task<int> RunAsync(Session session, string? folder)
    {
        if (folder is null || !Directory.Exists(folder) || Directory.GetFiles(folder, "*.xml") is not { Length: > 0 } files)
        {
            await Console.Error.WriteLineAsync("error: no articles: there is no shared/eval/wikiwars/keyinline beside this folder or above it; name the folder with --texts");
            return 1;
        }

        var all = new SpanScore();
        var halves = (SpanScore[])[new(), new()];
        var check = new SpanScore();
        var number = 0;
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var (text, day, gold) = Read(await File.ReadAllTextAsync(file, session.Cancel));
            var response = await AnalyzedTexts.AnalyzeAsync(session, text, day);
            var positions = AnalyzedTexts.Positions(text);
            var found = response.Times.Select(time => new AnalyzedSpan(positions[time.Start], positions[time.End], time.Value)).ToList();
            all.Add(gold, found);
            halves[number++ & 1].Add(gold, found);
            check.Add(gold, gold);
        }

        if (session.Json)
        {
            Console.WriteLine(new JsonObject { ["articles"] = files.Length, ["expressions"] = all.Gold, ["strictF1"] = Math.Round(all.Strict, 4), ["relaxedF1"] = Math.Round(all.Relaxed, 4), ["relaxedValueF1"] = Math.Round(all.Valued, 4) }.ToJsonString());
            return 0;
        }

        Console.WriteLine($"scorer: the accepted expressions against themselves {check.Strict:0.000}, {check.Relaxed:0.000}, {check.Valued:0.000} (must be 1)");
        Console.WriteLine($"{files.Length} articles, {all.Gold} expressions      strict F1  relaxed F1  relaxed + value F1");
        Line("ours", all);
        Line("  odd articles", halves[0]);
        Line("  even articles", halves[1]);
        Console.WriteLine($"{"chrono-node 2.10.3, all 22 articles",-38}{0.353,-11:0.000}{0.687,-12:0.000}{0.277:0.000}");
        Console.WriteLine($"{"HeidelTime (published, approximate)",-38}{"–",-11}{0.90,-12:0.000}{0.78:0.000}");
        return 0;
    }

    private static void Line(string name, SpanScore score) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-38}{score.Strict,-11:0.000}{score.Relaxed,-12:0.000}{score.Valued:0.000}"));

    // Annotations may nest; the inner ones are left out, as a found expression can match only one.
    private static (string Text, DateOnly Day, List<AnalyzedSpan> Gold) Read(string xml)
    {
        var day = DateOnly.ParseExact(DocumentDate().Match(xml).Groups[1].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var body = xml[(xml.IndexOf("<TEXT>", StringComparison.Ordinal) + 6)..xml.IndexOf("</TEXT>", StringComparison.Ordinal)];
        var text = new StringBuilder();
        var gold = new List<AnalyzedSpan>();
        var open = new Stack<(int Start, string Value)>();
        var at = 0;
        foreach (Match tag in Tag().Matches(body))
        {
            text.Append(WebUtility.HtmlDecode(body[at..tag.Index]));
            at = tag.Index + tag.Length;
            if (tag.Value[1] != '/')
            {
                open.Push((text.Length, Value().Match(tag.Value) is { Success: true } value ? value.Groups[1].Value : ""));
            }
            else if (open.Pop() is var opened && open.Count == 0)
            {
                gold.Add(new AnalyzedSpan(opened.Start, text.Length, opened.Value));
            }
        }

        text.Append(WebUtility.HtmlDecode(body[at..]));
        return (text.ToString(), day, gold);
    }

    [GeneratedRegex("<DATETIME>.*?val=\"([0-9]{4}-[0-9]{2}-[0-9]{2})", RegexOptions.Singleline)]
    private static partial Regex DocumentDate();

    [GeneratedRegex("</?TIMEX2[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("(?i) val=\"([^\"]*)\"")]
    private static partial Regex Value();
}
