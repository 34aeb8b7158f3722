namespace Broadsheet.Query.Language;

/// <summary>A stretch of a text in UTF-16 units, end exclusive; <see cref="Indexing.CodePoints"/> turns it into what the contract counts.</summary>
/// <param name="Start">UTF-16 position.</param>
/// <param name="End">One past the last.</param>
internal readonly record struct TextSpan(int Start, int End)
{
    /// <summary>Number of UTF-16 units.</summary>
    public int Length => End - Start;

    /// <summary>The words of the span.</summary>
    public string Of(string text) => text[Start..End];

    /// <summary>True if the position is inside.</summary>
    public bool Contains(int position) => position >= Start && position < End;

    /// <summary>True if the spans share a position.</summary>
    public bool Overlaps(TextSpan other) => Start < other.End && other.Start < End;
}
