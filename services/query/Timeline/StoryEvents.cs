using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Broadsheet.Query.V1;
using Google.Type;

namespace Broadsheet.Query.Timeline;

/// <summary>The dated events of a story, as the timeline answers them.</summary>
internal static class StoryEvents
{
    /// <summary>One event for each date that a sentence gives, in reading order. Nothing finer than the words say is made up.</summary>
    public static List<DatedEvent> Of(StoredStory story, CodePoints text)
    {
        var events = new List<DatedEvent>();
        foreach (var section in story.Sentences.Where(sentence => !sentence.IsHeading).GroupBy(sentence => sentence.Section))
        {
            // A section is read as a whole: "in the same year" leans on the sentence before.
            var sentences = section.ToArray();
            var offset = text.ToUtf16(sentences[0].Start);
            var words = text.Text[offset..text.ToUtf16(sentences[^1].End)];
            var times = TimeExpressions.Find(words);
            var next = 0;
            foreach (var sentence in sentences)
            {
                var (start, end) = (text.ToUtf16(sentence.Start) - offset, text.ToUtf16(sentence.End) - offset);
                while (next < times.Count && times[next].Start < start)
                {
                    next++;
                }

                var inside = times.Skip(next).TakeWhile(time => time.End <= end).ToArray();
                AddEvents(story, sentence, words[start..end], words, inside, events);
            }
        }

        return events;
    }

    private static void AddEvents(StoredStory story, StoredSentence sentence, string text, string words, TimeExpression[] times, List<DatedEvent> events)
    {
        var first = events.Count;
        EntityReference[]? entities = null;
        for (var i = 0; i < times.Length; i++)
        {
            var time = times[i];
            if (!IsDated(time))
            {
                continue;
            }

            // "from 1914 to 1918" is one stretch of time, which the next expression ends.
            var last = time.OpensRange && i + 1 < times.Length ? times[++i] : time;
            var dated = new DatedEvent
            {
                Date = DateOf(time.From),
                EndDate = time.To is { } to ? DateOf(to) : null,
                Precision = time.OpensRange ? DatePrecision.Range : PrecisionOf(time.Precision),
                Text = text,
                Stated = words[time.Start..last.End],
                Sources = { new Citation { Story = story.Name, Revision = story.Revision, Section = story.Sections[sentence.Section].Id, Start = sentence.Start, End = sentence.End } },
            };

            // The same date said twice in one sentence is one event.
            if (!events.Skip(first).Any(other => other.Date.Equals(dated.Date) && other.Precision == dated.Precision))
            {
                entities ??= [.. Entities.Find(text).Select(entity => new EntityReference { Text = entity.Text, Type = entity.Type }).DistinctBy(entity => entity.Text)];
                dated.Entities.Add(entities.Select(entity => entity.Clone()));
                events.Add(dated);
            }
        }
    }

    // "About a year ago" gives no date, and neither does a month whose year nobody says ("from February to July").
    private static bool IsDated(TimeExpression time) =>
        time is { Type: TimeType.Date or TimeType.Time, From.Year: not 0 and >= -9999 and <= 9999, Origin: not DateOrigin.Assumed }
        && !(time.IsApproximate && time.Origin == DateOrigin.Counted);

    private static Date DateOf(CalendarDate date) => new() { Year = date.Year, Month = date.Month, Day = date.Day };

    private static DatePrecision PrecisionOf(Precision precision) => precision switch
    {
        Precision.Day => DatePrecision.Day,
        Precision.Month => DatePrecision.Month,
        Precision.Season => DatePrecision.Season,
        Precision.Decade => DatePrecision.Decade,
        Precision.Century => DatePrecision.Century,
        _ => DatePrecision.Year,
    };
}
