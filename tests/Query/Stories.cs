using System.Text;
using Broadsheet.Content.V1;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Query.Tests;

/// <summary>Makes stories as content would publish them.</summary>
public static class Stories
{
    /// <summary>
    /// A story from sections, each a heading (empty for the lead) and paragraphs. The offsets count code points, as
    /// the contract says.
    /// </summary>
    public static Story Of(string id, string title, string dek, params (string Heading, string[] Paragraphs)[] sections)
    {
        var story = new Story
        {
            Name = $"stories/{id}",
            Revision = 1,
            PublishedRevision = 1,
            State = StoryState.Published,
            Title = title,
            Dek = dek,
            Community = "communities/geeks",
            Creator = "creators/ada",
            Language = "en",
            PublishTime = Timestamp.FromDateTime(new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc)),
        };
        var text = new StringBuilder();
        var at = 0;
        for (var i = 0; i < sections.Length; i++)
        {
            var section = new Section { Id = i == 0 && sections[i].Heading.Length == 0 ? "lead" : $"section-{i}", Heading = sections[i].Heading };
            if (section.Heading.Length > 0)
            {
                section.Start = Append(section.Heading).Start;
            }

            foreach (var paragraph in sections[i].Paragraphs)
            {
                var (start, end) = Append(paragraph);
                section.Start = section.Heading.Length == 0 && section.Blocks.Count == 0 ? start : section.Start;
                section.Blocks.Add(new Block { Start = start, End = end, Text = paragraph });
            }

            section.End = at;
            story.Sections.Add(section);
        }

        story.PlainText = text.ToString();
        return story;

        (int Start, int End) Append(string part)
        {
            if (text.Length > 0)
            {
                text.Append("\n\n");
                at += 2;
            }

            var start = at;
            text.Append(part);
            at += part.EnumerateRunes().Count();
            return (start, at);
        }
    }

    public static Story Simple(string id, string title, params string[] paragraphs) => Of(id, title, "", ("", paragraphs));

    /// <summary>The text between two code points, as a client would cut it.</summary>
    public static string Cut(string plainText, int start, int end)
    {
        var runes = plainText.EnumerateRunes().ToArray();
        return string.Concat(runes[start..end].Select(rune => rune.ToString()));
    }
}
