namespace Broadsheet.Query.Language;

/// <summary>Finds words in quotation marks: “…”, "…", ``…'', «…», ‘…’. One pass; a mark that is never closed opens nothing.</summary>
internal static class Quotations
{
    // A quotation longer than this is a mark that was never meant as one.
    private const int Longest = 5_000;

    /// <summary>The quotations with their marks, in order, without overlap; outermost only.</summary>
    public static List<TextSpan> Find(string text)
    {
        var found = new List<TextSpan>();
        var start = -1;
        var opener = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (start >= 0 && (c == '\n' || i - start > Longest))
            {
                // A quotation that goes on in the next paragraph is opened again there and closed only at its end.
                if (c == '\n' && opener is '“' or '"' && OpensAgain(text, i))
                {
                    found.Add(new TextSpan(start, i));
                }

                start = -1;
                continue;
            }

            if (start < 0)
            {
                if (Opens(text, i))
                {
                    start = i;
                    opener = c;
                    i += c == '`' && i + 1 < text.Length && text[i + 1] == '`' ? 1 : 0;
                }
            }
            else if (Closes(text, i, opener) is var length && length > 0)
            {
                if (i > start + 1)
                {
                    found.Add(new TextSpan(start, i + length));
                }

                i += length - 1;
                start = -1;
            }
        }

        return found;
    }

    private static bool OpensAgain(string text, int lineEnd)
    {
        var next = lineEnd;
        while (next < text.Length && next < lineEnd + 8 && char.IsWhiteSpace(text[next]))
        {
            next++;
        }

        return next < text.Length && text[next] is '“' or '"';
    }

    private static bool Opens(string text, int at) => text[at] switch
    {
        '“' or '«' or '„' => true,
        '"' => at + 1 < text.Length && !char.IsWhiteSpace(text[at + 1]) && (at == 0 || !char.IsLetterOrDigit(text[at - 1])),
        '`' => at + 1 < text.Length && text[at + 1] == '`',
        '‘' => at + 1 < text.Length && char.IsLetterOrDigit(text[at + 1]) && (at == 0 || !char.IsLetterOrDigit(text[at - 1])),
        '\'' => at + 1 < text.Length && char.IsUpper(text[at + 1]) && (at == 0 || char.IsWhiteSpace(text[at - 1])),
        _ => false,
    };

    private static int Closes(string text, int at, char opener)
    {
        var c = text[at];
        return opener switch
        {
            '“' or '„' => c is '”' or '"' || (opener == '„' && c == '“') ? 1 : 0,
            '«' => c == '»' ? 1 : 0,
            '"' => c is '"' or '”' ? 1 : 0,
            '`' => c == '\'' && at + 1 < text.Length && text[at + 1] == '\'' ? 2 : c is '"' or '”' ? 1 : 0,
            // An apostrophe looks the same, so the mark must follow a sentence's or clause's end.
            _ => c == (opener == '‘' ? '’' : '\'') && text[at - 1] is ',' or '.' or '!' or '?' && (at + 1 == text.Length || !char.IsLetterOrDigit(text[at + 1])) ? 1 : 0,
        };
    }
}
