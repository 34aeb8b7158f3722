using Broadsheet.Query.V1;
using Citation = Broadsheet.Query.V1.Citation;

namespace Broadsheet.EndToEnd;

/// <summary>What the suite finds in, answers from and derives from the sample stories.</summary>
[Collection<SharedSamples>]
public sealed class SampleTests(SampleSuite samples, ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("questions.json", 57, 1, 60)]
    [InlineData("questions-held-out.json", 49, 3, 58)]
    public async Task Labelled_questions_are_answered_or_refused(string file, int leastRight, int mostWrong, int leastRefused)
    {
        var ask = new AskService.AskServiceClient(samples.Suite.Channel.Invoker);
        int right = 0, wrong = 0, wrongRefusals = 0, rightRefusals = 0, falseAnswers = 0;
        var fallen = new List<string>();
        foreach (var label in SampleSuite.Labels(file))
        {
            foreach (var question in label.Answered)
            {
                var response = await ask.AskAsync(new AskRequest { Question = question.Question }, cancellationToken: Cancel);
                var best = response.Answers.FirstOrDefault();
                if (best is null)
                {
                    wrongRefusals++;
                    output.WriteLine($"refused: {question.Question} ({response.NoAnswerReason})");
                    continue;
                }

                AssertCited(best.Sentence, best.Citation);
                if (question.Answers.Any(answer => Matches(best.Text, answer)))
                {
                    right++;
                }
                else
                {
                    wrong++;
                    output.WriteLine($"wrong: {question.Question} → {best.Text} “{best.Sentence}”");
                }
            }

            foreach (var question in label.Unanswered)
            {
                var response = await ask.AskAsync(new AskRequest { Question = question.Question }, cancellationToken: Cancel);
                if (response.Answers.Count == 0)
                {
                    Assert.NotEqual(NoAnswerReason.Unspecified, response.NoAnswerReason);
                    rightRefusals++;
                    continue;
                }

                falseAnswers++;
                output.WriteLine($"should refuse: {question.Question} → {response.Answers[0].Text} “{response.Answers[0].Sentence}”");
                if (question.Trap is not null && response.Answers.Any(answer => answer.Sentence.Contains(question.Trap, StringComparison.Ordinal)))
                {
                    fallen.Add(question.Question);
                }
            }
        }

        output.WriteLine($"{file}: {right} right, {wrong} wrong, {rightRefusals} right refusals, {wrongRefusals} wrong refusals, {falseAnswers} false answers");
        Assert.Empty(fallen);
        // Floors that only ever rise: a change of the analysis that loses answers is seen here.
        Assert.True(right >= leastRight, $"{right} right");
        Assert.True(wrong <= mostWrong, $"{wrong} wrong");
        Assert.True(rightRefusals >= leastRefused, $"{rightRefusals} right refusals");
    }

    [Fact]
    public async Task No_year_trap_becomes_a_dated_event()
    {
        var timeline = new TimelineService.TimelineServiceClient(samples.Suite.Channel.Invoker);
        var events = new List<DatedEvent>();
        var request = new ListDatedEventsRequest { PageSize = 200 };
        do
        {
            var page = await timeline.ListDatedEventsAsync(request, cancellationToken: Cancel);
            events.AddRange(page.Events);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        output.WriteLine($"{events.Count} dated events");
        Assert.All(events, dated => AssertCited(dated.Text, Assert.Single(dated.Sources)));
        foreach (var (trap, year) in new[]
        {
            ("room 2014", 2014), ("1,949 members", 1949), ("flight 1955", 1955), ("page 1990", 1990), ("1,066 pages", 1066), ("2008 kilograms", 2008),
            ("1955 Corn Street", 1955), ("ticket, number 1907", 1907), ("object 1982", 1982), ("lot 1920", 1920), ("box 1923", 1923), ("1,852 metres", 1852), ("1,752 pages", 1752),
        })
        {
            Assert.DoesNotContain(events, dated => dated.Text.Contains(trap, StringComparison.Ordinal) && dated.Date.Year == year);
        }

        var tram = Assert.Single(events, dated => dated.Text.StartsWith("The last tram ran on 17 October 1949", StringComparison.Ordinal));
        Assert.Equal((1949, 10, 17, DatePrecision.Day), (tram.Date.Year, tram.Date.Month, tram.Date.Day, tram.Precision));
        Assert.Contains(events, dated => dated.Precision == DatePrecision.Decade && dated.Date.Year == 1930);
        Assert.Contains(events, dated => dated.Date.Year == -45);
        Assert.Equal(events.Select(dated => (dated.Date.Year, dated.Date.Month, dated.Date.Day)).Order(), events.Select(dated => (dated.Date.Year, dated.Date.Month, dated.Date.Day)));
    }

    [Fact]
    public async Task Search_highlights_whole_sentences_at_their_offsets()
    {
        var search = new SearchService.SearchServiceClient(samples.Suite.Channel.Invoker);
        var response = await search.SearchAsync(new SearchRequest { Query = "\"ice patrol\"" }, cancellationToken: Cancel);
        Assert.True(response.TotalSize >= 2);
        var first = response.Results[0];
        Assert.NotEmpty(first.Highlights);
        foreach (var highlight in response.Results.SelectMany(result => result.Highlights.Select(highlight => (result, highlight))))
        {
            AssertCited(highlight.highlight.Text, new Citation { Story = highlight.result.Story, Start = highlight.highlight.Start, End = highlight.highlight.End });
            Assert.All(highlight.highlight.Matches, match => Assert.Contains("patrol", Cut(highlight.result.Story, match.Start, match.End), StringComparison.OrdinalIgnoreCase));
        }

        var filtered = await search.SearchAsync(new SearchRequest { Query = "titanic", Community = "communities/history" }, cancellationToken: Cancel);
        Assert.All(filtered.Results, result => Assert.Equal("communities/history", result.Community));
        Assert.True(filtered.TotalSize < (await search.SearchAsync(new SearchRequest { Query = "titanic" }, cancellationToken: Cancel)).TotalSize);
    }

    /// <summary>The offsets cut the sentence out of the story's plain text.</summary>
    private void AssertCited(string sentence, Citation citation) => Assert.Equal(sentence, Cut(citation.Story, citation.Start, citation.End));

    private string Cut(string story, int start, int end) =>
        string.Concat(samples.Stories.Single(candidate => candidate.Name == story).PlainText.EnumerateRunes().Skip(start).Take(end - start));

    private static bool Matches(string given, string acceptable)
    {
        static string Plain(string text) => text.Trim().TrimEnd('.').Replace("the ", "", StringComparison.OrdinalIgnoreCase).ToUpperInvariant();
        return Plain(given) == Plain(acceptable)
            // A longer date or name than asked for is right, a shorter one is right if the labels say so.
            || Plain(given).Split(' ', ',').Intersect(Plain(acceptable).Split(' ', ',')).Count() == Plain(acceptable).Split(' ', ',').Distinct().Count();
    }
}
