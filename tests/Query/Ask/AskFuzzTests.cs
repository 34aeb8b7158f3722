using Broadsheet.Query.V1;
using CsCheck;
using Grpc.Core;

namespace Broadsheet.Query.Tests.Ask;

/// <summary>Questions as nobody would ask them: each gets an answer, a reason, or a typed error, soon.</summary>
public sealed class AskFuzzTests : IAsyncLifetime
{
    private static readonly string[] Vocabulary =
    [
        "who", "When", "how many", "how much", "why", "where", "what", "is", "did", "was", "the", "of", "in", "NATO", "Harbour Trust", "harbour", "bridge", "opened", "1932", "in 1949", "the 1990s", "president",
        "members", "cost", "metres", "sank", "by", "Ida Brook", "because", "café", "Łódź", "日本",
    ];

    private static readonly Gen<string> Part = Gen.OneOf(
        OneOf(Vocabulary),
        OneOf(Vocabulary),
        OneOf("?", "??", "\"", "“", "-", "--", "*", "~2", "(", ")", "\\", ":", ";", ",", ".", "'", "'s", "’", "\0", "\u202E", "\u200F", "e\u0301", "\u0301\u0301\u0301", "👩‍🚀", "😀", "\uD83D", "שלום", "مرحبا", "\t\n", "$", "€5", "%"),
        Gen.String[Gen.Char['\u0001', '\uD7FF'], 0, 12],
        OneOf("a", "é", "1", "\u0301", "Who ").Select(Gen.Int[1, 300], static (text, count) => string.Concat(Enumerable.Repeat(text, count))));

    private static readonly Gen<string> Words = Part.Array[0, 14].Select(OneOf("", " "), static (parts, between) => string.Join(between, parts));

    private FeedServer _feed = null!;
    private QueryFixture _query = null!;

    public async ValueTask InitializeAsync()
    {
        _feed = await FeedServer.StartAsync();
        _query = await QueryFixture.StartAsync(_feed.Address);
        _feed.Publish(Stories.Of("bridge", "The harbour bridge 😀", "Who built it?", ("", ["The harbour bridge was opened in 1932 by Ida Brook. It cost 5 million dollars."]), ("How many members has NATO?", ["NATO now has 30 members. 日本 is none."])));
        _feed.Publish(Stories.Simple("odd", "\u202Eodd \u0301", "𝔗𝔥𝔢 café of Łódź was opened in 1949 because שלום 1932 people came 🎉.", "Who?", "...", "1949"));
        await _query.CaughtUpAsync(_feed);
    }

    public async ValueTask DisposeAsync()
    {
        await _query.DisposeAsync();
        await _feed.DisposeAsync();
        Directory.Delete(_query.Folder, recursive: true);
    }

    [Fact]
    public async Task Any_question_gets_an_answer_or_a_reason() => await Words.SampleAsync(
        async words =>
        {
            var request = new AskRequest { Question = Wellformed(words), MaxPassages = 80, MinConfidence = 0.01 };
            if (string.IsNullOrWhiteSpace(request.Question) || request.Question.Length > 1_000)
            {
                await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", async () => await _query.Asking.AskAsync(request));
                return;
            }

            var response = await _query.Asking.AskAsync(request, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(10));
            Assert.Equal(response.Answers.Count == 0, response.NoAnswerReason != NoAnswerReason.Unspecified);
            Assert.All(response.Answers, answer =>
            {
                Assert.InRange(answer.Confidence, 0, 1);
                Assert.InRange(answer.Start, answer.Citation.Start, answer.End);
                Assert.InRange(answer.End, answer.Start, answer.Citation.End);
                Assert.Contains(answer.Text, answer.Sentence, StringComparison.Ordinal);
            });
            Assert.Equal(response.Passages.Select(passage => passage.Score).OrderDescending(), response.Passages.Select(passage => passage.Score));
        },
        iter: 400,
        threads: 1);

    [Fact]
    public async Task Sentence_without_words_does_no_harm()
    {
        _feed.Publish(Stories.Of("dots", "Who Was Ida Brook?", "", ("Ida Brook", ["...", "She kept the light."])));
        await _query.CaughtUpAsync(_feed);
        var response = await _query.Asking.AskAsync(new AskRequest { Question = "When did Ida Brook of Łódź sink?" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(response.Answers);
    }

    [Fact]
    public async Task Oversized_questions_are_refused_by_name()
    {
        string[] hostile = [new('a', 1 << 20), string.Concat(Enumerable.Repeat("who is ", 10_000)), new('?', 100_000)];
        foreach (var question in hostile)
        {
            var (_, fields) = await RpcAssert.FailsAsync(
                StatusCode.InvalidArgument, "INVALID_FIELD", async () => await _query.Asking.AskAsync(new AskRequest { Question = question }, cancellationToken: TestContext.Current.CancellationToken));
            Assert.Equal(["question"], fields);
        }
    }

    [Fact]
    public async Task Largest_questions_are_answered_in_bounded_time()
    {
        string[] largest =
        [
            $"Who {string.Join(' ', Enumerable.Range(0, 300).Select(i => $"w{i}"))}"[..900] + "?",
            string.Concat(Enumerable.Repeat("Who a ", 166)),
            $"When did {string.Concat(Enumerable.Repeat("Ida Brook of the ", 57))}?",
            $"How many {string.Concat(Enumerable.Repeat("1949 ", 190))}?",
            new string('é', 999) + "?",
        ];
        foreach (var question in largest)
        {
            await _query.Asking.AskAsync(new AskRequest { Question = question }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(5), cancellationToken: TestContext.Current.CancellationToken);
        }
    }

    // Half a surrogate pair can't be sent as UTF-8.
    private static string Wellformed(string text) => new([.. text.Where(c => !char.IsSurrogate(c))]);

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
