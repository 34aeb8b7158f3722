using System.Collections.Frozen;

namespace Broadsheet.Query.Language;

/// <summary>Cuts a block of text into sentences.</summary>
internal static class Sentences
{
    // Never the end of a sentence.
    private static readonly FrozenSet<string> Titles = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "mr", "mrs", "ms", "dr", "prof", "st", "gen", "col", "capt", "cmdr", "lt", "sgt", "maj", "adm", "rev", "fr", "hon", "sen", "rep", "gov", "pres", "messrs", "mme", "mlle",
        "vs", "cf", "fig", "figs", "vol", "no", "nos", "pp", "ca", "e.g", "i.e", "viz", "al", "mt", "ft");

    // The end of one only if the next word could begin a sentence.
    private static readonly FrozenSet<string> Abbreviations = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "inc", "ltd", "co", "corp", "jr", "sr", "bros", "etc", "u.s", "u.k", "u.n", "e.u", "u.s.a", "d.c", "a.m", "p.m", "b.c", "a.d", "ph.d", "jan", "feb", "mar", "apr", "jun", "jul", "aug",
        "sep", "sept", "oct", "nov", "dec", "approx", "est", "dept", "univ", "ave", "blvd", "rd");

    private static readonly FrozenSet<string> Starters = FrozenSet.Create(
        StringComparer.Ordinal,
        "The", "A", "An", "He", "She", "It", "They", "We", "I", "You", "In", "On", "At", "But", "And", "So", "This", "That", "These", "Those", "His", "Her", "Its", "Their", "Our", "There", "When",
        "While", "For", "As", "After", "Before", "If", "Then", "However", "Although", "Since", "By", "From", "With", "No", "Not", "One", "Two", "Some", "Many", "Most", "Now", "Later", "What", "Who",
        "Why", "How", "Where", "Which", "Nobody", "Everybody", "Both", "Each", "All", "During", "Under", "Until", "Once");

    /// <summary>UTF-16 spans of the sentences, in order, without the space around them. A line break always ends one.</summary>
    public static List<(int Start, int End)> Split(ReadOnlySpan<char> block)
    {
        var spans = new List<(int, int)>();
        var start = 0;
        for (var i = 0; i < block.Length; i++)
        {
            if (block[i] == '\n')
            {
                Add(block, start, i, spans);
                start = i + 1;
            }
            else if (block[i] is '.' or '!' or '?' or '…' or '。' or '！' or '？')
            {
                var end = i + 1;
                while (end < block.Length && block[end] is '.' or '!' or '?' or '…')
                {
                    end++;
                }

                while (end < block.Length && block[end] is '"' or '”' or '’' or '\'' or ')' or ']' or '»')
                {
                    end++;
                }

                if (EndsSentence(block, i, end))
                {
                    Add(block, start, end, spans);
                    start = end;
                }

                i = end - 1;
            }
        }

        Add(block, start, block.Length, spans);
        return spans;
    }

    private static bool EndsSentence(ReadOnlySpan<char> block, int mark, int end)
    {
        if (block[mark] is '。' or '！' or '？' || end == block.Length)
        {
            return true;
        }

        if (!char.IsWhiteSpace(block[end]))
        {
            return LacksSpace(block, mark, end);
        }

        var next = end;
        while (next < block.Length && (char.IsWhiteSpace(block[next]) || block[next] is '"' or '“' or '‘' or '\'' or '(' or '['))
        {
            next++;
        }

        if (next == block.Length)
        {
            return true;
        }

        if (char.IsLower(block[next]))
        {
            return false;
        }

        if (block[mark] != '.')
        {
            return true;
        }

        var wordStart = mark;
        while (wordStart > 0 && (char.IsLetterOrDigit(block[wordStart - 1]) || (block[wordStart - 1] == '.' && wordStart > 1)))
        {
            wordStart--;
        }

        var word = block[wordStart..mark];
        if (Titles.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word))
        {
            return false;
        }

        // An initial ("J. Bruce") or an abbreviation ends the sentence only before a word that could begin one.
        var isInitial = word.Length == 1 && char.IsUpper(word[0]) && word[0] != 'I';
        if (!isInitial && !Abbreviations.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word))
        {
            return true;
        }

        var nextEnd = next;
        while (nextEnd < block.Length && char.IsLetter(block[nextEnd]))
        {
            nextEnd++;
        }

        return Starters.GetAlternateLookup<ReadOnlySpan<char>>().Contains(block[next..nextEnd]);
    }

    // "It ended the war.The treaty held.": a word in lower case, the mark and a capitalised word; "Node.Js" and "Main.Run" are names.
    private static bool LacksSpace(ReadOnlySpan<char> block, int mark, int end)
    {
        var start = mark;
        while (start > 0 && mark - start < 32 && char.IsLetter(block[start - 1]))
        {
            start--;
        }

        return mark - start >= 3 && char.IsLower(block[start]) && end + 1 < block.Length && char.IsUpper(block[end]) && char.IsLower(block[end + 1]);
    }

    private static void Add(ReadOnlySpan<char> text, int from, int to, List<(int, int)> spans)
    {
        while (from < to && char.IsWhiteSpace(text[from]))
        {
            from++;
        }

        while (to > from && char.IsWhiteSpace(text[to - 1]))
        {
            to--;
        }

        if (to > from)
        {
            spans.Add((from, to));
        }
    }
}
