using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Broadsheet.EndToEnd;

/// <summary>The page that the suite starts from, through the gateway's JSON, as a user with curl has it.</summary>
public sealed class SeedPageTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Seed_page_is_imported_found_asked_and_dated()
    {
        var bytes = await File.ReadAllBytesAsync(SeedPage(), Cancel);
        await using var suite = await RunningSuite.StartAsync();
        object Request(bool validateOnly) => new
        {
            document = new { content = Convert.ToBase64String(bytes), mediaType = "text/plain", sourceUri = "https://example.com/seed", capturedAt = "2024-01-15T00:00:00Z" },
            publish = true,
            validateOnly,
        };

        // A suite in use: the code of searching has been compiled.
        await GetAsync(suite, "/v1/search?query=anything");
        await GetAsync(suite, "/v1/ask?question=When%20was%20it%20opened%3F");

        var trial = await PostAsync(suite, "/v1/stories:import", Request(validateOnly: true));
        AssertSeed(trial.GetProperty("story"));
        Assert.Empty(await suite.AllStoriesAsync());

        var imported = await PostAsync(suite, "/v1/stories:import", Request(validateOnly: false));
        var since = Stopwatch.StartNew();
        var story = imported.GetProperty("story");
        AssertSeed(story);
        var name = story.GetProperty("name").GetString()!;

        JsonElement found;
        do
        {
            found = await GetAsync(suite, "/v1/search?query=warsaw%20pact");
        }
        while (found.GetProperty("results").GetArrayLength() == 0 && since.Elapsed < TimeSpan.FromSeconds(20));
        output.WriteLine($"found {since.Elapsed.TotalMilliseconds:0} ms after the import was answered");
        var result = Assert.Single(found.GetProperty("results").EnumerateArray());
        Assert.Equal(name, result.GetProperty("story").GetString());
        Assert.Contains("Warsaw Pact", result.GetProperty("highlights")[0].GetProperty("text").GetString(), StringComparison.Ordinal);

        var plainText = story.GetProperty("plainText").GetString()!.EnumerateRunes().ToArray();
        foreach (var (question, expected) in new[]
        {
            ("When was NATO formed?", "1949"), ("When was the Warsaw Pact formed?", "1955"),
            ("Who is the president of Ukraine?", "Volodymyr Zelensky"), ("How many countries founded NATO?", "12"), ("How many members does NATO have?", "30"),
        })
        {
            var answer = (await GetAsync(suite, $"/v1/ask?question={Uri.EscapeDataString(question)}")).GetProperty("answers").EnumerateArray().FirstOrDefault();
            Assert.True(answer.ValueKind == JsonValueKind.Object, $"{question} is refused");
            Assert.Equal(expected, answer.GetProperty("text").GetString());
            var citation = answer.GetProperty("citation");
            Assert.Equal(name, citation.GetProperty("story").GetString());
            Assert.Equal(1, citation.GetProperty("revision").GetInt32());
            Assert.NotEmpty(citation.GetProperty("section").GetString()!);
            var (start, end) = (citation.GetProperty("start").GetInt32(), citation.GetProperty("end").GetInt32());
            Assert.Equal(answer.GetProperty("sentence").GetString(), string.Concat(plainText[start..end]));
        }

        var refused = await GetAsync(suite, $"/v1/ask?question={Uri.EscapeDataString("What is NATO's budget?")}");
        Assert.Equal(0, refused.GetProperty("answers").GetArrayLength());
        Assert.StartsWith("NO_ANSWER_REASON_", refused.GetProperty("noAnswerReason").GetString(), StringComparison.Ordinal);
        Assert.NotEqual("NO_ANSWER_REASON_UNSPECIFIED", refused.GetProperty("noAnswerReason").GetString());

        var events = (await GetAsync(suite, $"/v1/timeline?story={name}")).GetProperty("events").EnumerateArray().ToArray();
        Assert.Equal([1949, 1955, 1990, 1991, 2008, 2014], events.Select(dated => dated.GetProperty("date").GetProperty("year").GetInt32()).Distinct());
        Assert.All(events, dated => Assert.Equal("DATE_PRECISION_YEAR", dated.GetProperty("precision").GetString()));

        var again = await PostAsync(suite, "/v1/stories:import", Request(validateOnly: false));
        Assert.Equal("IMPORT_OUTCOME_UNCHANGED", again.GetProperty("outcome").GetString());
        Assert.Equal(name, again.GetProperty("story").GetProperty("name").GetString());
        Assert.Single(await suite.AllStoriesAsync());
    }

    private static void AssertSeed(JsonElement story)
    {
        string Text(string field) => story.GetProperty(field).GetString()!;
        Assert.Equal("What Is The Reason For Russia's Enmity With NATO?", Text("title"));
        Assert.Equal("What is NATO's relationship with Russia?", Text("dek"));
        Assert.Equal("Mehedi Hasan Shawon", Text("creatorDisplayName"));
        Assert.Equal("Geeks", Text("communityDisplayName"));
        Assert.Equal(4, story.GetProperty("statedReadingMinutes").GetInt32());
        // 980 words at 238 a minute and two images: 4.5 minutes.
        Assert.Equal(5, story.GetProperty("readingMinutes").GetInt32());
        Assert.Equal("2023-01-15T00:00:00Z", Text("publishTime"));
        var bounds = story.GetProperty("publishTimeUncertainty");
        Assert.Equal(
            ("2022-07-15T00:00:00Z", "2023-01-15T00:00:00Z", "about a year ago"),
            (bounds.GetProperty("earliest").GetString(), bounds.GetProperty("latest").GetString(), bounds.GetProperty("stated").GetString()));
        var sections = story.GetProperty("sections").EnumerateArray().ToArray();
        Assert.Equal("", sections[0].GetProperty("heading").GetString());
        Assert.Equal(2, sections[0].GetProperty("blocks").GetArrayLength());
        Assert.Equal(
            [
                "What is NATO and why was it formed?", "What is Russia's current conflict with Ukraine and NATO?", "What else is Russia worried about?",
                "The role of NATO in the past on the question of Russia and Ukraine", "NATO's role in Ukraine", "Russia's concern",
            ],
            sections[1..].Select(section => section.GetProperty("heading").GetString()));
        Assert.Equal(
            [("Marek Studzinski", "Unsplash"), ("Edoardo Ceriani", "Unsplash")],
            story.GetProperty("media").EnumerateArray().Select(media => media.GetProperty("credit")).Select(credit => (credit.GetProperty("creator").GetString(), credit.GetProperty("provider").GetString())));
        var body = Text("plainText");
        foreach (var furniture in new[] { "Geeks logo", "Unsplash", "min read", "About the Creator", "Reader insights", "Sign in", "Creatd", "Find us", "What Is The Reason", "There are no comments" })
        {
            Assert.DoesNotContain(furniture, body, StringComparison.Ordinal);
        }
    }

    private static async Task<JsonElement> PostAsync(RunningSuite suite, string path, object body)
    {
        using var response = await suite.Http.PostAsJsonAsync(path, body, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<JsonElement> GetAsync(RunningSuite suite, string path)
    {
        using var response = await suite.Http.GetAsync(path, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static string SeedPage([CallerFilePath] string self = "")
    {
        var folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(self)!, "../../../shared/seed"));
        var page = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "000_*.txt").FirstOrDefault() : null;
        Assert.SkipWhen(page is null, "the seed page is not beside this repository (../shared/seed)");
        return page!;
    }
}
