using System.Globalization;
using System.Text;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Tests.Importing;

/// <summary>A credit as it stands on a page, and what it says.</summary>
internal sealed record GeneratedCredit(string Stated, string Creator, string Provider);

/// <summary>A paragraph, or the credit of a picture that stood there.</summary>
internal sealed record GeneratedBlock(string Text, GeneratedCredit? Credit);

internal sealed record GeneratedSection(string Heading, IReadOnlyList<GeneratedBlock> Blocks);

/// <summary>A story, and the ways in which a saved page can show it. The same seed gives the same page.</summary>
internal sealed partial class GeneratedPage
{
    private readonly Random _random;

    public GeneratedPage(int seed)
    {
        // Not for secrets: the pages must be the same in every run.
#pragma warning disable CA5394
        _random = new Random(seed);
        Captured = new DateTimeOffset(2020 + _random.Next(6), 1 + _random.Next(12), 1 + _random.Next(28), _random.Next(24), 0, 0, TimeSpan.Zero);
        Community = Pick(Communities);
        Title = Headline(3, 10) + Pick(["", "", "?", "!"]);
        Dek = _random.Next(3) == 0 ? "" : Pick([Sentence(4, 12), Headline(3, 8), Headline(3, 8) + "?"]);
        Creator = Pick(Creators);
        Biography = _random.Next(2) == 0 ? "" : Sentence(6, 20);
        StatedMinutes = _random.Next(5) == 0 ? 0 : 1 + _random.Next(40);
        Published = Pick(Phrases);
        Cover = _random.Next(3) == 0 ? null : Credit();
        var credits = _random.Next(5);
        var count = 1 + _random.Next(9);
        Sections = [.. Enumerable.Range(0, count).Select(index => Section(index == 0 && _random.Next(8) > 0, ref credits))];
    }

    public DateTimeOffset Captured { get; }

    public string Community { get; }

    public string Title { get; }

    public string Dek { get; }

    public string Creator { get; }

    public string Biography { get; }

    public int StatedMinutes { get; }

    public (string Words, Func<DateTimeOffset, DateTimeOffset> Earliest, Func<DateTimeOffset, DateTimeOffset> Latest) Published { get; }

    public GeneratedCredit? Cover { get; }

    public IReadOnlyList<GeneratedSection> Sections { get; }

    /// <summary>What an import of the page must give, in a form that shows the difference when it doesn't.</summary>
    public string Expected() => Describe(
        Title, Dek, Creator, Community, StatedMinutes, Published.Earliest(Captured), Published.Latest(Captured), Cover,
        Sections.Select(section => (section.Heading, section.Blocks.Select(Line))));

    /// <summary>The same form of an imported story.</summary>
    public static string Describe(Story story) => Describe(
        story.Title, story.Dek, story.CreatorDisplayName, story.CommunityDisplayName, story.StatedReadingMinutes,
        story.PublishTimeUncertainty?.Earliest.ToDateTimeOffset() ?? story.PublishTime?.ToDateTimeOffset(), story.PublishTime?.ToDateTimeOffset(),
        story.Cover?.Credit is { } cover ? new GeneratedCredit(cover.Stated, cover.Creator, cover.Provider) : null,
        story.Sections.Select(section => (section.Heading, section.Blocks.Select(Line))));

    private static string Describe(
        string title, string dek, string creator, string community, int minutes, DateTimeOffset? earliest, DateTimeOffset? latest, GeneratedCredit? cover,
        IEnumerable<(string Heading, IEnumerable<string> Blocks)> sections)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"title     {title}");
        text.AppendLine(CultureInfo.InvariantCulture, $"dek       {dek}");
        text.AppendLine(CultureInfo.InvariantCulture, $"creator   {creator}");
        text.AppendLine(CultureInfo.InvariantCulture, $"community {community}");
        text.AppendLine(CultureInfo.InvariantCulture, $"minutes   {minutes}");
        text.AppendLine(CultureInfo.InvariantCulture, $"published {earliest:u} to {latest:u}");
        text.AppendLine(CultureInfo.InvariantCulture, $"cover     {cover}");
        foreach (var (heading, blocks) in sections)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"# {heading}");
            foreach (var block in blocks)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  {block}");
            }
        }

        return text.ToString();
    }

    private static string Line(GeneratedBlock block) => block.Credit is { } credit ? $"[{credit}]" : block.Text;

    private static string Line(Block block) => block.ContentCase switch
    {
        Block.ContentOneofCase.Text => block.Text,
        Block.ContentOneofCase.Media => $"[{new GeneratedCredit(block.Media.Credit?.Stated ?? "", block.Media.Credit?.Creator ?? "", block.Media.Credit?.Provider ?? "")}]",
        _ => block.ToString(),
    };

    private GeneratedSection Section(bool isLead, ref int credits)
    {
        var blocks = new List<GeneratedBlock>();
        var paragraphs = 1 + _random.Next(4);
        for (var index = 0; index < paragraphs; index++)
        {
            // A credit right below the head could only be the cover's, so the lead begins with a paragraph.
            if (credits > 0 && index > 0 && _random.Next(3) == 0)
            {
                blocks.Add(new GeneratedBlock("", Credit()));
                credits--;
            }

            blocks.Add(new GeneratedBlock(_random.Next(4) == 0 ? Pick(LooksLikeFurniture).Replace("{w}", Pick(Nouns), StringComparison.Ordinal) : Paragraph(), null));
        }

        var heading = isLead ? "" : _random.Next(5) == 0 ? Pick(HeadingsLikeFurniture) : Headline(2, 9) + Pick(["", "", "?"]);
        return new GeneratedSection(heading, blocks);
    }

    private GeneratedCredit Credit()
    {
        var who = Pick(Photographers);
        var (wording, provider) = Pick(Wordings);
        return new GeneratedCredit(string.Format(CultureInfo.InvariantCulture, wording, who), who, provider);
    }

    private string Paragraph()
    {
        var text = string.Join(' ', Enumerable.Range(0, 1 + _random.Next(5)).Select(_ => Sentence(5, 18)));
        // A question that stands alone is a heading to any reader.
        return text.EndsWith('?') ? $"{text} {Sentence(5, 18).TrimEnd('?')}." : text;
    }

    private string Sentence(int least, int most)
    {
        var words = Words(least, most);
        words[0] = Capital(words[0]);
        return string.Join(' ', words) + Pick([".", ".", ".", "?", "!", " in 1955.", ", said the 12 witnesses.", "…"]);
    }

    private string Headline(int least, int most) => string.Join(' ', Words(least, most).Select(Capital));

    private string[] Words(int least, int most) =>
        [.. Enumerable.Range(0, least + _random.Next(most - least)).Select(_ => Pick(_random.Next(3) == 0 ? Small : Nouns))];

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
#pragma warning restore CA5394
}
