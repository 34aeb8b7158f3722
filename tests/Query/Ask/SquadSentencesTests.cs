using System.Globalization;
using System.IO.Compression;
using Broadsheet.Query.Ask;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Broadsheet.Query.Tests.Language;

namespace Broadsheet.Query.Tests.Ask;

/// <summary>
/// Counts how often the right sentence is cited for questions that were written for it, and how often something is
/// answered although that sentence was taken away. The texts are in lower case, so names are not recognised as such:
/// the figures show the sentence choice, not the whole.
/// </summary>
public sealed class SquadSentencesTests(ITestOutputHelper output)
{
    private const int Blocks = 240;
    private const int BlockLength = 5;
    private const int Candidates = 80;

    // Floors that only ever rise.
    private const double LeastRight = 0.40;
    private const double MostFalse = 0.05;

    // Sentences stand in the order of their articles; so far apart they are of another one.
    private const int ArticleLength = 250;

    [Fact]
    public void Finder_sentences_of_articles_prints_its_counts()
    {
        var folder = SharedData.Require("eval", "squad-sentences");
        var questions = Lines(Path.Combine(folder, "tgt-test.txt.gz"));
        var answers = Lines(Path.Combine(folder, "src-test.txt.gz"));
        var chunks = answers.Distinct().Chunk(BlockLength).ToArray();
        var blocks = chunks.Index().Where(chunk => chunk.Index * Blocks / chunks.Length != (chunk.Index - 1) * Blocks / chunks.Length).Take(Blocks).ToArray();
        var texts = blocks.SelectMany(block => block.Item).ToArray();
        var order = blocks.SelectMany(block => block.Item.Index().Select(text => (text.Item, Place: (block.Index * BlockLength) + text.Index))).ToDictionary(text => text.Item, text => text.Place);
        var sentences = blocks.SelectMany(block => Story(block.Item)).ToArray();
        var index = new SentenceIndex(texts);
        var rarity = WordRarity.Among(sentences);
        int asked = 0, first = 0, right = 0, wrong = 0, withoutArticle = 0, withoutSentence = 0;
        var by = new SortedDictionary<AnswerType, (int Asked, int Right)>();
        for (var i = 0; i < questions.Length; i += 2)
        {
            if (!order.TryGetValue(answers[i], out var place))
            {
                continue;
            }

            asked++;
            var ranked = index.Rank(questions[i], texts.Length);
            first += ranked.Length > 0 && texts[ranked[0].Sentence] == answers[i] ? 1 : 0;
            if (Question.Analyze(questions[i]) is not { } question)
            {
                continue;
            }

            FoundAnswer? Ask(Func<string, bool> isThere) => AnswerFinder.Find(
                question,
                [.. ranked.Where(hit => isThere(texts[hit.Sentence])).Take(Candidates).Select(hit => sentences[hit.Sentence] with { Score = hit.Score })],
                rarity, 1).Answers is [var best, ..] ? best : null;
            var found = Ask(_ => true);
            right += found is not null && found.Sentence.Text == answers[i] ? 1 : 0;
            wrong += found is not null && found.Sentence.Text != answers[i] ? 1 : 0;
            by.TryGetValue(question.Type, out var counts);
            by[question.Type] = (counts.Asked + 1, counts.Right + (found is not null && found.Sentence.Text == answers[i] ? 1 : 0));
            withoutArticle += Ask(text => Math.Abs(order[text] - place) > ArticleLength) is null ? 0 : 1;
            withoutSentence += Ask(text => text != answers[i]) is null ? 0 : 1;
        }

        string Share(int count) => ((double)count / asked).ToString("0.000", CultureInfo.InvariantCulture);
        output.WriteLine($"{asked} questions over {texts.Length} sentences: plain BM25 has the right one first in {Share(first)}; cited right {Share(right)}, cited wrong {Share(wrong)}; article taken away: {Share(withoutArticle)} answered; sentence taken away: {Share(withoutSentence)} answered");
        output.WriteLine(string.Join(", ", by.Select(pair => $"{pair.Key} {pair.Value.Right} of {pair.Value.Asked}")));
        Assert.True((double)right / asked >= LeastRight, "right");
        Assert.True((double)withoutArticle / asked <= MostFalse, "false");
    }

    internal static string[] Lines(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim())];
    }

    internal static IEnumerable<FoundSentence> Story(string[] texts)
    {
        var plain = string.Join("\n", texts);
        var positions = new CodePoints(plain);
        var stored = new List<StoredSentence>();
        var at = 0;
        foreach (var text in texts)
        {
            stored.Add(new StoredSentence(positions.FromUtf16(at), positions.FromUtf16(at + text.Length), 0, false));
            at += text.Length + 1;
        }

        var senses = new StorySenses(new StoredStory
        {
            Name = "stories/one", Revision = 1, Title = "", Dek = "", Community = "", Creator = "", PublishTime = null,
            PlainText = plain, Sections = [new StoredSection("s0", "")], Sentences = stored,
        });
        return stored.Select((_, i) => new FoundSentence(senses, i, 0));
    }

    /// <summary>BM25 (k1 0.9, b 0.4) over word senses: what retrieval does, without an index on disk.</summary>
    internal sealed class SentenceIndex
    {
        private readonly Dictionary<string, List<(int Sentence, int Count)>> _postings = new(StringComparer.Ordinal);
        private readonly int[] _lengths;

        public SentenceIndex(string[] texts)
        {
            _lengths = new int[texts.Length];
            for (var i = 0; i < texts.Length; i++)
            {
                var words = Word.Split(texts[i]);
                _lengths[i] = words.Count;
                foreach (var group in words.GroupBy(word => word.Sense))
                {
                    if (!_postings.TryGetValue(group.Key, out var list))
                    {
                        _postings[group.Key] = list = [];
                    }

                    list.Add((i, group.Count()));
                }
            }
        }

        public (int Sentence, float Score)[] Rank(string question, int count)
        {
            var scores = new Dictionary<int, double>();
            var average = _lengths.Average();
            foreach (var sense in Word.Split(question).Select(word => word.Sense).Distinct())
            {
                if (!_postings.TryGetValue(sense, out var list))
                {
                    continue;
                }

                var idf = Math.Log(1 + ((_lengths.Length - list.Count + 0.5) / (list.Count + 0.5)));
                foreach (var (sentence, frequency) in list)
                {
                    scores[sentence] = scores.GetValueOrDefault(sentence) + (idf * frequency * 1.9 / (frequency + (0.9 * (1 - 0.4 + (0.4 * _lengths[sentence] / average)))));
                }
            }

            return [.. scores.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(count).Select(pair => (pair.Key, (float)pair.Value))];
        }
    }
}
