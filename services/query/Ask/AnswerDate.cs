using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;

namespace Broadsheet.Query.Ask;

/// <summary>When something that a sentence says was so.</summary>
/// <param name="Date">The date, as exactly as it is known; empty if the sentence speaks of a present that nobody dates.</param>
/// <param name="IsStated">True if the sentence gives it; false if it speaks of the present, which is the day it was published.</param>
internal sealed record AnswerDate(CalendarDate Date, bool IsStated)
{
    /// <summary>The last day that it can be, where the publish time is known within bounds; else empty.</summary>
    public CalendarDate End { get; private init; }

    /// <summary>Later dates are larger.</summary>
    public int Key => KeyOf(End.IsEmpty ? Date : End);

    // The last year of a stretch of time that the sentence gives.
    private int LastYear { get; init; } = Date.Year;

    /// <summary>True if the sentence says it for those years.</summary>
    public bool Covers(IReadOnlyList<int> years) => years.All(year => Date.Year <= year && year <= LastYear);

    /// <summary>When a part of a sentence was so; null if the sentence speaks of a past that it does not date.</summary>
    public static AnswerDate? Of(FoundSentence sentence, Span span)
    {
        var read = sentence.Read;
        TimeExpression? nearest = null;
        foreach (var time in read.Times.Where(time => (!time.From.IsEmpty && time.From.Year != 0) || time.Value == "PRESENT_REF"))
        {
            if ((time.Start >= span.End || time.End <= span.Start) && (nearest is null || Distance(time, span) < Distance(nearest, span)))
            {
                nearest = time;
            }
        }

        if (nearest is not null && nearest.Value != "PRESENT_REF")
        {
            return new AnswerDate(nearest.From, IsStated: true) { LastYear = nearest.To?.Year ?? nearest.From.Year };
        }

        var isPresent = nearest is not null
            || (Array.Exists(read.Lower, word => word is "is" or "are" or "has" or "have" or "does" or "do") && !Array.Exists(read.Lower, word => word is "was" or "were" or "had" or "did"));
        if (!isPresent)
        {
            return null;
        }

        var days = PublishDays.Of(sentence.Story.PublishTime, sentence.Story.PublishTimeUncertainty);
        return new AnswerDate(Day(days.Earliest), IsStated: false) { End = days.Earliest == days.Latest ? default : Day(days.Latest) };
    }

    private static CalendarDate Day(DateOnly? day) => day is { } known ? new CalendarDate(known.Year, known.Month, known.Day) : default;

    private static int KeyOf(CalendarDate date) => (date.Year * 10_000) + (date.Month * 100) + date.Day;

    private static int Distance(TimeExpression time, Span span) => time.Start >= span.End ? time.Start - span.End : span.Start - time.End;
}
