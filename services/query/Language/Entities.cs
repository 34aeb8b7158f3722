namespace Broadsheet.Query.Language;

/// <summary>A name in a text.</summary>
/// <param name="Start">UTF-16 position.</param>
/// <param name="End">One past the last.</param>
/// <param name="Text">The name as written, without title and possessive.</param>
/// <param name="Type">PER, ORG, LOC or MISC: what its words, those beside it and its other mentions suggest.</param>
internal sealed record Entity(int Start, int End, string Text, string Type)
{
    /// <summary>
    /// The same for all names of one entity in the text, and across texts as far as names allow: the fullest name that
    /// the text has for it, without title, article, accents and letter case, words joined by hyphens ("volodymyr-zelensky");
    /// countries and well-known organisations under their usual name ("US" → "united-states").
    /// </summary>
    public string Key { get; init; } = "";

    /// <summary>The fullest name that the text has for the entity.</summary>
    public string Name { get; init; } = "";
}

/// <summary>
/// Finds names as runs of capitalised words and tells their kind from word lists, the words around them and what the
/// rest of the text says of the same name. Linear in the text.
/// </summary>
internal static class Entities
{
    // No name has more tokens.
    private const int LongestName = 10;

    /// <summary>The names, in order, without overlap.</summary>
    public static List<Entity> Find(string text)
    {
        var reading = new NameReading(text, Tokenizer.Tokenize(text));
        var names = new List<NameSpan>();
        for (var i = 0; i < reading.Tokens.Count;)
        {
            var title = reading.TitleEnd(i);
            if (title > i)
            {
                names.AddSpan(reading, i, title, false);
                i = title;
                continue;
            }

            var end = RunEnd(reading, i);
            if (end == i)
            {
                i++;
                continue;
            }

            Part(reading, i, end, names);
            i = end;
        }

        return EntityKeys.Resolve(text, EntityTypes.Of(reading, names));
    }

    /// <summary>The names of a question, well-known ones in any letter case ("nato", "new york"), in order, without overlap.</summary>
    public static List<Entity> FindAnyCase(string text)
    {
        var found = Find(text);
        var tokens = Tokenizer.Tokenize(text);
        for (var i = 0; i < tokens.Count; i++)
        {
            for (var end = Math.Min(tokens.Count, i + 4); end > i && tokens[i].Kind == TokenKind.Word; end--)
            {
                var (start, stop) = (tokens[i].Start, tokens[end - 1].End);
                if (tokens[end - 1].Kind != TokenKind.Word || found.Exists(entity => entity.Start < stop && start < entity.End))
                {
                    continue;
                }

                var name = text[start..stop];
                if (Gazetteer.ContainsAnyCase(name) || (name.Length > 3 && EntityKeys.IsWellKnown(name)))
                {
                    found.Add(new Entity(start, stop, name, Gazetteer.ContainsAnyCase(name) ? "LOC" : "ORG") { Key = EntityKeys.Of(name), Name = EntityKeys.Usual(name) });
                    break;
                }
            }
        }

        return [.. found.OrderBy(entity => entity.Start)];
    }

    /// <summary>True if the word is a title or an office that stands before a name.</summary>
    public static bool IsTitle(string word) => NameWords.Titles.Contains(word.TrimEnd('.'));

    // The token after a run of capitalised words that starts at the token, or the token.
    private static int RunEnd(NameReading r, int i)
    {
        if (!Begins(r, i))
        {
            return i;
        }

        var end = i + 1;
        while (end < r.Tokens.Count && end - i < LongestName)
        {
            var next = end;
            if (r.IsMark(next, ".") && r.IsGlued(next) && (r.Tokens[next - 1].Text.Length == 1 || IsTitle(r.Word(next - 1)) || r.Word(next - 1) is "St" or "Mt" or "Ft"))
            {
                next++;
            }
            else if (next + 1 < r.Tokens.Count && ((r.IsMark(next, "-") && r.IsGlued(next) && r.IsGlued(next + 1)) || r.IsMark(next, "&")))
            {
                next++;
            }
            else if (r.Tokens[next].Kind == TokenKind.Possessive && JoinsPossessive(r, next))
            {
                next++;
            }

            if (next >= r.Tokens.Count || r.IsApart(next))
            {
                break;
            }

            // "P-47 Thunderbolt": the number of a model.
            if (next == end + 1 && end == i + 1 && r.IsMark(end, "-") && r.IsGlued(next) && char.IsAsciiDigit(r.Tokens[next].Text[0]) && r.Word(i).Length <= 4 && !r.Word(i).AsSpan().ContainsAnyExceptInRange('A', 'Z'))
            {
                end = next + 1;
                continue;
            }

            if (IsPart(r, next))
            {
                end = next + 1;
                continue;
            }

            var after = next;
            while (after < r.Tokens.Count && after < next + 2 && Connects(r, i, after))
            {
                after++;
            }

            if (after == next || next != end || after >= r.Tokens.Count || r.IsApart(after) || !IsPart(r, after))
            {
                break;
            }

            end = after + 1;
        }

        return end;
    }

    private static bool IsPart(NameReading r, int i) => (r.IsUpper(i) || (i > 0 && r.Tokens[i].Kind == TokenKind.Alphanumeric && char.IsUpper(r.Tokens[i].Text[0])))
        && !NameWords.Months.Contains(r.Word(i)) && !(r.InHeading(i) && !IsKnown(r, r.Word(i))) && !(NameWords.FunctionWords.Contains(r.Word(i)) && r.Word(i).Length > 2 && r.IsUpper(i) && r.Word(i) is not "Will" and not "May" and not "You" and not "Like" and not "My");

    // "St. John's College", "Levi's Stadium": what follows is the head of an organisation, a place or a work.
    // "Howe's Brigade" is one name too; "Russia's Parliament" are two.
    private static bool JoinsPossessive(NameReading r, int i) => (i > 0 && i + 1 < r.Tokens.Count && !r.IsApart(i + 1) && r.Word(i + 1) is "Brigade" or "Division" or "Corps" or "Regiment" or "Battery" or "Army" or "Stadium" or "Bar" or "Hall" or "Bank" or "Road" or "Creek" or "Point" && !Gazetteer.Contains(r.Word(i - 1)) && !NameReading.IsAcronym(r.Word(i - 1)))
        || i + 1 < r.Tokens.Count && !r.IsApart(i + 1) && r.IsUpper(i + 1)
        && (NameWords.OrganisationHeads.Contains(r.Word(i + 1)) && r.Word(i + 1) is "College" or "University" or "Hospital" or "School" or "Church" or "Club" or "Party" or "Association" or "League" or "Union" || r.Word(i + 1) is "Cathedral" or "Island" or "Park" or "Square" or "Republic");

    private static bool Connects(NameReading r, int first, int i)
    {
        var word = r.Word(i);
        if (word == "of")
        {
            var head = r.Word(i - 1);
            return NameWords.OrganisationHeads.Contains(head) || NameWords.PlaceHeads.Contains(head) || NameWords.ThingHeads.Contains(head)
                || head is "House" or "Isle" or "Secretary" or "Duke" or "Earl" or "Prince" or "Princess" or "Lord" or "Lords" or "Commons" or "Hall" or "Bureau" or "Joint" or "Chiefs" or "Lady" or "Master" or "Gulf" or "Declaration";
        }

        return word == "the" ? i > first + 1 && r.Word(i - 1) == "of" : NameWords.Particles.Contains(word);
    }

    private static bool Begins(NameReading r, int i)
    {
        if (!r.IsUpper(i) || (r.IsGlued(i) && r.Tokens[i - 1].Kind is not TokenKind.Symbol))
        {
            return false;
        }

        var word = r.Word(i);
        if (word.Length == 0 || NameWords.Months.Contains(word) && !(word is "May" or "March" && r.NextIsName(i)))
        {
            return false;
        }

        if (r.InHeading(i))
        {
            return IsKnown(r, word);
        }

        if (word is "Spring" or "Summer" or "Autumn" or "Winter" or "Fall" && !r.NextIsName(i))
        {
            return false;
        }

        var acronym = NameReading.IsAcronym(word);
        if (!r.IsStart(i) && word is "The" or "A" or "An")
        {
            return !r.InHeading(i) && r.NextIsName(i);
        }

        if (!r.IsStart(i))
        {
            // A word that the text writes in lower case too is no name by itself.
            if (r.IsCommon(word) && !acronym && !r.NextIsName(i) && !Gazetteer.Contains(word) && !GivenNames.Contains(word) && !(i > 0 && r.Tokens[i - 1].Lower is "mr" or "."))
            {
                return false;
            }

            return word != "I" && (!NameWords.FunctionWords.Contains(word) || acronym || (word is "May" or "Will" or "Our" or "My" or "You" or "All" or "First" or "Second" or "Like" or "Second" or "Third" && r.NextIsName(i)));
        }

        // The first word of a sentence is capitalised anyway: something else must say that it is a name.
        if (NameWords.FunctionWords.Contains(word) && !(acronym && word.Length > 2))
        {
            return word is "First" or "All" or "Second" or "Will" && r.NextIsName(i) && !r.IsMark(i + 1, ",");
        }

        if (IsKnown(r, word) || r.NextIsName(i))
        {
            return true;
        }

        return !r.IsCommon(word) && word.Length > 3 && !IsCommonForm(word) && FollowsAsName(r, i);
    }

    private static bool IsCommonForm(string word) => word.EndsWith("ing", StringComparison.Ordinal) || (word.EndsWith("ed", StringComparison.Ordinal) && !GivenNames.Contains(word)) || word.EndsWith("ly", StringComparison.Ordinal) || word.EndsWith("ions", StringComparison.Ordinal) || word.EndsWith("ments", StringComparison.Ordinal)
        || word.EndsWith("ists", StringComparison.Ordinal) || word.EndsWith("ers", StringComparison.Ordinal) && word is not ("Rangers" or "Somers") || word.EndsWith("ials", StringComparison.Ordinal) || word.EndsWith("ics", StringComparison.Ordinal) || word.EndsWith("ness", StringComparison.Ordinal) || word.EndsWith("ation", StringComparison.Ordinal);

    // "Tesla was", "Marconi's": a subject before its verb, or a possessive.
    private static bool FollowsAsName(NameReading r, int i) => i + 1 < r.Tokens.Count
        && (r.Tokens[i + 1].Kind == TokenKind.Possessive || r.IsMark(i + 1, ",") || r.IsMark(i + 1, "(") || r.Tokens[i + 1].Lower is "was" or "is" or "had" or "has" or "did" or "and" or "then" or "also" or "later" or "became" or "began" or "made" or "took" or "won" or "went" || NameWords.SpeakingVerbs.Contains(r.Word(i + 1)));

    private static bool IsKnown(NameReading r, string word) =>
        r.IsNameElsewhere(word) || Gazetteer.Contains(word) || Countries.OfDemonym(word) is not null || (word.Length > 4 && word.EndsWith('s') && Countries.OfDemonym(word[..^1]) is not null) || (word.Length > 1 && NameReading.IsAcronym(word)) || NameWords.Organisations.Contains(word)
        || ((GivenNames.Contains(word) || NameWords.Titles.Contains(word)) && !r.IsCommon(word) && word is not ("Will" or "Chief" or "Director" or "Grace" or "Rose" or "Sister" or "Brother" or "Father" or "Coach" or "Don"));

    // "Apple CEO Steve Jobs", "White House Press Secretary Ann Lee": an office in the middle parts the run. Its token, or -1.
    private static int Office(NameReading r, int first, int end)
    {
        if (NameWords.OrganisationHeads.Contains(r.Word(end - 1)) || NameWords.PlaceHeads.Contains(r.Word(end - 1)) || NameWords.ThingHeads.Contains(r.Word(end - 1)))
        {
            return -1;
        }

        for (var i = end - 2; i > first; i--)
        {
            if (r.Word(i).Length > 2 && IsTitle(r.Word(i)) && r.IsUpper(i + 1) && r.Word(i) is not ("King" or "Queen" or "Prince" or "Princess" or "Pope" or "Saint" or "Lord" or "Lady" or "Judge" or "Justice" or "Major" or "Earl" or "Duke" or "Father" or "Brother" or "Sister" or "Captain" or "General" or "Engineer" or "Singer" or "Author"))
            {
                return i;
            }
        }

        return -1;
    }

    // Parts a run of capitals: titles and peoples before a person's name are no part of it.
    private static void Part(NameReading r, int first, int end, List<NameSpan> names)
    {
        // "Jenny Seaton & Gary Carvolth" are two persons, "Smith & Wesson" one firm.
        for (var mark = first + 2; mark < end - 2; mark++)
        {
            if (r.IsMark(mark, "&") && GivenNames.Contains(r.Word(mark + 1)) && GivenNames.Contains(r.Word(first)) && !NameWords.OrganisationHeads.Contains(r.Word(end - 1)))
            {
                Part(r, first, mark, names);
                Part(r, mark + 1, end, names);
                return;
            }
        }

        if (Office(r, first, end) is var office && office > first)
        {
            var before = office;
            while (before > first && (IsTitle(r.Word(before - 1)) || r.Word(before - 1) is "Press" or "Prime" or "Vice" or "Deputy" or "Foreign" or "Defense" or "Defence" or "Interior" or "Finance" or "Majority" or "Minority" or "Executive" or "Attorney" or "Former" or "Acting" or "Assistant" || r.IsMark(before - 1, "-")))
            {
                before--;
            }

            if (before > first)
            {
                Part(r, first, before, names);
            }

            names.AddSpan(r, office + 1, end, true);
            return;
        }

        var titled = false;
        var last = r.Word(end - 1);
        var whole = r.Join(first, end);
        var keepsAll = end - first > 1 && (NameWords.OrganisationHeads.Contains(last) || NameWords.ThingHeads.Contains(last) || NameWords.PlaceHeads.Contains(last) || Gazetteer.Contains(whole) || NameWords.Organisations.Contains(whole));
        while (first < end)
        {
            var word = r.Word(first);
            var isTitle = IsTitle(word);
            if (isTitle && first + 1 < end && !(keepsAll && !GivenNames.Contains(r.Word(Math.Min(first + 1, end - 1)))) && !(r.IsMark(first + 1, ".") && first + 2 == end))
            {
                titled = true;
                first += r.IsMark(first + 1, ".") || r.IsMark(first + 1, "-") ? 2 : 1;
                continue;
            }

            if (isTitle && first + 1 == end && !titled && r.Word(first) is not ("Pope" or "King" or "Prince" or "Queen") || (isTitle && first + 1 == end && r.IsStart(first)))
            {
                return;
            }

            if (!keepsAll && end - first > 1 && Countries.OfDemonym(word) is not null && !NameReading.IsAcronym(word) && !r.IsMark(first + 1, "-"))
            {
                names.AddSpan(r, first, first + 1, false);
                first++;
                continue;
            }

            if (!keepsAll && end - first > 1 && word is "US" or "U.S." or "UK" or "U.K." or "U.S" && IsTitle(r.Word(first + 1)))
            {
                names.AddSpan(r, first, first + 1, false);
                first++;
                continue;
            }

            // "However Lee": the opener of a sentence is no part of the name behind it.
            if (r.IsStart(first) && first + 1 < end && NameWords.FunctionWords.Contains(word) && word is not ("First" or "All" or "Second"))
            {
                first++;
                continue;
            }

            break;
        }

        // "Secretary of the New Jersey Department": without the title no "of" is left before the name.
        while (first < end && titled && !r.IsUpper(first))
        {
            first++;
        }

        if (first < end)
        {
            names.AddSpan(r, first, end, titled);
        }
    }
}
