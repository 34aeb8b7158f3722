using System.Text.RegularExpressions;
using Broadsheet.Query.Language;

namespace Broadsheet.Query.Tests.Language;

/// <summary>Scores attributions on labelled texts of our own, by tokens; rules are made on the first file, the second is the proof.</summary>
public sealed partial class AttributionQualityTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("attributions-development.txt")]
    [InlineData("attributions-held-out.txt")]
    public void Find_labelled_texts_reaches_the_floor(string file)
    {
        Score contents = new(), sources = new();
        int denials = 0, deniedFound = 0, stances = 0, texts = 0, invented = 0;
        foreach (var line in File.ReadLines(Path.Combine(SharedData.Root()!, "tests", "Query", "Language", "data", file)).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var (stance, text, goldSources, goldContents) = Read(line);
            var found = Attributions.Find(text);
            var right = sources.Add(text, goldSources, [.. found.Where(one => one.Source is not null).Select(one => one.Source!.Value)])
                & contents.Add(text, goldContents, [.. found.SelectMany(one => one.Contents)]);
            if (!right && file.Contains("development", StringComparison.Ordinal))
            {
                output.WriteLine($"{line}\n    {string.Join("; ", found.Select(one => $"[{one.Source?.Of(text)}] ({one.Cue.Of(text)}) <{string.Join(" … ", one.Contents.Select(content => content.Of(text)))}> {one.Stance}"))}");
            }

            texts += stance == "none" ? 0 : 1;
            invented += stance == "none" && found.Count > 0 ? 1 : 0;
            stances += stance != "none" && found.Exists(one => one.Stance == stance) ? 1 : 0;
            denials += stance == "denies" ? 1 : 0;
            deniedFound += stance == "denies" && found.Exists(one => one.Stance == "denies" && one.Contents.Any(content => goldContents.Exists(content.Overlaps))) ? 1 : 0;
        }

        output.WriteLine($"content tokens F1 {contents.F1:0.000}, source tokens F1 {sources.F1:0.000}, denials {deniedFound} of {denials}, stances {stances} of {texts}, invented {invented}");
        Assert.True(contents.F1 >= 0.75 && sources.F1 >= 0.75 && deniedFound >= 0.7 * denials, $"{contents.F1:0.000} {sources.F1:0.000} {deniedFound}/{denials}");
    }

    private static (string Stance, string Text, List<TextSpan> Sources, List<TextSpan> Contents) Read(string line)
    {
        var bar = line.IndexOf(" | ", StringComparison.Ordinal);
        var text = "";
        List<TextSpan> sources = [], contents = [];
        foreach (var part in Marked().Split(line[(bar + 3)..]))
        {
            var (words, list) = part switch
            {
                ['[', '[', .. var inner, ']', ']'] => (inner, sources),
                ['<', '<', .. var inner, '>', '>'] => (inner, contents),
                ['(', '(', .. var inner, ')', ')'] => (inner, null),
                _ => (part, null),
            };
            list?.Add(new TextSpan(text.Length, text.Length + words.Length));
            text += words;
        }

        return (line[..bar], text, sources, contents);
    }

    [GeneratedRegex(@"(\[\[.*?\]\]|<<.*?>>|\(\(.*?\)\))")]
    private static partial Regex Marked();

    private sealed class Score
    {
        private int _gold;
        private int _found;
        private int _right;

        public double F1 => 2.0 * _right / (_gold + _found);

        public bool Add(string text, List<TextSpan> gold, List<TextSpan> found)
        {
            var words = Tokenizer.Tokenize(text).Where(token => token.Kind != TokenKind.Symbol).ToArray();
            var both = words.Select(word => (Gold: gold.Exists(span => span.Contains(word.Start)), Found: found.Exists(span => span.Contains(word.Start)))).ToArray();
            _gold += both.Count(word => word.Gold);
            _found += both.Count(word => word.Found);
            _right += both.Count(word => word is { Gold: true, Found: true });
            return Array.TrueForAll(both, word => word.Gold == word.Found);
        }
    }
}
