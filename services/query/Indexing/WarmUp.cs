using Broadsheet.Content.V1;
using Broadsheet.Query.Ask;
using Broadsheet.Query.Search;
using Broadsheet.Query.Timeline;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// Takes a made-up story the way of every story once, from the feed to each kind of answer, beside the index. The first
/// time takes half a second longer than all others, and nobody who publishes or asks should wait for that.
/// </summary>
internal static class WarmUp
{
    private const string Sentence = "The harbour bridge was opened by Queen Anna in 1932 with 12 arches.";
    private const string Heading = "What is the bridge made of?";

    /// <summary>Runs in a folder of its own, which it removes.</summary>
    public static void Run(string folder, TimeProvider time, ILogger logger)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        using (var index = StoryIndex.Open(folder, time, logger))
        {
            index.Apply([new Change { Resource = "stories/warm-up", Version = 1, Story = Story() }], "");
            index.Refresh();
            index.Commit();
            using var reading = index.Read();
            StorySearch.Search(reading, new SearchRequest { Query = "bridges \"harbour bridge\" -tunnel" });
            StorySearch.Search(reading, new SearchRequest { Query = "harbuor", Explain = true, Facets = { FacetField.Community, FacetField.Topic } });
            StorySuggestions.Suggest(reading, new SuggestRequest { Prefix = "brid" });
            DatedEventSearch.List(reading, new ListDatedEventsRequest());
            StoryAnswers.Ask(reading, new AskRequest { Question = "When was the harbour bridge opened?" });
            reading.Contents.Summarize();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static Story Story() => new()
    {
        Name = "stories/warm-up",
        Revision = 1,
        Title = "A bridge",
        Community = "communities/warm-up",
        Creator = "creators/warm-up",
        Language = "en",
        PlainText = $"{Sentence}\n\n{Heading}\n\n{Sentence}",
        Sections =
        {
            new Section { Id = "lead", End = Sentence.Length, Blocks = { new Block { End = Sentence.Length, Text = Sentence } } },
            new Section
            {
                Id = "material",
                Heading = Heading,
                Start = Sentence.Length + 2,
                End = (2 * Sentence.Length) + Heading.Length + 4,
                Blocks =
                {
                    new Block { Start = Sentence.Length + Heading.Length + 4, End = (2 * Sentence.Length) + Heading.Length + 4, Text = Sentence },
                },
            },
        },
    };
}
