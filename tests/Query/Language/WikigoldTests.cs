using System.Text;
using Broadsheet.Query.Language;

namespace Broadsheet.Query.Tests.Language;

/// <summary>Scores names on annotated encyclopaedia text; rules are made on the first half of the documents, the second is the proof.</summary>
public sealed class WikigoldTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0, 0.64)]
    [InlineData(1, 0.63)]
    public void Find_encyclopaedia_text_reaches_the_floor(int half, double floor)
    {
        var documents = Documents(File.ReadAllLines(SharedData.Require("eval", "ner", "wikigold", "wikigold.conll.txt")));
        var part = half == 0 ? documents.Take(documents.Count / 2) : documents.Skip(documents.Count / 2);
        int gold = 0, found = 0, right = 0, gold3 = 0, found3 = 0, right3 = 0;
        foreach (var (text, names) in part)
        {
            var entities = Entities.Find(text);
            gold += names.Count;
            found += entities.Count;
            right += names.Count(name => entities.Exists(entity => (entity.Start, entity.End, entity.Type) == name));
            gold3 += names.Count(name => name.Type != "MISC");
            found3 += entities.Count(entity => entity.Type != "MISC");
            right3 += names.Count(name => name.Type != "MISC" && entities.Exists(entity => (entity.Start, entity.End, entity.Type) == name));
        }

        var f1 = 2.0 * right / (gold + found);
        output.WriteLine($"half {half}: {gold} names, {found} found, {right} right, F1 {f1:0.000}; without MISC {2.0 * right3 / (gold3 + found3):0.000}");
        Assert.True(f1 >= floor, $"{f1:0.000}");
    }

    private static List<(string Text, List<(int Start, int End, string Type)> Names)> Documents(string[] lines)
    {
        var documents = new List<(string, List<(int, int, string)>)>();
        var text = new StringBuilder();
        var names = new List<(int Start, int End, string Type)>();
        var last = "O";
        foreach (var line in lines.Append("-DOCSTART- O"))
        {
            if (line.StartsWith("-DOCSTART-", StringComparison.Ordinal))
            {
                if (names.Count > 0)
                {
                    documents.Add((text.ToString(), [.. names]));
                }

                text.Clear();
                names.Clear();
                last = "O";
            }
            else if (line.Length == 0)
            {
                text.Append("\n\n");
                last = "O";
            }
            else
            {
                var space = line.LastIndexOf(' ');
                var word = line[..space] switch { "-LRB-" => "(", "-RRB-" => ")", "``" or "''" => "\"", var other => other };
                var glued = word is "," or "." or ")" or "'s" or "%" or ";" or ":" || text.Length == 0 || text[^1] is '\n' or '(';
                text.Append(glued ? "" : " ").Append(word);
                var tag = line[(space + 1)..];
                if (tag != "O" && tag[0] == 'I' && last.EndsWith(tag[2..], StringComparison.Ordinal) && last != "O")
                {
                    names[^1] = names[^1] with { End = text.Length };
                }
                else if (tag != "O")
                {
                    names.Add((text.Length - word.Length, text.Length, tag[2..]));
                }

                last = tag;
            }
        }

        return documents;
    }
}
