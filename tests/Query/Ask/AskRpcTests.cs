using Broadsheet.Query.V1;
using Google.Protobuf.WellKnownTypes;
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

    [Fact]
    public async Task Ask_filters_as_search_does()
    {
        var tower = Stories.Of("tower", "The tower", "", ("", ["The signal tower was built in 1911. The Harbour Trust keeps it."]));
        (tower.Creator, tower.Community, tower.Language) = ("creators/mary", "communities/towers", "en-GB");
        tower.Topics.Add("Harbours");
        tower.PublishTime = Timestamp.FromDateTime(new DateTime(2021, 5, 1, 0, 0, 0, DateTimeKind.Utc));
        _feed.Publish(tower);
        _feed.Publish(Stories.Simple("other", "Another", "The signal flag was sewn in 1950."));
        await _query.CaughtUpAsync(_feed);
        Action<AskRequest>[] passing =
        [
            request => request.Creator = "creators/mary",
            request => request.Creators.AddRange(["creators/ada", "creators/mary"]),
            request => request.Communities.Add("communities/towers"),
            request => request.Topic = "harbours",
            request => request.Topics.AddRange(["harbours", "ships"]),
            request => request.Language = "en",
            request => request.Languages.Add("en-gb"),
            request => request.Years.Add(2021),
            request => (request.PublishedFrom, request.PublishedBefore) = (Day(2021, 5, 1), Day(2021, 5, 2)),
            request => request.Entities.Add("harbour trust"),
            request => (request.Story, request.Topic) = ("stories/tower", "Harbours"),
        ];
        Action<AskRequest>[] failing =
        [
            request => request.Creator = "creators/ada",
            request => request.Creators.Add("creators/nobody"),
            request => request.Communities.Add("communities/geeks"),
            request => request.Topic = "ships",
            request => request.Language = "de",
            request => request.Years.Add(2024),
            request => request.PublishedFrom = Day(2021, 5, 2),
            request => request.PublishedBefore = Day(2021, 5, 1),
            request => request.Entities.Add("NATO"),
            request => (request.Story, request.Creator) = ("stories/tower", "creators/ada"),
        ];
        foreach (var filter in passing)
        {
            Assert.Equal("1911", (await AskAsync("When was the signal tower built?", filter)).Answers.FirstOrDefault()?.Text);
        }

        foreach (var filter in failing)
        {
            Assert.Empty((await AskAsync("When was the signal tower built?", filter)).Answers);
        }
    }

    [Fact]
    public async Task Ask_shows_who_agrees_who_differs_and_what_was_so_at_another_time()
    {
        _feed.Publish(Stories.Simple("one", "The Harbour Trust", "In 1902 the Harbour Trust had 9 member towns."));
        var two = Stories.Simple("two", "The Trust today", "The Harbour Trust now has 41 member towns.");
        two.PublishTime = Day(2020, 3, 1);
        _feed.Publish(two);
        var three = Stories.Simple("three", "Trusts of the coast", "The Harbour Trust now has 43 member towns.");
        three.PublishTime = Day(2023, 3, 1);
        _feed.Publish(three);
        _feed.Publish(Stories.Simple("four", "A bridge", "The harbour bridge was opened in 1932."));
        _feed.Publish(Stories.Simple("five", "Bridges", "The harbour bridge was opened in 1932, they say."));
        _feed.Publish(Stories.Simple("six", "More bridges", "The harbour bridge was opened in 1934."));
        await _query.CaughtUpAsync(_feed);

        var now = (await AskAsync("How many member towns does the Harbour Trust have?")).Answers[0];
        Assert.Equal(("43", 2023, false), (now.Text, now.AsOf.Year, now.AsOfStated));
        Assert.Equal([("41", 2020), ("9", 1902)], now.OtherTimes.Select(other => (other.Text, other.AsOf.Year)));
        Assert.Equal((0, 0), (now.Disagreeing, now.Agreeing));

        var then = (await AskAsync("How many member towns did the Harbour Trust have in 1902?")).Answers[0];
        Assert.Equal(("9", 1902, true), (then.Text, then.AsOf.Year, then.AsOfStated));

        var opened = (await AskAsync("When was the harbour bridge opened?")).Answers[0];
        Assert.Equal(("1932", 1, 1), (opened.Text, opened.Agreeing, opened.Disagreeing));
        Assert.Null(opened.AsOf);
        Assert.Equal("1932", Assert.Single(opened.AgreeingSentences).Text);
        var otherwise = Assert.Single(opened.DisagreeingSentences);
        Assert.Equal(("1934", "The harbour bridge was opened in 1934.", "stories/six"), (otherwise.Text, otherwise.Sentence, otherwise.Citation.Story));
    }

    [Fact]
    public async Task Ask_shows_what_was_considered_also_without_an_answer()
    {
        _feed.Publish(Stories.Simple("bridge", "The bridge", "The harbour bridge was opened in 1932. Ships pass below. The bridge is grey."));
        await _query.CaughtUpAsync(_feed);

        var refused = await AskAsync("Who painted the harbour bridge?", request => request.MaxPassages = 2);
        Assert.Equal(NoAnswerReason.NotStated, refused.NoAnswerReason);
        Assert.Equal(["The harbour bridge was opened in 1932.", "The bridge is grey."], refused.Passages.Select(passage => passage.Sentence));
        Assert.True(refused.Passages[0].Score > refused.Passages[1].Score);

        var words = await AskAsync("harbour", request => request.MaxPassages = 1);
        Assert.Equal((NoAnswerReason.QuestionNotUnderstood, 1), (words.NoAnswerReason, words.Passages.Count));
        Assert.Empty((await AskAsync("Who painted the harbour bridge?")).Passages);
    }

    [Fact]
    public async Task Ask_gives_nothing_less_sure_than_asked_for()
    {
        _feed.Publish(Stories.Simple("bridge", "The bridge", "The harbour bridge was opened in 1932."));
        await _query.CaughtUpAsync(_feed);
        var answer = (await AskAsync("When was the harbour bridge opened?")).Answers[0];

        Assert.NotEmpty((await AskAsync("When was the harbour bridge opened?", request => request.MinConfidence = answer.Confidence - 0.01)).Answers);
        var refused = await AskAsync("When was the harbour bridge opened?", request => request.MinConfidence = 1);
        Assert.Empty(refused.Answers);
        Assert.Equal(NoAnswerReason.TooUncertain, refused.NoAnswerReason);
    }

    [Theory]
    [InlineData("question")]
    [InlineData("story")]
    [InlineData("community")]
    [InlineData("creator")]
    [InlineData("max_answers")]
    [InlineData("max_passages")]
    [InlineData("min_confidence")]
    [InlineData("published_from")]
    [InlineData("years[0]")]
    [InlineData("topics")]
    [InlineData("at_least_as_fresh.etag")]
    public async Task Ask_bad_field_is_named(string field)
    {
        var request = new AskRequest { Question = "When?" };
        _ = field switch
        {
            "question" => request.Question = " ",
            "story" => request.Story = "bridge",
            "community" => request.Community = "geeks",
            "creator" => request.Creator = "ada",
            "max_answers" => request.MaxAnswers = -1,
            "max_passages" => request.MaxPassages = -1,
            "min_confidence" => request.MinConfidence = double.NaN,
            "published_from" => request.PublishedFrom = new Timestamp { Nanos = -1 },
            "at_least_as_fresh.etag" => (object)(request.AtLeastAsFresh = new Freshness { Story = "stories/bridge", Etag = "?" }),
            _ => "",
        };
        request.Years.AddRange(field == "years[0]" ? [0] : []);
        request.Topics.AddRange(field == "topics" ? Enumerable.Repeat("t", 101) : []);

        var (_, fields) = await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_FIELD", async () => await _query.Asking.AskAsync(request, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal([field], fields);
    }

    private static Timestamp Day(int year, int month, int day) => Timestamp.FromDateTime(new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc));

    private async Task<AskResponse> AskAsync(string question, Action<AskRequest>? change = null)
    {
        var request = new AskRequest { Question = question };
        change?.Invoke(request);
        return await _query.Asking.AskAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }
}
