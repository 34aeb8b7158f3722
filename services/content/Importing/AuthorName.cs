using System.Text.RegularExpressions;

namespace Broadsheet.Content.Importing;

/// <summary>Takes the names out of the words in which pages say who wrote a story, and leaves out what stands around them.</summary>
internal static partial class AuthorName
{
    private const int MaxLength = 100;
    private const int MaxWords = 14;

    // What systems put where nobody is named.
    private static readonly HashSet<string> Nobody = new(StringComparer.OrdinalIgnoreCase)
    {
        "admin", "administrator", "root", "user", "webmaster", "null", "undefined", "none", "n/a", "unknown", "author", "authors", "by", "editor", "anonymous author", "guest", "posted", "published", "updated",
        "false", "true", "array", "object", "[object object]", "default", "test", "your name",
    };

    // A part with one of these is what somebody does, not who it is.
    private static readonly HashSet<string> Jobs = new(StringComparer.OrdinalIgnoreCase)
    {
        "editor", "editors", "writer", "writers", "reporter", "reporters", "correspondent", "columnist", "journalist", "contributor", "contributing", "staff", "freelance", "freelancer", "producer", "critic", "photographer",
        "blogger", "author", "analyst", "professor", "director", "manager", "founder", "co-founder", "ceo", "cto", "cfo", "chief", "senior", "associate", "assistant", "bureau", "consultant", "researcher", "engineer", "developer",
        "specialist", "lecturer", "fellow", "president", "intern", "copywriter", "strategist", "curator", "historian", "redakteur", "redakteurin", "redakteurin", "korrespondent", "korrespondentin", "journaliste", "redacteur", "rédacteur",
        "rédactrice", "redactor", "redactora", "periodista", "jornalista", "giornalista", "journalistin", "reporterin", "autor", "autorin",
    };

    // Bodies whose name may go on with "for".
    private static readonly HashSet<string> Bodies = new(StringComparer.OrdinalIgnoreCase)
    {
        "center", "centre", "institute", "association", "society", "committee", "council", "campaign", "foundation", "fund", "coalition", "alliance", "project", "office", "department", "agency", "network", "union", "board",
    };

    // What invites readers instead of naming anybody.
    private static readonly string[] Invitations =
        ["follow", "view ", "more ", "about ", "read ", "see ", "share", "subscribe", "comment", "reply", "print", "email", "contact", "sign ", "log ", "click", "posts by", "all posts", "filed ", "photo", "image", "source", "reviewed", "edited", "translated", "illustrat", "medically"];

    /// <summary>
    /// Who the words name: without "By", date, job, handle and address; several names stay as they are stated. Empty if
    /// they name nobody. White space counts, a line end separates.
    /// </summary>
    public static string Find(string words)
    {
        if (words.Length > 1_000)
        {
            return "";
        }

        var text = Label().Replace(words.Trim(), "");
        text = Label().Replace(Address().Replace(text, " "), "");
        text = ForeignBy().Match(text) is { Success: true } foreign ? foreign.Groups["name"].Value : text;
        if (Date().Match(text) is { Success: true, Index: var at })
        {
            // "March 3, 2023 by Mara Okafor": the name stands behind.
            text = at > 1 ? text[..at] : By().Match(text) is { Success: true } by ? text[(by.Index + by.Length)..] : Date().Replace(text, "\n");
        }

        foreach (var line in Separator().Split(text))
        {
            if (Names(StoryDraft.OneLine(Label().Replace(line.Trim(), ""))) is { Length: > 0 } names)
            {
                return names;
            }
        }

        return "";
    }

    /// <summary>Several names as one line: those that fit into a display name, in their order.</summary>
    public static string Join(IEnumerable<string> names)
    {
        var line = "";
        foreach (var name in names.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var longer = line.Length == 0 ? name : $"{line}, {name}";
            if (longer.Length > MaxLength)
            {
                break;
            }

            line = longer;
        }

        return line;
    }

    private static string Names(string line)
    {
        var text = line.Trim(' ', ',', ';', ':', '-', '·', '/', '"', '“', '”');
        if (text.Length is < 2 or > 300 || Nobody.Contains(text) || !text.Any(char.IsLetter) || Array.Exists(Invitations, start => text.StartsWith(start, StringComparison.OrdinalIgnoreCase)))
        {
            return "";
        }

        // Parts after the first stay if they may be names.
        var parts = text.Split(", ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var kept = 0;
        while (kept < parts.Length && (kept == 0 ? !IsOnlyJob(parts[0]) : !IsJob(parts[kept]) && IsName(parts[kept])))
        {
            kept++;
        }

        var names = string.Join(", ", parts.Take(kept)).Trim();
        if (For().Match(names) is { Success: true } employer && names.AsSpan(0, employer.Index).Contains(' ') && !names.Split(' ').Any(Bodies.Contains))
        {
            names = names[..employer.Index].TrimEnd(' ', ',');
        }

        return names.Length is > 1 and <= MaxLength && names.AsSpan().Count(' ') < MaxWords && !Nobody.Contains(names) && !IsSentence(names) ? names : "";
    }

    // "Staff Writer" is nobody's name; "Saltmarsh Staff" may be all that a page says.
    private static bool IsOnlyJob(string part) => part.Split(' ').All(word => Jobs.Contains(word.Trim('.', ',', '(', ')')) || word is "at" or "in" or "of" or "large" or "&" or "and");

    private static bool IsJob(string part) => part.Split(' ').Any(word => Jobs.Contains(word.Trim('.', '-', '(', ')', '&')));

    private static bool IsName(string part) => PersonName.IsWrittenAs(part.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static bool IsSentence(string text) => (text[^1] is '.' or '!' or '?' or '…' && text.AsSpan().Count(' ') > 3) || text.Count(char.IsDigit) > text.Length / 2;

    [GeneratedRegex(
        @"^(((words|text|story|stories|written|posted|published|reported|article|created|submitted|contributed|opinion|analysis) )?by(:|\s)|(authors?|author name|autora?|autore|auteurs?|författare|forfatter|tekst|texto?|testo|words|автор|作者|文)\s*[:：])\s*",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Label();

    // "By" in other languages. Some names begin with these words, so a whole name must follow.
    [GeneratedRegex(@"^(?i:von|par|por|door|av|af|från|van|de|di|da) (?<name>\p{L}+[ .-]+\S.*)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ForeignBy();

    [GeneratedRegex(@"\bby:?\s+", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex By();

    [GeneratedRegex(@"\(?(<?[^\s@<>()]{1,64}@[^\s@<>()]{1,64}\.[a-z]{2,10}>?|https?://\S+|www\.\S+|@[A-Za-z0-9_.]{2,30})\)?", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex(
        @"(\b(on |le |el |am |den )?((mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)[,.]? )?([0-9]{1,2}(st|nd|rd|th)?[ .]+(de |of )?\p{L}{3,12}[ .,]+(de )?[0-9]{4}|\p{Lu}\p{Ll}{2,11}\.? [0-9]{1,2}(st|nd|rd|th)?,? [0-9]{4}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}|[0-9]{1,2}:[0-9]{2}|([0-9]{1,3}|an?) (seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?) ago|[0-9]{4}年|((first|last) )?(published|posted|updated|modified|last edited)\b)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Date();

    [GeneratedRegex(@"\s*(\n|\||·|•|—|–|»| - | / )\s*", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Separator();

    [GeneratedRegex(@",? (for|is an?|is the|covers|writes|has been|reports?) ", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex For();
}
