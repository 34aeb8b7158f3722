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
    private const int Questions = 400;
    private const int Candidates = 80;

    [Fact]
    public void Finder_sentences_of_articles_prints_its_counts()
    {
        var folder = SharedData.Require("eval", "squad-sentences");
        var questions = Lines(Path.Combine(folder, "tgt-test.txt.gz"));
        var answers = Lines(Path.Combine(folder, "src-test.txt.gz"));
        var texts = answers.Distinct().ToArray();
        var sentences = texts.Chunk(5).SelectMany(Story).ToArray();
        var index = new SentenceIndex(texts);
        int first = 0, right = 0, wrong = 0, refused = 0, falseAnswers = 0, asked = 0;
        for (var i = 0; i < questions.Length; i += questions.Length / Questions)
        {
            var ranked = index.Rank(questions[i], Candidates + 1);
            first += ranked.Length > 0 && texts[ranked[0].Sentence] == answers[i] ? 1 : 0;
            asked++;
            if (Question.Analyze(questions[i]) is not { } question)
            {
                refused++;
                continue;
            }

            var candidates = ranked.Select(hit => sentences[hit.Sentence] with { Score = hit.Score }).ToArray();
            var (found, _) = AnswerFinder.Find(question, [.. candidates.Take(Candidates)], 1);
            right += found.Count > 0 && found[0].Sentence.Text == answers[i] ? 1 : 0;
            wrong += found.Count > 0 && found[0].Sentence.Text != answers[i] ? 1 : 0;
            refused += found.Count == 0 ? 1 : 0;
            falseAnswers += AnswerFinder.Find(question, [.. candidates.Where(sentence => sentence.Text != answers[i]).Take(Candidates)], 1).Answers.Count;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{asked} questions over {texts.Length} sentences: plain BM25 first {(double)first / asked:0.000}; cited right {right}, cited wrong {wrong}, refused {refused}; sentence taken away: {falseAnswers} answered"));
        Assert.True(asked >= Questions);
    }

    private static string[] Lines(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim())];
    }

    private static IEnumerable<FoundSentence> Story(string[] texts)
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
    private sealed class SentenceIndex
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
