using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Broadsheet.Query.V1;
using Google.Type;
using TextSpan = Broadsheet.Query.Language.TextSpan;

namespace Broadsheet.Query.Timeline;

/// <summary>The dated events of a story, as the timeline answers them, with what they are merged by.</summary>
internal sealed class StoryEvents
{
    // A sentence with more is a table or was made to be one; each event keeps its sentence whole.
    private const int MostDates = 30;

    private readonly StoredStory _story;
    private readonly CodePoints _text;
    private readonly TextAnalysis _language;
    private readonly long _published;
    private readonly EventClauses _clauses;
    private readonly EventModalities _modalities;
    private readonly Dictionary<string, string[]> _names;
    private readonly List<(DatedEvent Dated, EventSignature Signature)> _events = [];

    private StoryEvents(StoredStory story, CodePoints text, TextAnalysis language, PublishDays published)
    {
        _story = story;
        _text = text;
        _language = language;
        _published = published.Latest is { } day ? DateKey.End(new Date { Year = day.Year, Month = day.Month, Day = day.Day }) : long.MaxValue;
        _clauses = new EventClauses(language);
        _modalities = new EventModalities(language, _clauses);
        _names = language.Entities.Where(entity => entity.Key.Length > 0).GroupBy(entity => entity.Key, StringComparer.Ordinal).ToDictionary(
            group => group.Key,
            group => group.Select(entity => EntityId.Of(EntityKeys.Of(entity.Text))).Append(EntityId.Of(group.Key)).Distinct(StringComparer.Ordinal).ToArray(),
            StringComparer.Ordinal);
    }

    /// <summary>One event for each date that a sentence gives, in reading order. Nothing finer than the words say is made up.</summary>
    public static List<(DatedEvent Dated, EventSignature Signature)> Of(StoredStory story, CodePoints text, TextAnalysis language, PublishDays published)
    {
        var events = new StoryEvents(story, text, language, published);
        var (time, name) = (0, 0);
        for (var i = 0; i < story.Sentences.Count; i++)
        {
            var span = language.Sentences[i];
            var times = Inside(language.Times, ref time, span, static one => (one.Start, one.End));
            var names = Inside(language.Entities, ref name, span, static one => (one.Start, one.End));
            if (!story.Sentences[i].IsHeading && times.Count > 0)
            {
                events.Add(story.Sentences[i], span, times, names);
            }
        }

        return events._events;
    }

    // What lies in the sentence, of a list in reading order.
    private static List<T> Inside<T>(IReadOnlyList<T> found, ref int next, TextSpan sentence, Func<T, (int Start, int End)> place)
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

    private void Add(StoredSentence sentence, TextSpan span, List<TimeExpression> times, List<Entity> names)
    {
        var dates = new List<(TimeExpression From, TimeExpression Last)>();
        for (var i = 0; i < times.Count && dates.Count < MostDates; i++)
        {
            // "from 1914 to 1918" is one stretch of time, which the next expression ends.
            var time = times[i];
            if (IsDated(time))
            {
                dates.Add((time, time.OpensRange && i + 1 < times.Count ? times[++i] : time));
            }
        }

        if (dates.Count == 0)
        {
            return;
        }

        var clauses = _clauses.Split(span, [.. dates.Select(date => new TextSpan(date.From.Start, date.Last.End))]);
        var first = _events.Count;
        for (var i = 0; i < dates.Count; i++)
        {
            var (time, last) = dates[i];
            var clause = clauses[i];
            var dated = new DatedEvent
            {
                Date = DateOf(time.From),
                EndDate = time.To is { } to ? DateOf(to) : null,
                Precision = time.OpensRange ? DatePrecision.Range : PrecisionOf(time.Precision),
                Text = _text.Text[span.Start..span.End],
                Stated = _text.Text[time.Start..last.End],
                Sources = { new Citation { Story = _story.Name, Revision = _story.Revision, Section = _story.Sections[sentence.Section].Id, Start = sentence.Start, End = sentence.End } },
            };

            // The same date said twice in one sentence is one event.
            if (_events.Skip(first).Any(other => other.Dated.Date.Equals(dated.Date) && other.Dated.Precision == dated.Precision && Equals(other.Dated.EndDate, dated.EndDate)))
            {
                continue;
            }

            // "NATO in 1949 and the Warsaw Pact in 1955" has one verb for both.
            (dated.Modality, dated.Teller) = _modalities.Of(clause.Verb < 0 && i > 0 ? clause with { Verb = clauses[i - 1].Verb } : clause, _clauses.TokenAt(span.Start), DateKey.Begin(dated.Date) > _published);
            dated.Entities.Add(names.DistinctBy(name => name.Text).Select(name => new EntityReference
            {
                Text = name.Text, Type = name.Type, Entity = EntityId.NameOf(name.Key), DisplayName = name.Name,
            }));
            _events.Add((dated, Sign(dated, clause, i > 0 ? clauses[i - 1] : null, names, time.Origin == DateOrigin.Stated)));
        }
    }

    private EventSignature Sign(DatedEvent dated, EventClause clause, EventClause? before, List<Entity> names, bool isStated)
    {
        var (action, subject, theme) = _clauses.Read(clause);
        if (clause.Verb < 0 && string.IsNullOrEmpty(action) && before is { Verb: >= 0 } shared)
        {
            // The verb is left out where it is the one before: "and the Warsaw Pact in 1955".
            (action, theme) = (_clauses.Read(shared).Action, _clauses.Gap(clause));
        }

        var key = KeyOf(action ?? "", subject, theme);
        if (key.Length == 0)
        {
            key = Words(clause);
        }

        // What did not happen or is only planned never stands with what happened.
        var told = dated.Modality is EventModality.Happened or EventModality.Claimed ? "" : dated.Modality.ToString() + " ";
        var length = dated.Sources[0].End - dated.Sources[0].Start;
        var quality = 60 + (dated.Modality == EventModality.Happened ? 80 : 0) + (isStated ? 40 : 0) + (theme.IsEntity || subject.IsEntity ? 20 : 0)
            + (Math.Min(names.Count, 4) * 5) + (length is >= 40 and <= 220 ? 20 : length > 400 ? -20 : 0);
        return new EventSignature(
            key.Length > 0 ? told + key : "", told.Length == 0 && theme.IsEntity && EventWords.IsOnce(action ?? "") && !key.StartsWith('~'), dated.Modality, Math.Clamp(quality, 0, 255),
            [.. names.Where(name => name.Key.Length > 0).SelectMany(name => _names[name.Key]).Distinct(StringComparer.Ordinal)]);
    }

    private static string KeyOf(string action, NounPhrase subject, NounPhrase theme)
    {
        if (action.Length == 0)
        {
            return "";
        }

        if (EventWords.IsByTheme(action))
        {
            return theme.IsEntity ? $"{action}|{theme.Key}" : "";
        }

        // Who did it and to whom must both be known, or one of them alone be there.
        return (subject, theme) switch
        {
            ({ IsEntity: true }, { IsEntity: true } or { Key.Length: 0 }) or ({ Key.Length: 0 }, { IsEntity: true }) => $"{action}|{subject.Key}|{theme.Key}",
            _ => "",
        };
    }

    // A clause that says nothing clearer is the same only in the same words.
    private string Words(EventClause clause)
    {
        var words = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = clause.Begin; i < clause.End; i++)
        {
            var token = _language.Tokens[i];
            if ((i < clause.DateFirst || i >= clause.DateEnd) && token.Kind == TokenKind.Word && token.Lower.Length > 2 && !EventWords.Prepositions.Contains(token.Lower) && !EventWords.Determiners.Contains(token.Lower) && !EventWords.Auxiliaries.Contains(token.Lower) && !EventWords.Marks.Contains(token.Lower))
            {
                words.Add(Stems.Of(token.Lower));
            }
        }

        return words.Count >= 4 ? "~" + string.Join(' ', words) : "";
    }

    // "About a year ago" gives no date, and neither does a month whose year nobody says ("from February to July").
    private static bool IsDated(TimeExpression time) =>
        time is { Type: TimeType.Date or TimeType.Time, From.Year: not 0 and >= -9999 and <= 9999, Origin: not DateOrigin.Assumed }
        && !(time.IsApproximate && time.Origin == DateOrigin.Counted);

    /// <summary>The date in a reply.</summary>
    public static Date DateOf(CalendarDate date) => new() { Year = date.Year, Month = date.Month, Day = date.Day };

    /// <summary>How exact a date is, in a reply; a year at least.</summary>
    public static DatePrecision PrecisionOf(Precision precision) => precision switch
    {
        Precision.Day => DatePrecision.Day,
        Precision.Month => DatePrecision.Month,
        Precision.Season => DatePrecision.Season,
        Precision.Decade => DatePrecision.Decade,
        Precision.Century => DatePrecision.Century,
        _ => DatePrecision.Year,
    };
}
