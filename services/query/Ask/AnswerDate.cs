using Broadsheet.Query.Language;

namespace Broadsheet.Query.Ask;

/// <summary>When something that a sentence says was so.</summary>
/// <param name="Date">The date, as exactly as it is known.</param>
/// <param name="IsStated">True if the sentence gives it; false if it speaks of the present, which is the day it was published.</param>
internal sealed record AnswerDate(CalendarDate Date, bool IsStated)
{
    /// <summary>Later dates are larger.</summary>
    public int Key => (Date.Year * 10_000) + (Date.Month * 100) + Date.Day;

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
            return new AnswerDate(nearest.From, IsStated: true);
        }

        var isPresent = nearest is not null
            || (Array.Exists(read.Lower, word => word is "is" or "are" or "has" or "have" or "does" or "do") && !Array.Exists(read.Lower, word => word is "was" or "were" or "had" or "did"));
        return isPresent && sentence.Story.PublishTime?.ToDateTime() is { } day ? new AnswerDate(new CalendarDate(day.Year, day.Month, day.Day), IsStated: false) : null;
    }

    private static int Distance(TimeExpression time, Span span) => time.Start >= span.End ? time.Start - span.End : span.Start - time.End;
}
