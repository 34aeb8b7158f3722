using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Broadsheet.Query.Language;

namespace Broadsheet.Query.Ask;

/// <summary>
/// Finds the names of a question or of one sentence by their capitals. <see cref="Entities"/> weighs what a whole text says of a
/// name, of which a sentence alone has nothing; the rules that find answers are measured with these names, titles included.
/// </summary>
internal static partial class SentenceNames
{
    private static readonly FrozenSet<string> Organisations = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Organization", "Organisation", "Company", "Society", "Service", "Patrol", "Navy", "Army", "Guard", "University", "Institute", "Committee", "Council", "Union", "Bank", "Party", "Ministry",
        "Inc", "Ltd", "Corporation", "Agency", "Association", "Senate", "Congress", "Parliament", "Court", "Bureau", "Office", "Department", "Commission", "Board", "Hospital", "School", "College",
        "Museum", "Laboratory", "Survey", "Pact", "Alliance", "League", "Federation", "Group", "Line", "Club", "Church", "Government", "Nations", "Force", "Forces", "Press", "Times", "Archives", "Treasury");

    private static readonly FrozenSet<string> Places = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Sea", "River", "Bay", "Island", "Islands", "Ocean", "Street", "Mount", "Cape", "County", "Lake", "Bank", "Banks", "Alley", "Current", "Pole", "Sound", "Depot", "Base", "Hill", "Valley", "City",
        "Town", "Peninsula", "Region", "Coast", "Atlantic", "Pacific", "Arctic", "Antarctic", "Caribbean", "Mediterranean", "Europe", "Africa", "Asia", "America", "Antarctica", "Strait", "Shelf", "Content");

    private static readonly FrozenSet<string> Titles = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Mr", "Mrs", "Ms", "Dr", "Prof", "Professor", "Sir", "Lord", "Lady", "Dame", "Captain", "President", "Senator", "Pope", "King", "Queen", "Prince", "Princess", "General", "Colonel", "Admiral",
        "Alderman", "Chancellor", "Minister", "Emperor", "Saint", "Judge", "Justice", "Governor", "Secretary", "Commander", "Major", "Lieutenant", "Sergeant", "Reverend", "Bishop", "Archbishop", "Mayor");

    // Capitalised only because they begin a sentence.
    private static readonly FrozenSet<string> Openers = FrozenSet.Create(
        StringComparer.Ordinal,
        "The", "A", "An", "He", "She", "It", "They", "We", "I", "You", "In", "On", "At", "But", "And", "So", "This", "That", "These", "Those", "His", "Her", "Its", "Their", "Our", "My", "There", "When",
        "While", "For", "As", "After", "Before", "If", "Then", "However", "Although", "Though", "Since", "By", "From", "With", "No", "Not", "Some", "Many", "Most", "Now", "Later", "What", "Who", "Why", "How",
        "Where", "Which", "Nobody", "Everybody", "Both", "Each", "All", "During", "Under", "Until", "Once", "Yet", "Or", "To", "Of", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
        "Eleven", "Twelve", "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Thirty", "Neither", "Either", "Only", "Even", "Also", "Still", "Today", "Yesterday", "According", "Because", "Despite", "Instead",
        "Moreover", "Therefore", "Thus", "Perhaps", "Nothing", "Everything", "Something", "Somebody", "Any", "Every", "Other", "Others", "Such", "Between", "Without", "Within", "Against", "Near", "Did", "Does", "Do",
        "Is", "Was", "Were", "Are", "Can", "Could", "Would", "Should", "Will", "Has", "Have", "Had", "Work", "Like", "Just", "Let", "Give", "Back", "Between", "Across", "Through", "Than", "Them", "Us");

    private const string Month = "^(January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)$";

    /// <summary>The names, in order, without overlap.</summary>
    public static List<Entity> Find(string text)
    {
        var found = new List<Entity>();
        foreach (Match match in Name().Matches(text))
        {
            Add(text, match.Index, match.Index + match.Length, found);
        }

        return found;
    }

    private static void Add(string text, int start, int end, List<Entity> found)
    {
        // A sentence's first word is a name only if it is more than an opener.
        while (start < end)
        {
            var wordEnd = text.IndexOf(' ', start, end - start) is var space and >= 0 ? space : end;
            var word = text.AsSpan(start, wordEnd - start).ToString().TrimEnd('.');
            if (!Openers.Contains(word.Split('\'', '’')[0]) && !MonthName().IsMatch(word))
            {
                break;
            }

            start = Math.Min(end, wordEnd + 1);
        }

        // Connectors at the end belong to nothing ("Bay of"). Cut once: a name may be as long as the text.
        while (end > start && text.LastIndexOf(' ', end - 1, end - start) is var last and >= 0 && (char.IsLower(text[last + 1]) || MonthName().IsMatch(text.AsSpan(last + 1, end - last - 1))))
        {
            end = last;
        }

        var name = text[start..end];
        if (name.EndsWith("'s", StringComparison.Ordinal) || name.EndsWith("’s", StringComparison.Ordinal))
        {
            name = name[..^2];
        }

        name = name.TrimEnd('\'', '’', '-', ' ');
        if (name.EndsWith('.') && !Abbreviated().IsMatch(name))
        {
            name = name[..^1];
        }

        if (name.Length > 1 && !MonthName().IsMatch(name) && !Openers.Contains(name))
        {
            found.Add(new Entity(start, start + name.Length, name, TypeOf(text, start, name)));
        }
    }

    private static string TypeOf(string text, int start, string name)
    {
        var words = name.Split(' ');
        if (Countries.IsCountry(name) || Places.Contains(words[^1]))
        {
            return Organisations.Contains(words[^1]) && !Places.Contains(words[^1]) ? "ORG" : "LOC";
        }

        if (words.Any(word => Organisations.Contains(word.TrimEnd('.'))) || (words.Length == 1 && name.Length is >= 2 and <= 6 && name.All(char.IsUpper)))
        {
            return "ORG";
        }

        if (Titles.Contains(words[0].TrimEnd('.')))
        {
            return "PER";
        }

        var before = text.AsSpan(0, start).TrimEnd();
        if (words.Length == 1 && (before.EndsWith(" in", StringComparison.OrdinalIgnoreCase) || before.EndsWith(" at", StringComparison.Ordinal) || before.EndsWith(" near", StringComparison.Ordinal) || before.EndsWith("In", StringComparison.Ordinal)))
        {
            return "LOC";
        }

        if (before.EndsWith(" the", StringComparison.OrdinalIgnoreCase) || before.EndsWith("The", StringComparison.Ordinal) || words.Any(word => char.IsDigit(word[0])) || Countries.OfDemonym(name) is not null)
        {
            return "MISC";
        }

        return words.Length is >= 2 and <= 4 && words.All(word => char.IsUpper(word[0]) || word is "de" or "van" or "von" or "der" or "da" or "di" or "la" or "du" or "bin" or "al") ? "PER" : words.Length == 1 ? "PER" : "MISC";
    }

    // Capitalised words, joined by what joins names; initials and abbreviations keep their full stops.
    [GeneratedRegex(@"\b(?:(?:Dr|Mr|Mrs|Ms|Prof|St|Gen|Capt|Lt|Col|Rev|Sen)\. )?\p{Lu}(?:\.(?:\p{Lu}\.)*|[\p{L}\p{M}\d'’-]*)(?: (?:(?:of|de|van|von|der|den|da|di|la|le|du|bin|al)(?: the)? )?(?:\p{Lu}(?:[\p{L}\p{M}\d'’-]+|\.)|[IVX]+\b))*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Name();

    [GeneratedRegex(Month, RegexOptions.CultureInvariant)]
    private static partial Regex MonthName();

    [GeneratedRegex(@"(\b\p{Lu}\.)+$|\b(Inc|Ltd|Co|Jr|Sr)\.$", RegexOptions.CultureInvariant)]
    private static partial Regex Abbreviated();
}
