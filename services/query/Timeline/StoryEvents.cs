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
            if (time.From.Year is 0 or < -9999)
            {
                continue;
            }

            var dated = new DatedEvent
            {
                Date = DateOf(time.From),
                EndDate = time.To is { } to ? DateOf(to) : null,
                Precision = time is { Precision: Precision.Year, To: not null } ? DatePrecision.Range : PrecisionOf(time.Precision),
                Text = text,
                Stated = words[time.Start..time.End],
                Sources = { new Citation { Story = story.Name, Revision = story.Revision, Section = story.Sections[sentence.Section].Id, Start = sentence.Start, End = sentence.End } },
            };
            if (i + 1 < times.Length && IsRange(words, time, times[i + 1]))
            {
                dated.EndDate = DateOf(times[i + 1].From);
                dated.Precision = DatePrecision.Range;
                dated.Stated = words[time.Start..times[i + 1].End];
                i++;
            }

            // The same date said twice in one sentence is one event.
            if (!events.Skip(first).Any(other => other.Date.Equals(dated.Date) && other.Precision == dated.Precision))
            {
                entities ??= [.. Entities.Find(text).Select(entity => new EntityReference { Text = entity.Text, Type = entity.Type }).DistinctBy(entity => entity.Text)];
                dated.Entities.Add(entities.Select(entity => entity.Clone()));
                events.Add(dated);
            }
        }
    }

    /// <summary>"from 1914 to 1918", "between 1977 and 1980", "July 1957 to December 1958": one stretch of time.</summary>
    private static bool IsRange(string words, TimeExpression one, TimeExpression other)
    {
        if (one.Precision != other.Precision || one.Precision is not (Precision.Year or Precision.Month or Precision.Day) || other.From.Year == 0 || Key(one.From) >= Key(other.From))
        {
            return false;
        }

        var between = words.AsSpan(one.End, other.Start - one.End).Trim();
        return between is "to" or "–" or "—" or "-" or "until" or "till" or "through"
            || (between is "and" && words.AsSpan(0, one.Start).TrimEnd().EndsWith("between", StringComparison.OrdinalIgnoreCase));

        static int Key(CalendarDate date) => (date.Year * 400) + (date.Month * 32) + date.Day;
    }

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
