using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Broadsheet.Content.V1;
using Broadsheet.Query.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Broadsheet.Cli.Evaluation;

/// <summary>
/// <c>broadsheet eval ask</c>: imports the sentences of a set of questions into a running suite, asks through Ask, and
/// prints how well the sentences are ranked beside plain BM25 (with which the scorer is checked first), how often the right
/// one is cited, how often something is answered although the article or the sentence is gone, and how far confidence can be
/// believed. Importing again changes nothing, so it can be run again.
/// </summary>
internal static class AskEvaluation
{
    private const string Community = "Answering evaluation";
    private const double Published = 0.606;
    private const double Tolerance = 0.003;
    private const int InFlight = 2;
    private const int Passages = 80;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Command Create()
    {
        var folder = new Option<string?>("--set") { Description = "Folder of the set (default: shared/eval/squad-sentences, beside this folder or one above it)." };
        var every = new Option<int>("--every") { Description = "Ask only every n-th question.", DefaultValueFactory = _ => 1 };
        var details = new Option<bool>("--details") { Description = "Print questions with another sentence cited than the right one." };
        return ServerCommand.Create(
            new Command("ask", $"Measures answers through Ask on squad-sentences, against a running suite. Imports 1,331 stories into the community \"{Community}\".") { folder, every, details },
            session => RunAsync(session, session.Arguments.GetValue(folder), Math.Max(1, session.Arguments.GetValue(every)), session.Arguments.GetValue(details)));
    }

    private static async Task<int> RunAsync(Session session, string? path, int every, bool details)
    {
        if ((path ?? EvaluationCommand.Find(AnsweringSet.Folder)) is not { } folder)
        {
            await Console.Error.WriteLineAsync("error: no set: there is no shared/eval/squad-sentences beside this folder or above it; name the folder with --set");
            return 1;
        }

        AnsweringSet set;
        try
        {
            set = AnsweringSet.Read(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"error: {folder}: {error.Message}");
            return 1;
        }

        var plain = PlainRanking(set);
        if (Math.Abs(plain.Recall1 - Published) > Tolerance)
        {
            await Console.Error.WriteLineAsync($"error: the scorer gives plain BM25 R@1 {plain.Recall1:0.000} where {Published} was computed elsewhere; nothing else it says can be trusted");
            return 1;
        }

        var stories = new ImportedParagraphs(session, set);
        if (!await stories.ImportAsync(Enumerable.Range(0, set.Paragraphs), without: -1))
        {
            await Console.Error.WriteLineAsync($"error: the index does not hold the {set.Paragraphs} stories after {Patience.TotalMinutes} minutes");
            return 1;
        }

        var asking = new AskService.AskServiceClient(session.Channel.Invoker);
        var ranks = new[] { new RankScore(), new RankScore() };
        await EachAsync(session, set.Questions.Index().Where(question => question.Index % every == 0), async question =>
        {
            var response = await asking.AskAsync(
                new AskRequest { Question = Bounded(question.Item.Text), Community = stories.Community, MaxPassages = Passages }, cancellationToken: session.Cancel);
            return (question.Index, Rank: stories.RankOf(question.Item.Sentence, response.Passages.Select(passage => (passage.Citation.Story, passage.Sentence))));
        }, asked => ranks[asked.Index / every % 2].Add(asked.Rank));

        var open = set.Questions.Index().Where(question => question.Index % every == 0 && set.IsOpen(question.Item.Sentence / AnsweringSet.ParagraphLength)).ToArray();
        var (there, articleGone, sentenceGone) = (Halves(), Halves(), Halves());
        var parts = Enumerable.Range(0, AnsweringSet.PartOf(set.Paragraphs) + 1).ToArray();
        await EachAsync(session, open, async question =>
        {
            var part = AnsweringSet.PartOf(question.Item.Sentence / AnsweringSet.ParagraphLength);
            var asked = await AskAsync(question.Item.Text, parts);
            return (question, asked, Gone: await AskAsync(question.Item.Text, parts.Where(other => Math.Abs(other - part) > 1)));
        }, answers =>
        {
            var (question, asked, gone) = answers;
            var right = asked is not null && stories.RankOf(question.Item.Sentence, [(asked.Citation.Story, asked.Sentence)]) == 0;
            there[question.Index / every % 2].Add(asked?.Confidence, right);
            articleGone[question.Index / every % 2].Add(gone?.Confidence, false);
            if (details && asked is not null && !right)
            {
                Console.WriteLine($"{asked.Confidence:0.00} {question.Item.Text}\n     right: {set.Sentences[question.Item.Sentence]}\n     cited: {asked.Sentence}");
            }
        });

        var paragraphs = Enumerable.Range(0, set.Paragraphs).Where(set.IsOpen).ToArray();
        for (var without = 0; without < AnsweringSet.ParagraphLength; without++)
        {
            if (!await stories.ImportAsync(paragraphs, without))
            {
                await Console.Error.WriteLineAsync("error: the index does not hold the stories without a sentence");
                return 1;
            }

            await EachAsync(
                session,
                open.Where(question => question.Item.Sentence % AnsweringSet.ParagraphLength == without),
                async question => (question.Index, Answer: await AskAsync(question.Item.Text, parts)),
                asked => sentenceGone[asked.Index / every % 2].Add(asked.Answer?.Confidence, false));
        }

        await stories.ImportAsync(paragraphs, without: -1);
        Report(session.Json, plain, ranks, there, articleGone, sentenceGone);
        return 0;

        async Task<Answer?> AskAsync(string text, IEnumerable<int> among)
        {
            var request = new AskRequest { Question = Bounded(text), Community = stories.Community, MaxAnswers = 1, Topics = { among.Select(part => $"open {part}") } };
            return (await asking.AskAsync(request, cancellationToken: session.Cancel)).Answers.FirstOrDefault();
        }
    }

    private static AnswerScore[] Halves() => [new(), new()];

    private static string Bounded(string question) => question.Length <= 1_000 ? question : question[..1_000];

    /// <summary>Does something for each, a few at once, and counts the results one after the other.</summary>
    private static async Task EachAsync<T, TResult>(Session session, IEnumerable<T> items, Func<T, Task<TResult>> run, Action<TResult> count)
    {
        var counting = new Lock();
        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = session.Cancel }, async (item, _) =>
        {
            var result = await run(item);
            lock (counting)
            {
                count(result);
            }
        });
    }

    private static RankScore PlainRanking(AnsweringSet set)
    {
        var plain = new PlainBm25(set.ToRanking());
        var ranks = new int[set.Questions.Count];
        Parallel.For(0, ranks.Length, i =>
        {
            var right = set.Questions[i].Sentence.ToString(CultureInfo.InvariantCulture);
            ranks[i] = plain.Rank(set.Questions[i].Text).ToList().IndexOf(right);
        });
        var score = new RankScore();
        foreach (var rank in ranks)
        {
            score.Add(rank);
        }

        return score;
    }

    private static void Report(bool json, RankScore plain, RankScore[] ranks, AnswerScore[] there, AnswerScore[] articleGone, AnswerScore[] sentenceGone)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                bm25 = new { plain.Recall1, plain.Recall5, plain.Mrr },
                halves = Enumerable.Range(0, 2).Select(half => new
                {
                    half, ranks[half].Recall1, ranks[half].Recall5, ranks[half].Mrr, asked = there[half].Asked, citedRight = there[half].Right, citedWrong = there[half].Wrong,
                    articleRemoved = articleGone[half].Answered, sentenceRemoved = sentenceGone[half].Answered, there[half].CalibrationError, there[half].Brier,
                }),
            }));
            return;
        }

        Write($"scorer check, plain BM25 0.9/0.4      {plain} (computed elsewhere: R@1 0.606, R@5 0.775, MRR 0.683)");
        for (var half = 0; half < 2; half++)
        {
            Write($"{Name(half)}");
            Write($"  Ask's ranking, all sentences        {ranks[half]} (goal R@1 0.64)");
            Write($"  over {AnsweringSet.OpenParagraphs} paragraphs, {there[half].Asked,5} questions cited right {there[half].Right:0.000}, cited wrong {there[half].Wrong:0.000}, refused {1 - there[half].Answered:0.000}");
            Write($"  article removed                     false answers {articleGone[half].Answered:0.000} (goal under 0.20)");
            Write($"  sentence removed                    false answers {sentenceGone[half].Answered:0.000}");
            Write($"  confidence                          calibration error {there[half].CalibrationError:0.000}, Brier {there[half].Brier:0.000}");
            foreach (var (count, confidence, right) in there[half].Tenths)
            {
                Write($"    said {confidence:0.00}   right {right:0.00}   of {count}");
            }
        }

        static string Name(int half) => half == 0 ? "first half (even questions; the weights were checked on these)" : "second half (odd questions; only measured)";

        static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The paragraphs of the set as stories of a suite.</summary>
    private sealed class ImportedParagraphs(Session session, AnsweringSet set)
    {
        private readonly Dictionary<string, int> _paragraphs = new(StringComparer.Ordinal);

        /// <summary>The community that they are in.</summary>
        public string Community { get; private set; } = "";

        /// <summary>Imports paragraphs, without one of their sentences if one is named, and waits until they can be found; false if that takes too long.</summary>
        public async Task<bool> ImportAsync(IEnumerable<int> paragraphs, int without)
        {
            var client = new ImportService.ImportServiceClient(session.Channel.Invoker);
            var fresh = new List<Freshness>();
            await EachAsync(session, paragraphs, async paragraph =>
            {
                var document = new Document { Content = ByteString.CopyFromUtf8(MarkdownOf(paragraph, without)), MediaType = "text/markdown", SourceUri = $"urn:answering:{paragraph}" };
                var response = await client.ImportStoryAsync(
                    new ImportStoryRequest { Document = document, Publish = true }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Deadline, cancellationToken: session.Cancel);
                return (paragraph, response.Story);
            }, imported =>
            {
                _paragraphs[imported.Story.Name] = imported.paragraph;
                Community = imported.Story.Community;
                fresh.Add(new Freshness { Story = imported.Story.Name, Etag = imported.Story.Etag });
            });
            var search = new SearchService.SearchServiceClient(session.Channel.Invoker);
            var started = TimeProvider.System.GetTimestamp();
            foreach (var version in fresh)
            {
                while (!await IsThereAsync(search, version))
                {
                    if (TimeProvider.System.GetElapsedTime(started) > Patience)
                    {
                        return false;
                    }
                }
            }

            return true;
        }

        /// <summary>Rank, from 0, of a sentence among cited ones; a part of it counts as it. -1 if it is not among them.</summary>
        public int RankOf(int sentence, IEnumerable<(string Story, string Text)> cited)
        {
            var right = Letters(set.Sentences[sentence]);
            var seen = new HashSet<(string, int)>();
            foreach (var (story, text) in cited)
            {
                var letters = Letters(text);
                var same = _paragraphs.TryGetValue(story, out var paragraph)
                    ? set.SentencesOf(paragraph).FirstOrDefault(own => Letters(set.Sentences[own]).Contains(letters, StringComparison.Ordinal), -1)
                    : -1;
                if (same == sentence || (paragraph == sentence / AnsweringSet.ParagraphLength && letters.Contains(right, StringComparison.Ordinal)))
                {
                    return seen.Count;
                }

                seen.Add((story, same));
            }

            return -1;
        }

        private async Task<bool> IsThereAsync(SearchService.SearchServiceClient search, Freshness version)
        {
            try
            {
                await search.SearchAsync(new SearchRequest { PageSize = 1, AtLeastAsFresh = version }, cancellationToken: session.Cancel);
                return true;
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable or StatusCode.FailedPrecondition or StatusCode.Aborted)
            {
                return false;
            }
        }

        private string MarkdownOf(int paragraph, int without)
        {
            var topics = set.IsOpen(paragraph) ? $"\ntopics: [\"open {AnsweringSet.PartOf(paragraph)}\"]" : "";
            var markdown = new StringBuilder($"---\ntitle: \"Part {paragraph}\"\nauthor: Answering set\ncommunity: {AskEvaluation.Community}\ndate: 2020-01-01{topics}\n---\n");
            foreach (var sentence in set.SentencesOf(paragraph).Where(sentence => sentence % AnsweringSet.ParagraphLength != without))
            {
                // Texts are tokenised and in lower case, so where a sentence ends can't be seen: each is a paragraph.
                markdown.Append('\n');
                foreach (var character in set.Sentences[sentence])
                {
                    // Nothing in the text is mark-up.
                    markdown.Append((char.IsAscii(character) && char.IsPunctuation(character)) || character is '<' or '>' or '`' or '|' or '~' or '+' or '=' or '^' or '$' ? "\\" : "").Append(character);
                }

                markdown.Append('\n');
            }

            return markdown.ToString();
        }

        private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit));
    }
}
