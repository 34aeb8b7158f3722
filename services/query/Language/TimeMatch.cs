namespace Broadsheet.Query.Language;

/// <summary>What kind of expression the grammar matched.</summary>
internal enum TimeKind
{
    /// <summary>Year, month, day, season in any combination.</summary>
    Calendar,
    Decade,
    Century,

    /// <summary>An amount of a unit before or after another date.</summary>
    Offset,

    /// <summary>"that year", "the next day", "last month".</summary>
    Period,
    Weekday,

    /// <summary>"now", "recently", "the future".</summary>
    Reference,
    Duration,
    Set,

    /// <summary>A time of day.</summary>
    Clock,
}

/// <summary>A unit of time, from short to long.</summary>
internal enum TimeUnit
{
    None,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Season,
    Year,
    Decade,
    Century,
    Millennium,
}

/// <summary>Where a relative expression counts from.</summary>
internal enum TimeOrigin
{
    /// <summary>The day of publication ("ago", "last year").</summary>
    Publication,

    /// <summary>The date that the text spoke of before ("later", "that year").</summary>
    Narrative,
}

/// <summary>What the grammar found, not yet resolved. Token indexes, end exclusive.</summary>
internal sealed record TimeMatch(TimeKind Kind, int First, int End)
{
    /// <summary>Negative = BC, 0 = not said.</summary>
    public int Year { get; init; }

    public int Month { get; init; }

    public int Day { get; init; }

    /// <summary>SP, SU, FA, WI, or a half or quarter (H1, Q3).</summary>
    public string? Season { get; init; }

    public TimeUnit Unit { get; init; }

    /// <summary>Number of units; negative = not said ("several years").</summary>
    public double Amount { get; init; }

    /// <summary>-1 before, 0 the same, 1 after.</summary>
    public int Direction { get; init; }

    public TimeOrigin Origin { get; init; }

    /// <summary>Value of a reference or set; TIMEX3 part of day or clock time of a clock match.</summary>
    public string? Literal { get; init; }

    /// <summary>1 Monday to 7 Sunday.</summary>
    public int Weekday { get; init; }

    public bool IsApproximate { get; init; }

    public bool IsBc { get; init; }

    /// <summary>The year is to be taken from a relative year ("July of that year").</summary>
    public bool OfNarrativeYear { get; init; }

    /// <summary>This match opens a range that the next match closes.</summary>
    public bool OpensRange { get; init; }
}
