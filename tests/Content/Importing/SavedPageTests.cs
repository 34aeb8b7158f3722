using System.Text.Json;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Tests.Importing;

/// <summary>Whole pages: the seed page, and the samples of the repository.</summary>
public sealed class SavedPageTests
{
    public static TheoryData<string> Samples => [.. Manifest().Select(entry => entry.GetProperty("file").GetString()!)];

    [Fact]
    public void Seed_page_gives_the_story_without_its_furniture()
    {
        var folder = SharedFiles.Folder("seed");
        var page = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "000_*.txt").FirstOrDefault() : null;
        Assert.SkipWhen(page is null, "the seed page is not beside this repository (../shared/seed)");

        var imported = Importer.Import(File.ReadAllBytes(page!), captured: new DateTimeOffset(2024, 1, 15, 0, 0, 0, TimeSpan.Zero));

        var story = imported.Story;
        Assert.Equal("What Is The Reason For Russia's Enmity With NATO?", story.Title);
        Assert.Equal("What is NATO's relationship with Russia?", story.Dek);
        Assert.Equal(("Mehedi Hasan Shawon", "Geeks", 4), (story.CreatorDisplayName, story.CommunityDisplayName, story.StatedReadingMinutes));
        Assert.Equal(new DateTimeOffset(2022, 7, 15, 0, 0, 0, TimeSpan.Zero), story.PublishTimeUncertainty.Earliest.ToDateTimeOffset());
        Assert.Equal(new DateTimeOffset(2023, 1, 15, 0, 0, 0, TimeSpan.Zero), story.PublishTimeUncertainty.Latest.ToDateTimeOffset());
        Assert.Equal(story.PublishTimeUncertainty.Latest, story.PublishTime);
        Assert.Equal("about a year ago", story.PublishTimeUncertainty.Stated);
        Assert.Equal(["", "What is NATO and why was it formed?", "What is Russia's current conflict with Ukraine and NATO?", "What else is Russia worried about?",
            "The role of NATO in the past on the question of Russia and Ukraine", "NATO's role in Ukraine", "Russia's concern"], story.Sections.Select(section => section.Heading));
        Assert.Equal([2, 1, 3, 2, 2, 4, 1], story.Sections.Select(section => section.Blocks.Count));
        Assert.Equal(("Marek Studzinski", "Unsplash"), (story.Cover.Credit.Creator, story.Cover.Credit.Provider));
        var media = Assert.Single(story.Sections.SelectMany(section => section.Blocks), block => block.ContentCase == Block.ContentOneofCase.Media);
        Assert.Same(media, story.Sections[5].Blocks[2]);
        Assert.Equal(("Edoardo Ceriani", "Unsplash", "By Edoardo Ceriani on Unsplash"), (media.Media.Credit.Creator, media.Media.Credit.Provider, media.Media.Credit.Stated));
        Assert.All(imported.Diagnostics, diagnostic => Assert.Equal("FURNITURE_DROPPED", diagnostic.Code));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Sample_has_all_that_its_source_has(string file)
    {
        var entry = Manifest().Single(entry => entry.GetProperty("file").GetString() == file);
        var captured = entry.GetProperty("capturedAt").GetDateTimeOffset();
        var source = File.ReadAllText(Path.Combine(SharedFiles.Root(), "samples", file));

        var imported = Importer.Import(source, entry.GetProperty("mediaType").GetString()!, captured);

        var story = imported.Story;
        Assert.All([story.Title, story.Dek, story.CreatorDisplayName, story.CommunityDisplayName], text => Assert.InRange(text.Length, 3, 120));
        Assert.NotNull(story.PublishTime);
        Assert.True(story.PublishTime.ToDateTimeOffset() <= captured);
        Assert.Equal(file.EndsWith(".txt", StringComparison.Ordinal), story.PublishTimeUncertainty is not null && story.StatedReadingMinutes > 0);
        var headings = file[file.LastIndexOf('.')..] switch
        {
            ".md" => source.Split('\n').Count(line => line.StartsWith("## ", StringComparison.Ordinal)),
            ".html" => source.Split("<aside")[0].Split("<h2>").Length - 1,
            _ => story.Sections.Count - 1,
        };
        Assert.InRange(headings, 4, 8);
        Assert.Equal(headings, story.Sections.Count(section => section.Heading.Length > 0));
        Assert.All(story.Sections, section => Assert.NotEmpty(section.Blocks));
        var credits = story.Sections.SelectMany(section => section.Blocks).Where(block => block.Media is not null).Select(block => block.Media.Credit).ToList();
        if (story.Cover is not null)
        {
            credits.Add(story.Cover.Credit);
        }

        Assert.NotEmpty(credits);
        Assert.All(credits, credit => Assert.Matches(@"^\p{Lu}[\p{L}.' -]+$", credit.Creator));
        var body = string.Join('\n', story.Sections.SelectMany(section => section.Blocks).Select(block => block.Text));
        Assert.All(["Broadsheet Samples", "Keep reading", "Over 2,000 creators", "Tracked in", "<"], furniture => Assert.DoesNotContain(furniture, body, StringComparison.Ordinal));
        Assert.Equal([], imported.Diagnostics.Select(diagnostic => diagnostic.Code).Where(code => code is not ("FURNITURE_DROPPED" or "LINKS_DROPPED")));
    }

    private static JsonElement[] Manifest()
    {
        var path = Path.Combine(SharedFiles.Root(), "samples", "manifest.json");
        return [.. JsonDocument.Parse(File.ReadAllText(path)).RootElement.EnumerateArray()];
    }
}
