using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Broadsheet.Query.V1;
using Google.Type;

namespace Broadsheet.Query.Timeline;

/// <summary>The dated events of a story, as the timeline answers them.</summary>
internal static class StoryEvents
{
    /// <summary>One event for each date that a sentence gives, in reading order. Nothing finer than the words say is made up.</summary>
    public static List<DatedEvent> Of(StoredStory story, CodePoints text, TextAnalysis language)
    {
        var events = new List<DatedEvent>();
        var (time, name) = (0, 0);
        for (var i = 0; i < story.Sentences.Count; i++)
        {
            var span = language.Sentences[i];
            var times = Inside(language.Times, ref time, span, static one => (one.Start, one.End));
            var names = Inside(language.Entities, ref name, span, static one => (one.Start, one.End));
            if (!story.Sentences[i].IsHeading && times.Count > 0)
            {
                AddEvents(story, story.Sentences[i], text.Text[span.Start..span.End], text.Text, times, names, events);
            }
        }

        return events;
    }

    // What lies in the sentence, of a list in reading order.
    private static List<T> Inside<T>(IReadOnlyList<T> found, ref int next, Language.TextSpan sentence, Func<T, (int Start, int End)> place)
    {
        var inside = new List<T>();
        while (next < found.Count && place(found[next]) is var (start, end) && start < sentence.End)
        {
            if (start >= sentence.Start && end <= sentence.End)
            {
                inside.Add(found[next]);
            }

            next++;
        }

        return inside;
    }

    private static void AddEvents(StoredStory story, StoredSentence sentence, string text, string words, List<TimeExpression> times, List<Entity> names, List<DatedEvent> events)
    {
        var first = events.Count;
        EntityReference[]? entities = null;
        for (var i = 0; i < times.Count; i++)
        {
            var time = times[i];
            if (!IsDated(time))
            {
                continue;
            }

            // "from 1914 to 1918" is one stretch of time, which the next expression ends.
            var last = time.OpensRange && i + 1 < times.Count ? times[++i] : time;
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
                entities ??= [.. names.Select(entity => new EntityReference { Text = entity.Text, Type = entity.Type }).DistinctBy(entity => entity.Text)];
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
