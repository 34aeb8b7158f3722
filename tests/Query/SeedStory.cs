using Broadsheet.Content.V1;
using Broadsheet.Query.Tests.Language;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Query.Tests;

/// <summary>The story that the project starts from, with its sections, as the import gives it. Tests skip where it is missing.</summary>
internal static class SeedStory
{
    /// <summary>"About a year ago" before the capture, as the page says.</summary>
    public static readonly DateTime Earliest = new(2022, 11, 20, 0, 0, 0, DateTimeKind.Utc);

    public static readonly DateTime Latest = new(2023, 5, 20, 0, 0, 0, DateTimeKind.Utc);

    public static Story Read()
    {
        var page = File.ReadAllText(Directory.GetFiles(SharedData.Require("seed"), "*.txt").Single());
        var blocks = page.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var sections = new List<(string Heading, List<string> Paragraphs)>();
        foreach (var block in blocks.SkipWhile(block => block.Length < 120).TakeWhile(block => block != "About the Creator"))
        {
            if (sections.Count == 0)
            {
                sections.Add(("", []));
            }

            if (block.EndsWith("Unsplash", StringComparison.Ordinal))
            {
                continue;
            }

            if (block.Length < 100)
            {
                sections.Add((block, []));
            }
            else
            {
                sections[^1].Paragraphs.Add(block);
            }
        }

        var story = Stories.Of("seed", blocks[1], blocks[2], [.. sections.Select(section => (section.Heading, section.Paragraphs.ToArray()))]);
        story.PublishTime = Timestamp.FromDateTime(Latest);
        story.PublishTimeUncertainty = new PublishTimeUncertainty { Earliest = Timestamp.FromDateTime(Earliest), Latest = Timestamp.FromDateTime(Latest), Stated = "about a year ago" };
        return story;
    }
}
