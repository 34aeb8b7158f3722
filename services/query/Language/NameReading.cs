namespace Broadsheet.Query.Language;

/// <summary>A name before its kind is known. Token indexes, end exclusive.</summary>
/// <param name="First">Its first token.</param>
/// <param name="End">The token after its last.</param>
/// <param name="Text">Its words as written.</param>
/// <param name="IsTitled">A title stands before it.</param>
internal readonly record struct NameSpan(int First, int End, string Text, bool IsTitled);

/// <summary>What a whole text says about capitals: where sentences begin, which are headings, which words are names elsewhere.</summary>
internal sealed class NameReading
{
    private readonly bool[] _starts;
    private readonly bool[] _headings;
    private readonly HashSet<string> _capitalised = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lower = new(StringComparer.Ordinal);

    public NameReading(string text, List<Token> tokens)
    {
        Text = text;
        Tokens = tokens;
        _starts = new bool[tokens.Count];
        _headings = new bool[tokens.Count];
        var next = 0;
        foreach (var (start, end) in Sentences.Split(text))
        {
            while (next < tokens.Count && tokens[next].Start < start)
            {
                next++;
            }

            var first = next;
            int words = 0, upper = 0;
            while (next < tokens.Count && tokens[next].Start < end)
            {
                if (tokens[next].Kind == TokenKind.Word)
                {
                    words++;
                    upper += IsUpper(next) || tokens[next].Lower is "a" or "an" or "the" or "of" or "in" or "on" or "at" or "to" or "for" or "and" or "or" or "by" or "with" or "from" or "as" or "vs" ? 1 : 0;
                }

                next++;
            }

            var heading = words > 4 && upper == words && text[end - 1] != '.';
            var begun = false;
            for (var i = first; i < next; i++)
            {
                _headings[i] = heading;
                if (tokens[i].Kind != TokenKind.Word)
                {
                    // A quotation or a colon begins anew.
                    begun = begun && tokens[i].Text is not ("“" or "\"" or ":" or "•");
                    continue;
                }

                _starts[i] = !begun;
                begun = true;
                if (!IsUpper(i))
                {
                    _lower.Add(tokens[i].Lower);
                }
                else if (!_starts[i] && !heading && tokens[i].Text.Length <= 40)
                {
                    _capitalised.Add(tokens[i].Text);
                }
            }
        }
    }

    public string Text { get; }

    public List<Token> Tokens { get; }

    /// <summary>The first word of a sentence or quotation.</summary>
    public bool IsStart(int i) => _starts[i];

    /// <summary>In a line of which every word is capitalised.</summary>
    public bool InHeading(int i) => _headings[i];

    /// <summary>Capitalised inside a sentence somewhere, and nowhere in lower case.</summary>
    public bool IsNameElsewhere(string word) => _capitalised.Contains(word) && !_lower.Contains(word.ToLowerInvariant());

    /// <summary>In lower case somewhere in the text.</summary>
    public bool IsCommon(string word) => _lower.Contains(word.ToLowerInvariant());

    public bool IsUpper(int i) => i >= 0 && i < Tokens.Count && Tokens[i].Kind == TokenKind.Word && Tokens[i].IsCapitalised;

    public bool IsMark(int i, string mark) => i >= 0 && i < Tokens.Count && Tokens[i].Kind == TokenKind.Symbol && Tokens[i].Text == mark;

    /// <summary>No space before the token.</summary>
    public bool IsGlued(int i) => i > 0 && i < Tokens.Count && Tokens[i - 1].End == Tokens[i].Start;

    /// <summary>The word; empty for another token, and for one longer than a name can be.</summary>
    public string Word(int i) => i >= 0 && i < Tokens.Count && Tokens[i].Kind is TokenKind.Word && Tokens[i].Text.Length <= 40 ? Tokens[i].Text : "";

    /// <summary>A line break or a wide gap keeps two tokens out of one name.</summary>
    public bool IsApart(int i) => Tokens[i].Start - Tokens[i - 1].End > 1 || (Tokens[i].Start > Tokens[i - 1].End && Text[Tokens[i - 1].End] is '\n' or '\r' or '\t');

    /// <summary>Another capitalised word that can be a name's part follows at once.</summary>
    public bool NextIsName(int i) =>
        IsUpper(i + 1) && !IsApart(i + 1) && !NameWords.Months.Contains(Word(i + 1)) && !NameWords.FunctionWords.Contains(Word(i + 1))
        || (IsMark(i + 1, ".") && Tokens[i].Text.Length <= 4 && IsGlued(i + 1) && IsUpper(i + 2) && !IsApart(i + 2) && (Tokens[i].Text.Length == 1 || NameWords.Titles.Contains(Tokens[i].Text)));

    /// <summary>Quotation marks right before and after the tokens.</summary>
    public bool IsQuoted(int first, int end) => first > 0 && Tokens[first - 1].Text is "\"" or "“" or "‘" && end < Tokens.Count
        && (Tokens[end].Text is "\"" or "”" or "’" || (Tokens[end].Text is "," or "." && end + 1 < Tokens.Count && Tokens[end + 1].Text is "\"" or "”"));

    /// <summary>The token after the title of a work in quotation marks that starts at the token, or the token.</summary>
    public int TitleEnd(int i)
    {
        if (i == 0 || Tokens[i - 1].Text is not ("\"" or "“") || !IsUpper(i))
        {
            return i;
        }

        var end = i;
        var capitals = 0;
        while (end < Tokens.Count && end < i + 8 && Tokens[end].Text is not ("\"" or "”") && (end == i || !IsApart(end)))
        {
            if (Tokens[end].Kind == TokenKind.Word && !IsUpper(end) && !NameWords.FunctionWords.Contains(Tokens[end].Text))
            {
                return i;
            }

            capitals += IsUpper(end) ? 1 : 0;
            end++;
        }

        var last = end - 1;
        if (end >= Tokens.Count || end == i || Tokens[end].Text is not ("\"" or "”"))
        {
            return i;
        }

        // "Yes," he said: a title ends with a capital or a number and has no mark but a comma after it.
        var comma = Tokens[last].Text is ",";
        last -= comma ? 1 : 0;
        return last >= i && (IsUpper(last) || Tokens[last].Kind == TokenKind.Number) && (capitals > 1 || !comma || last > i) && !(comma && capitals < 2) ? last + 1 : i;
    }

    public string Join(int first, int end) => Text[Tokens[first].Start..Tokens[end - 1].End];

    public static bool IsAcronym(string word)
    {
        var letters = 0;
        foreach (var c in word)
        {
            if (!char.IsUpper(c) && c != '.')
            {
                return false;
            }

            letters += c == '.' ? 0 : 1;
        }

        return letters is > 1 and <= 8;
    }
}

/// <summary>Adds spans of names.</summary>
internal static class NameSpans
{
    /// <summary>Adds the tokens as a name, without marks at its end; a single letter is none.</summary>
    public static void AddSpan(this List<NameSpan> names, NameReading r, int first, int end, bool titled)
    {
        while (end > first && r.Tokens[end - 1].Kind is TokenKind.Symbol or TokenKind.Possessive)
        {
            end--;
        }

        if (end > first && (end - first > 1 || r.Tokens[first].Text.Length > 1))
        {
            // "65th Air Division": the number is part of a unit's name.
            if (first > 0 && NameWords.UnitHeads.Contains(r.Word(end - 1)) && IsOrdinal(r.Tokens[first - 1].Text) && !r.IsApart(first) && (names.Count == 0 || names[^1].End < first))
            {
                first--;
            }

            // "Sammy Davis Jr.", "Acme Inc.": the point of what is always abbreviated belongs to it. Any other stays outside, as in the token.
            if (end - first > 1 && r.Word(end - 1) is "Jr" or "Sr" or "Inc" or "Corp" or "Ltd" or "Co" or "Bros" && r.IsMark(end, ".") && r.IsGlued(end))
            {
                end++;
            }

            names.Add(new NameSpan(first, end, r.Join(first, end), titled));
        }
    }

    private static bool IsOrdinal(string word) => word.Length is >= 2 and <= 6 && char.IsAsciiDigit(word[0])
        && word.TrimStart("0123456789".ToCharArray()) is "st" or "nd" or "rd" or "th" or "d";
}
