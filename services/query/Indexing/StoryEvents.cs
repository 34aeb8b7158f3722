using System.Globalization;
using System.Text.RegularExpressions;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.Indexing;

/// <summary>The dated events of a story, as the timeline answers them.</summary>
internal static partial class StoryEvents
{
    /// <summary>One event for each time expression that gives a date, in reading order.</summary>
    public static List<DatedEvent> Of(StoredStory story, CodePoints text)
    {
        var events = new List<DatedEvent>();
        foreach (var sentence in story.Sentences.Where(sentence => !sentence.IsHeading))
        {
            var words = text.Cut(sentence.Start, sentence.End);
            foreach (Match match in Year().Matches(words))
            {
                events.Add(new DatedEvent
                {
                    Date = new() { Year = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) },
                    Precision = DatePrecision.Year,
                    Text = words,
                    Stated = match.Value,
                    Sources = { new Citation { Story = story.Name, Revision = story.Revision, Section = story.Sections[sentence.Section].Id, Start = sentence.Start, End = sentence.End } },
                });
            }
        }

        return events;
    }

    [GeneratedRegex(@"\b[Ii]n ([12]\d{3})\b", RegexOptions.NonBacktracking)]
    private static partial Regex Year();
}
