using Broadsheet.Query.V1;

namespace Broadsheet.Query.Tests.Ask;

/// <summary>What the story that the project starts from must answer. Skipped where it is missing.</summary>
public sealed class SeedQuestionsTests : IAsyncLifetime
{
    private FeedServer _feed = null!;
    private QueryFixture _query = null!;

    public async ValueTask InitializeAsync()
    {
        var story = SeedStory.Read();
        _feed = await FeedServer.StartAsync();
        _query = await QueryFixture.StartAsync(_feed.Address);
        _feed.Publish(story);
        await _query.CaughtUpAsync(_feed);
    }

    public async ValueTask DisposeAsync()
    {
        if (_query is not null)
        {
            await _query.DisposeAsync();
            await _feed.DisposeAsync();
            Directory.Delete(_query.Folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("When was NATO formed?", "1949")]
    [InlineData("How many countries founded NATO?", "12")]
    [InlineData("How many members does NATO have?", "30")]
    [InlineData("When was the Warsaw Pact formed?", "1955")]
    [InlineData("Who is the president of Ukraine?", "Volodymyr Zelensky")]
    public async Task Seed_story_answers(string question, string expected)
    {
        var response = await AskAsync(question);
        Assert.Equal(expected, response.Answers.FirstOrDefault()?.Text);
        Assert.Equal(0, response.Answers[0].Disagreeing);
    }

    [Fact]
    public async Task Seed_story_agrees_with_itself_on_the_year_of_founding()
    {
        var answer = (await AskAsync("When was NATO formed?")).Answers[0];
        Assert.InRange(answer.Agreeing, 1, 10);
        Assert.Equal(answer.Agreeing, answer.AgreeingSentences.Count);
        Assert.All(answer.AgreeingSentences, other => Assert.Contains("1949", other.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Seed_story_dates_its_number_of_members()
    {
        var answer = (await AskAsync("How many members does NATO have?")).Answers[0];
        // "Now" is the day of the story, which is known to about half a year.
        Assert.Equal((SeedStory.Earliest.Year, SeedStory.Earliest.Month, SeedStory.Earliest.Day), (answer.AsOf.Year, answer.AsOf.Month, answer.AsOf.Day));
        Assert.Equal((SeedStory.Latest.Year, SeedStory.Latest.Month, SeedStory.Latest.Day), (answer.AsOfEnd.Year, answer.AsOfEnd.Month, answer.AsOfEnd.Day));
        Assert.False(answer.AsOfStated);
        Assert.DoesNotContain(answer.DisagreeingSentences, other => other.Text.Contains("12", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("What is NATO's budget?")]
    [InlineData("When was NATO dissolved?")]
    [InlineData("Who is the president of France?")]
    public async Task Seed_story_does_not_answer(string question)
    {
        var response = await AskAsync(question);
        Assert.Empty(response.Answers.Select(answer => answer.Text));
        Assert.NotEqual(NoAnswerReason.Unspecified, response.NoAnswerReason);
    }

    private async Task<AskResponse> AskAsync(string question) =>
        await _query.Asking.AskAsync(new AskRequest { Question = question }, cancellationToken: TestContext.Current.CancellationToken);
}
