using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Broadsheet.Cli.Evaluation;

/// <summary>
/// <c>broadsheet eval entities</c>: sends documents with annotated names (CoNLL, IOB1) through AnalyzeText of a running
/// suite. A name is right if its span and kind are. Rules are made on the first half of the documents; the second is the proof.
/// </summary>
internal static class EntitiesEvaluation
{
    public static Command Create()
    {
        var file = new Option<string?>("--file") { Description = "Annotated documents (default: shared/eval/ner/wikigold/wikigold.conll.txt, beside this folder or one above it)." };
        return ServerCommand.Create(
            new Command("entities", "Measures names and their kinds on annotated documents, through AnalyzeText.") { file },
            session => RunAsync(session, session.Arguments.GetValue(file) ?? EvaluationCommand.Find("ner", "wikigold", "wikigold.conll.txt")));
    }

    private static async Task<int> RunAsync(Session session, string? file)
    {
        if (file is null || !File.Exists(file))
        {
            await Console.Error.WriteLineAsync("error: no documents: there is no shared/eval/ner/wikigold beside this folder or above it; name the file with --file");
            return 1;
        }

        var documents = Read(await File.ReadAllLinesAsync(file, session.Cancel));
        var four = (SpanScore[])[new(), new()];
        var three = (SpanScore[])[new(), new()];
        for (var i = 0; i < documents.Count; i++)
        {
            var (text, gold) = documents[i];
            var response = await AnalyzedTexts.AnalyzeAsync(session, text, null);
            var positions = AnalyzedTexts.Positions(text);
            var found = response.Entities.Select(entity => new AnalyzedSpan(positions[entity.Start], positions[entity.End], entity.Type)).ToList();
            var half = i < documents.Count / 2 ? 0 : 1;
            four[half].Add(gold, found);
            three[half].Add([.. gold.Where(name => name.Value != "MISC")], found.Where(name => name.Value != "MISC"));
        }

        if (session.Json)
        {
            Console.WriteLine(new JsonObject
            {
                ["documents"] = documents.Count, ["names"] = four[0].Gold + four[1].Gold,
                ["firstHalfF1"] = Math.Round(four[0].Exact, 4), ["secondHalfF1"] = Math.Round(four[1].Exact, 4),
                ["firstHalfF1WithoutMisc"] = Math.Round(three[0].Exact, 4), ["secondHalfF1WithoutMisc"] = Math.Round(three[1].Exact, 4),
            }.ToJsonString());
            return 0;
        }

        Console.WriteLine($"{documents.Count} documents, {four[0].Gold + four[1].Gold} names      first half  second half  (goal)");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"PER, LOC, ORG, MISC: F1",-34}{four[0].Exact,-12:0.000}{four[1].Exact,-13:0.000}0.600"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"PER, LOC, ORG: F1",-34}{three[0].Exact,-12:0.000}{three[1].Exact,-13:0.000}0.700"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"spans alone: F1",-34}{four[0].Strict,-12:0.000}{four[1].Strict:0.000}"));
        return 0;
    }

    private static List<(string Text, List<AnalyzedSpan> Gold)> Read(string[] lines)
    {
        var documents = new List<(string, List<AnalyzedSpan>)>();
        var text = new StringBuilder();
        var tags = new List<AnalyzedSpan>();
        foreach (var line in lines.Append("-DOCSTART- O"))
        {
            if (line.StartsWith("-DOCSTART-", StringComparison.Ordinal))
            {
                if (tags.Count > 0)
                {
                    documents.Add((text.ToString(), Names(text.ToString(), tags)));
                }

                text.Clear();
                tags.Clear();
            }
            else if (line.Length == 0)
            {
                text.Append("\n\n");
            }
            else
            {
                // The tokens as running text.
                var space = line.LastIndexOf(' ');
                var word = line[..space] switch { "-LRB-" => "(", "-RRB-" => ")", "``" or "''" => "\"", var other => other };
                var glued = word is "," or "." or ")" or "'s" or "%" or ";" or ":" || text.Length == 0 || text[^1] is '\n' or '(';
                text.Append(glued ? "" : " ");
                tags.Add(new AnalyzedSpan(text.Length, text.Length + word.Length, line[(space + 1)..]));
                text.Append(word);
            }
        }

        return documents;
    }

    private static List<AnalyzedSpan> Names(string text, List<AnalyzedSpan> tags)
    {
        var names = new List<AnalyzedSpan>();
        for (var i = 0; i < tags.Count;)
        {
            var end = i + 1;
            if (tags[i].Value != "O")
            {
                var kind = tags[i].Value[2..];
                while (end < tags.Count && tags[end].Value == "I-" + kind && !text.AsSpan(tags[end - 1].End, tags[end].Start - tags[end - 1].End).Contains('\n'))
                {
                    end++;
                }

                names.Add(new AnalyzedSpan(tags[i].Start, tags[end - 1].End, kind));
            }

            i = end;
        }

        return names;
    }
}
