namespace Broadsheet.Query.Language;

/// <summary>A stretch of a text: UTF-16 indexes, end exclusive.</summary>
/// <param name="Start">Index of the first character.</param>
/// <param name="End">Index after the last character.</param>
internal readonly record struct TextSpan(int Start, int End)
{
    /// <summary>UTF-16 length.</summary>
    public int Length => End - Start;

    /// <summary>The characters of this span.</summary>
    public string In(string text) => text.Substring(Start, Length);

    /// <summary>Whether <paramref name="other"/> lies wholly inside this span.</summary>
    public bool Contains(TextSpan other) => other.Start >= Start && other.End <= End;

    /// <summary>Whether the two spans share a character.</summary>
    public bool Overlaps(TextSpan other) => Start < other.End && other.Start < End;
}
