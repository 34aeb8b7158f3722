using Broadsheet.Query.V1;
using Grpc.Core;

namespace Broadsheet.Query.Tests.Ask;

public sealed class AskRpcTests : IAsyncLifetime
{
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
    public async Task Ask_cites_the_sentence_and_the_answer_by_code_points()
    {
        var story = Stories.Of("bridge", "𝔗he bridge 😀", "", ("", ["😀 Ships pass."]), ("History", ["People waited long 🎉. The harbour bridge was opened in 1932."]));
        _feed.Publish(story);
        await _query.CaughtUpAsync(_feed);

        var answer = (await AskAsync("When was the harbour bridge opened?")).Answers[0];

        Assert.Equal("1932", answer.Text);
        Assert.Equal("The harbour bridge was opened in 1932.", answer.Sentence);
        Assert.Equal(("stories/bridge", 1, "section-1"), (answer.Citation.Story, answer.Citation.Revision, answer.Citation.Section));
        Assert.Equal(answer.Sentence, Stories.Cut(story.PlainText, answer.Citation.Start, answer.Citation.End));
        Assert.Equal(answer.Text, Stories.Cut(story.PlainText, answer.Start, answer.End));
    }

    [Fact]
    public async Task Ask_answers_from_what_is_published_only_and_within_the_filters()
    {
        _feed.Publish(Stories.Simple("bridge", "The bridge", "The harbour bridge was opened in 1932."));
        await _query.CaughtUpAsync(_feed);
        const string Question = "When was the harbour bridge opened?";

        Assert.NotEmpty((await AskAsync(Question, request => request.Story = "stories/bridge")).Answers);
        Assert.NotEmpty((await AskAsync(Question, request => request.Community = "communities/geeks")).Answers);
        Assert.Equal(NoAnswerReason.NothingRelevant, (await AskAsync(Question, request => request.Story = "stories/other")).NoAnswerReason);
        Assert.Equal(NoAnswerReason.NothingRelevant, (await AskAsync(Question, request => request.Community = "communities/other")).NoAnswerReason);

        _feed.Publish(Stories.Simple("bridge", "The bridge", "The harbour bridge was opened in 1934."));
        await _query.CaughtUpAsync(_feed);
        Assert.Equal("1934", (await AskAsync(Question)).Answers[0].Text);

        _feed.Remove("stories/bridge");
        await _query.CaughtUpAsync(_feed);
        var gone = await AskAsync(Question);
        Assert.Empty(gone.Answers);
        Assert.Equal(NoAnswerReason.NothingRelevant, gone.NoAnswerReason);
    }

    [Theory]
    [InlineData("question")]
    [InlineData("story")]
    [InlineData("community")]
    [InlineData("max_answers")]
    public async Task Ask_bad_field_is_named(string field)
    {
        var request = new AskRequest { Question = field == "question" ? " " : "When?" };
        (request.Story, request.Community, request.MaxAnswers) = field switch
        {
            "story" => ("bridge", "", 0),
            "community" => ("", "geeks", 0),
            "max_answers" => ("", "", -1),
            _ => ("", "", 0),
        };

        var (_, fields) = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_FIELD", async () => await _query.Asking.AskAsync(request, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal([field], fields);
    }

    private async Task<AskResponse> AskAsync(string question, Action<AskRequest>? change = null)
    {
        var request = new AskRequest { Question = question };
        change?.Invoke(request);
        return await _query.Asking.AskAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }
}
