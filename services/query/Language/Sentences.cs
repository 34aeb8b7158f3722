using System.Collections.Frozen;

namespace Broadsheet.Query.Language;

/// <summary>
/// Cuts a text into sentences. A blank line always ends a sentence; a line that is a heading or a list item is one of
/// its own. Linear in the length of the text.
/// </summary>
internal static class Sentences
{
    private const int LongestAbbreviation = 16;

    // A line shorter than this that is followed by a new line was not wrapped for width: it is a heading or a list item.
    private const int ShortestWrappedLine = 40;

    // Never the end of a sentence, since a name or an example follows.
    private static readonly FrozenSet<string> Leading = FrozenSet.ToFrozenSet(
        ["dr", "mr", "mrs", "ms", "mx", "prof", "gen", "sen", "rep", "gov", "st", "lt", "col", "capt", "cpt", "sgt", "cmdr",
         "adm", "maj", "rev", "hon", "pres", "fr", "sr", "vs", "cf", "eg", "e.g", "i.e", "viz", "approx", "ca", "al", "ed",
         "eds", "mt", "ft", "supt", "det", "messrs", "mme", "mlle"],
        StringComparer.OrdinalIgnoreCase);

    // Followed by a number they point at something; otherwise they are ordinary ends.
    private static readonly FrozenSet<string> BeforeNumber = FrozenSet.ToFrozenSet(
        ["no", "nos", "fig", "figs", "vol", "pp", "p", "ch", "sec", "art", "jan", "feb", "mar", "apr", "jun", "jul", "aug",
         "sep", "sept", "oct", "nov", "dec", "c", "v"],
        StringComparer.OrdinalIgnoreCase);

    // May end a sentence or not: they do when a word follows that starts sentences.
    private static readonly FrozenSet<string> Ambiguous = FrozenSet.ToFrozenSet(
        ["u.s", "u.k", "u.n", "e.u", "u.s.a", "u.s.s.r", "inc", "ltd", "co", "corp", "jr", "etc", "a.m", "p.m", "b.c", "a.d",
         "b.c.e", "c.e", "ph.d", "d.c", "bros", "dept", "est", "mfg", "assn", "ave", "blvd", "rd"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Starters = FrozenSet.ToFrozenSet(
        ["The", "A", "An", "It", "Its", "He", "She", "They", "We", "You", "I", "This", "That", "These", "Those", "There", "His",
         "Her", "Their", "Our", "My", "In", "On", "At", "By", "For", "From", "To", "With", "After", "Before", "During", "Since",
         "Until", "When", "While", "Where", "Why", "How", "What", "Who", "Which", "If", "Although", "Though", "Because", "But",
         "And", "Or", "So", "Yet", "However", "Moreover", "Meanwhile", "Instead", "Then", "Today", "Now", "Later", "Even",
         "Some", "Many", "Most", "Several", "All", "Both", "One", "Two", "As", "Once", "No", "Not", "Also", "Under", "Over"],
        StringComparer.Ordinal);

    /// <summary>The sentences of a text, in order, not overlapping, without white space at their ends.</summary>
    public static List<TextSpan> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sentences = new List<TextSpan>();
        var start = 0;
        var lineStart = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\n' or '\u2028' or '\u2029')
            {
                if (EndsAtNewLine(text, lineStart, i))
                {
                    Add(sentences, text, start, i);
                    start = i + 1;
                }

                lineStart = i + 1;
            }
            else if (IsTerminal(c))
            {
                var end = AfterClosing(text, i + 1);
                if (IsEnd(text, i, end))
                {
                    Add(sentences, text, start, end);
                    start = end;
                }

                // White space that belongs to the run of closing marks may hold no line feed, so none is skipped.
                i = end - 1;
            }
        }

        Add(sentences, text, start, text.Length);
        return sentences;
    }

    private static bool EndsAtNewLine(string text, int lineStart, int at)
    {
        var next = at + 1;
        while (next < text.Length && text[next] is ' ' or '\t' or '\r')
        {
            next++;
            if (next - at > ShortestWrappedLine)
            {
                return true;
            }
        }

        if (next >= text.Length || text[next] == '\n' || text[at] == '\u2029')
        {
            return true;
        }

        return at - lineStart < ShortestWrappedLine || text[next] is '•' or '*' or '#' or '-' or '–' || char.IsAsciiDigit(text[next]) && text[at - 1] is '.' or ':' or ';';
    }

    private static int AfterClosing(string text, int at)
    {
        while (at < text.Length && (IsTerminal(text[at]) || text[at] is '"' or '\'' or '”' or '’' or '»' or ')' or ']'))
        {
            at++;
        }

        return at;
    }

    private static bool IsEnd(string text, int terminal, int end)
    {
        if (end >= text.Length)
        {
            return true;
        }

        if (text[terminal] is '。' or '！' or '？' or '؟' or '।')
        {
            return true;
        }

        if (!char.IsWhiteSpace(text[end]))
        {
            return IsMissingSpace(text, terminal, end);
        }

        var next = end;
        while (next < text.Length && next - end < 64 && (char.IsWhiteSpace(text[next]) || IsOpening(text[next])))
        {
            if (text[next] == '\n' && next + 1 < text.Length && text[next + 1] == '\n')
            {
                return true;
            }

            next++;
        }

        if (next >= text.Length)
        {
            return true;
        }

        if (char.IsLower(text[next]))
        {
            return false;
        }

        if (text[terminal] != '.' || end - terminal > 1)
        {
            return true;
        }

        return !IsAbbreviation(text, terminal, next);
    }

    // "…ended the war.The treaty…": a word in lower case, the stop, and a capitalised word of at least two letters.
    private static bool IsMissingSpace(string text, int terminal, int end) =>
        terminal >= 3 && end + 1 < text.Length
        && char.IsLower(text[terminal - 1]) && char.IsLower(text[terminal - 2]) && char.IsLower(text[terminal - 3])
        && char.IsUpper(text[end]) && char.IsLower(text[end + 1]);

    private static bool IsAbbreviation(string text, int terminal, int next)
    {
        var start = terminal;
        while (start > 0 && terminal - start <= LongestAbbreviation && (char.IsLetter(text[start - 1]) || text[start - 1] == '.'))
        {
            start--;
        }

        var word = text.AsSpan(start, terminal - start);
        if (word.Length is 0 or > LongestAbbreviation)
        {
            return false;
        }

        var leading = Leading.GetAlternateLookup<ReadOnlySpan<char>>();
        var ambiguous = Ambiguous.GetAlternateLookup<ReadOnlySpan<char>>();
        var beforeNumber = BeforeNumber.GetAlternateLookup<ReadOnlySpan<char>>();
        if (leading.Contains(word))
        {
            return true;
        }

        if (beforeNumber.Contains(word) && char.IsAsciiDigit(text[next]))
        {
            return true;
        }

        // An initial ("J. Smith") or a point inside letters ("U.S. forces"); a letter that ends a name ("Plan B. The …") is not.
        var initial = word.Length == 1 && char.IsUpper(word[0]) || word.Contains('.');
        return (initial || ambiguous.Contains(word)) && !StartsSentence(text, next);
    }

    private static bool StartsSentence(string text, int at)
    {
        var end = at;
        while (end < text.Length && end - at < LongestAbbreviation && char.IsLetter(text[end]))
        {
            end++;
        }

        return Starters.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text.AsSpan(at, end - at));
    }

    private static bool IsTerminal(char c) => c is '.' or '!' or '?' or '…' or '。' or '！' or '？' or '؟' or '।' or '‼' or '⁇';

    private static bool IsOpening(char c) => c is '"' or '\'' or '“' or '‘' or '«' or '(' or '[' or '—' or '–' or '-';

    private static void Add(List<TextSpan> sentences, string text, int start, int end)
    {
        while (start < end && (char.IsWhiteSpace(text[start]) || char.IsControl(text[start])))
        {
            start++;
        }

        while (end > start && (char.IsWhiteSpace(text[end - 1]) || char.IsControl(text[end - 1])))
        {
            end--;
        }

        if (end > start)
        {
            sentences.Add(new TextSpan(start, end));
        }
    }
}
