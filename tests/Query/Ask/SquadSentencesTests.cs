using Broadsheet.Cli.Evaluation;
using Broadsheet.Query.Tests.Language;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.Tests.Ask;

/// <summary>
/// Asks, through the contract, questions that were written for one sentence each over 240 paragraphs. Texts are in lower
/// case, so names are not recognised as such. <c>broadsheet eval ask</c> measures the whole set.
/// </summary>
public sealed class SquadSentencesTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Every = 8;

    // Floors that only ever rise; plain BM25 has 0.68 first.
    private const double LeastFirst = 0.70;
    private const double LeastRight = 0.57;
    private const double MostWrong = 0.12;
    private const double MostFalse = 0.08;
    private const double MostUnsure = 0.08;

    private FeedServer _feed = null!;
    private QueryFixture _query = null!;

    public async ValueTask InitializeAsync()
    {
        _feed = await FeedServer.StartAsync();
        _query = await QueryFixture.StartAsync(_feed.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _query.DisposeAsync();
        await _feed.DisposeAsync();
        Directory.Delete(_query.Folder, recursive: true);
    }

    [Fact]
    public async Task Ask_cites_the_right_sentence_and_refuses_without_the_article()
    {
        var set = AnsweringSet.Read(SharedData.Require("eval", AnsweringSet.Folder));
        foreach (var paragraph in Enumerable.Range(0, set.Paragraphs).Where(set.IsOpen))
        {
            var story = Stories.Simple($"p{paragraph}", "Part", [.. set.SentencesOf(paragraph).Select(sentence => set.Sentences[sentence])]);
            story.Topics.Add($"part {AnsweringSet.PartOf(paragraph)}");
            _feed.Publish(story);
        }

        await _query.CaughtUpAsync(_feed);
        var (ranks, there, gone) = (new RankScore(), new AnswerScore(), new AnswerScore());
        var parts = Enumerable.Range(0, AnsweringSet.PartOf(set.Paragraphs) + 1).ToArray();
        foreach (var (text, sentence) in set.Questions.Where((question, i) => set.IsOpen(question.Sentence / AnsweringSet.ParagraphLength) && i % Every == 0))
        {
            var right = set.Sentences[sentence];
            var asked = await AskAsync(text, parts);
            ranks.Add(asked.Passages.Select(passage => passage.Sentence).ToList().FindIndex(cited => right.Contains(cited, StringComparison.Ordinal)));
            there.Add(asked.Answers.FirstOrDefault()?.Confidence, asked.Answers.Count > 0 && right.Contains(asked.Answers[0].Sentence, StringComparison.Ordinal));
            var part = AnsweringSet.PartOf(sentence / AnsweringSet.ParagraphLength);
            gone.Add((await AskAsync(text, parts.Where(other => Math.Abs(other - part) > 1))).Answers.FirstOrDefault()?.Confidence, false);
        }

        output.WriteLine($"{there.Asked} questions: {ranks}; cited right {there.Right:0.000}, wrong {there.Wrong:0.000}; article removed: {gone.Answered:0.000} answered; calibration error {there.CalibrationError:0.000}, Brier {there.Brier:0.000}");
        Assert.True(ranks.Recall1 >= LeastFirst, "first");
        Assert.True(there.Right >= LeastRight, "right");
        Assert.True(there.Wrong <= MostWrong, "wrong");
        Assert.True(gone.Answered <= MostFalse, "false");
        Assert.True(there.CalibrationError <= MostUnsure, "confidence");
    }

    private async Task<AskResponse> AskAsync(string question, IEnumerable<int> parts) => await _query.Asking.AskAsync(
        new AskRequest { Question = question, MaxAnswers = 1, MaxPassages = 80, Topics = { parts.Select(part => $"part {part}") } },
        cancellationToken: TestContext.Current.CancellationToken);
}
