namespace Broadsheet.Query.Language;

/// <summary>
/// Tells the kind of each name: evidence of its own words and of the words beside each mention is added up over all
/// mentions of the name in the text, and the strongest kind wins.
/// </summary>
internal static class EntityTypes
{
    private const double CalledByLastName = 0.5;
    private const double NeverByLastName = 0.3;

    private static readonly string[] Names = ["PER", "ORG", "LOC", "MISC"];

    /// <summary>The names with their kinds, in order.</summary>
    public static List<Entity> Of(NameReading r, List<NameSpan> names)
    {
        var evidence = new Dictionary<string, Evidence>(StringComparer.Ordinal);
        var surnames = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!evidence.TryGetValue(name.Text, out var sum))
            {
                sum = new Evidence();
                OfWords(r, name, sum);
                evidence.Add(name.Text, sum);
            }

            OfMention(r, name, sum);
        }

        // People are called by their last name alone once they are known; other things keep their whole name.
        foreach (var (text, sum) in evidence)
        {
            var space = text.LastIndexOf(' ');
            sum.Person += space < 0 ? 0 : evidence.ContainsKey(text[(space + 1)..]) ? CalledByLastName : -NeverByLastName;
        }

        // A person's last name alone is the person.
        foreach (var name in names)
        {
            var words = name.Text.Split(' ');
            if (words.Length is > 1 and <= 4 && evidence[name.Text].Best == 0)
            {
                surnames.TryAdd(words[^1], name.Text);
            }
        }

        foreach (var (text, sum) in evidence)
        {
            if (surnames.ContainsKey(text))
            {
                sum.Person += 3;
            }
        }

        OfEnumerations(r, names, evidence);

        // "North Atlantic Treaty Organization (NATO)": one kind for both.
        for (var i = 1; i < names.Count; i++)
        {
            if (names[i].First == names[i - 1].End + 1 && r.IsMark(names[i - 1].End, "(") && r.IsMark(names[i].End, ")") && NameReading.IsAcronym(names[i].Text))
            {
                evidence[names[i].Text].Add(evidence[names[i - 1].Text]);
            }
        }

        var entities = new List<Entity>(names.Count);
        foreach (var name in names)
        {
            var start = r.Tokens[name.First].Start;
            entities.Add(new Entity(start, start + name.Text.Length, name.Text, Names[evidence[name.Text].Best]));
        }

        return entities;
    }

    // "Oslo, Bergen and Vik": what stands in a list is mostly of one kind, which those that are known tell of the others.
    private static void OfEnumerations(NameReading r, List<NameSpan> names, Dictionary<string, Evidence> evidence)
    {
        for (var first = 0; first < names.Count;)
        {
            var end = first + 1;
            while (end < names.Count && IsNextInList(r, names[end - 1].End, names[end].First))
            {
                end++;
            }

            if (end - first >= 3)
            {
                var known = names[first..end].Select(name => evidence[name.Text]).Where(one => one.Lead >= 1.5).GroupBy(one => one.Best).OrderByDescending(group => group.Count()).FirstOrDefault();
                if (known is not null && known.Count() * 2 > names[first..end].Count(name => evidence[name.Text].Lead >= 1.5))
                {
                    foreach (var one in names[first..end].Select(name => evidence[name.Text]).Distinct().Where(one => one.Lead < 1).ToArray())
                    {
                        one.Add(known.Key, 1);
                    }
                }
            }

            first = end;
        }
    }

    private static bool IsNextInList(NameReading r, int end, int next) => (next - end) switch
    {
        1 => r.IsMark(end, ",") || Lower(r, end) is "and" or "or",
        2 => r.IsMark(end, ",") && Lower(r, end + 1) is "and" or "or" or "the",
        _ => false,
    };

    // What the name's own words say.
    private static void OfWords(NameReading r, NameSpan name, Evidence e)
    {
        var text = name.Text;
        var count = name.End - name.First;
        var (first, last) = (r.Word(name.First), r.Word(name.End - 1));
        var place = Gazetteer.Contains(text);
        e.Place += place ? 4 : 0;
        e.Other += Countries.OfDemonym(text) is not null && !Countries.IsCountry(text) || (text.EndsWith('s') && Countries.OfDemonym(text[..^1]) is not null) ? 5 : 0;
        e.Organisation += NameWords.Organisations.Contains(text) ? 4 : 0;
        e.Place += !place && NameReading.IsAcronym(text) && Gazetteer.Contains(EntityKeys.Usual(text)) ? 4 : 0;
        e.Other += IsModel(text) ? 3 : 0;
        var of = text.Contains(" of ", StringComparison.Ordinal);
        if (count > 1 && !place)
        {
            var thing = NameWords.ThingHeads.Contains(last) || (of && Head(r, name) is { } topic && NameWords.ThingHeads.Contains(topic));
            e.Other += thing || (last is "I" or "II" && name.End - 2 >= name.First && NameWords.ThingHeads.Contains(r.Word(name.End - 2))) ? 3.5 : 0;
            var either = NameWords.Either.Contains(last);
            e.Organisation += NameWords.OrganisationHeads.Contains(last) ? (NameWords.PlaceHeads.Contains(last) ? 1.5 : 3.5) : 0;
            e.Organisation += of && (NameWords.OrganisationHeads.Contains(first) || Head(r, name) is { } head && NameWords.OrganisationHeads.Contains(head)) ? 3.5 : 0;
            e.Organisation += !thing && AnyInner(r, name, NameWords.OrganisationHeads) ? 1.2 : 0;
            e.Place += NameWords.PlaceHeads.Contains(last) && !thing ? (either ? 2 : 3) : 0;
            e.Place += NameWords.PlaceFirsts.Contains(first) ? 1.5 : 0;
            e.Place += of && NameWords.PlaceHeads.Contains(first) ? 1.5 : 0;
            e.Place += of && IsRealm(Head(r, name)) && Gazetteer.Contains(text[(text.LastIndexOf(" of ", StringComparison.Ordinal) + 4)..]) ? 4 : 0;
            e.Person += GivenNames.Contains(first) ? 3 : 0;
            e.Person += Initials(r, name) ? 2.5 : 0;
            e.Person += last is "Jr" or "Sr" or "III" or "IV" ? 3 : 0;
            e.Organisation += text.Contains('&', StringComparison.Ordinal) ? 1.5 : 0;
            if (last.Length > 4 && last[^1] == 's' && last[^2] is not ('s' or 'u' or 'i') && !GivenNames.Contains(first) && !Initials(r, name))
            {
                // "Bowling Green Falcons": a plural is rarely a surname.
                e.Person -= 0.8;
                e.Organisation += 0.6;
            }

            e.Person += count == 2 && r.IsUpper(name.First + 1) && !NameReading.IsAcronym(last) ? 1 : count == 3 ? 0.4 : 0;
            e.Other += char.IsAsciiDigit(text[^1]) ? 2.5 : 0;
            e.Other += Countries.OfDemonym(first) is not null ? 0.7 : 0;
            e.Organisation += Gazetteer.Contains(first) && !NameWords.PlaceHeads.Contains(last) ? 0.8 : 0;
        }
        else if (count == 1)
        {
            e.Organisation += NameReading.IsAcronym(text) && !Gazetteer.Contains(text) ? 2.2 : 0;
            e.Person += GivenNames.Contains(text) ? 2.2 : 0;
            e.Place += HasEnd(text, "ville", "burg", "shire", "land", "stan", "grad", "borough", "bury", "ham", "polis") ? 1 : 0;
            e.Other += HasEnd(text, "ism", "ists", "ians", "ese", "ish", "ian", "ist") ? 1.4 : 0;
            e.Other += text.Any(char.IsAsciiDigit) ? 1.5 : 0;
            e.Person += 0.35;
        }

        e.Other += r.IsQuoted(name.First, name.End) ? 3 : 0;
        e.Organisation += first == "The" ? 0.8 : 0;
        e.Other += first is "The" or "A" or "An" ? 0.8 : 0;
        e.Person -= first is "The" or "A" or "An" ? 3 : 0;
        e.Person += name.IsTitled ? 4 : 0;
    }

    // What stands beside one mention.
    private static void OfMention(NameReading r, NameSpan name, Evidence e)
    {
        var count = name.End - name.First;
        var before = Lower(r, name.First - 1);
        var after = Lower(r, name.End);
        var possessive = name.End < r.Tokens.Count && r.Tokens[name.End].Kind == TokenKind.Possessive;
        if (possessive)
        {
            after = Lower(r, name.End + 1);
            e.Person += 0.2;
        }

        if (count == 1 && NameReading.IsAcronym(name.Text))
        {
            e.Place += before is "in" ? 0.3 : 0;
        }
        else if (count <= 2)
        {
            e.Place += before switch { "in" => 1.5, "near" or "outside" or "throughout" or "across" => 1.5, "at" or "from" or "to" or "around" or "between" or "toward" or "towards" or "into" or "through" => 0.7, _ => 0 };
        }
        else
        {
            e.Place += before is "in" or "near" ? 0.5 : 0;
        }

        // "Springfield, Illinois": a place is told by the place that follows.
        if (r.IsMark(name.End, ",") && name.End + 1 < r.Tokens.Count && r.IsUpper(name.End + 1))
        {
            e.Place += Gazetteer.Contains(r.Word(name.End + 1)) || (r.IsUpper(name.End + 2) && Gazetteer.Contains(r.Join(name.End + 1, name.End + 3))) ? 1.8 : 0;
        }

        if (before == "of")
        {
            var head = Lower(r, name.First - 2);
            e.Place += head is "north" or "south" or "east" or "west" or "outside" or "northeast" or "northwest" or "southeast" or "southwest" or "outskirts" or "coast" or "people" or "inhabitants" or "capital" or "streets" or "invasion" || NameWords.PlaceHeads.Contains(head) ? 1.5 : 0.2;
            e.Organisation += head is "member" or "members" or "president" or "ceo" or "chairman" or "director" or "founder" or "employee" or "subsidiary" or "division" ? 1 : 0;
            e.Person += head is "son" or "daughter" or "wife" or "husband" or "death" or "father" or "mother" or "brother" or "sister" or "works" or "life" ? 1.5 : 0;
        }

        if (before is "the")
        {
            e.Person -= 2;
            e.Organisation += 0.5;
            e.Other += 0.5;
            e.Organisation += count == 1 && name.Text.EndsWith('s') ? 0.5 : 0;
        }
        else if (before is "a" or "an")
        {
            e.Other += 1;
            e.Person -= 1;
        }

        e.Person += before == "," && NameWords.Callings.Contains(Lower(r, name.First - 2)) ? 1.5 : 0;
        e.Person += NameWords.Callings.Contains(before) ? 2 : before is "by" or "with" or "and" ? 0.4 : 0;
        e.Organisation += NameWords.GroupNouns.Contains(before) && before is not ("shares" or "chairman" or "ceo" or "executives" or "employees" or "spokesman" or "spokeswoman" or "officials") ? 1.8 : 0;
        e.Place += NameWords.AreaNouns.Contains(before) || (before == "of" && NameWords.AreaNouns.Contains(Lower(r, name.First - 2))) ? 1.5 : 0;
        e.Other += (NameWords.WorkNouns.Contains(before) && before is not "tank" and not "war" and not "era" and not "language") || before is "titled" or "entitled" or "called" ? 1.5 : 0;
        if (NameWords.SpeakingVerbs.Contains(after) || after is "who")
        {
            e.Person += 1.6;
        }
        else if (r.IsMark(name.End, ",") && Lower(r, name.End + 1) is "who" or "whose")
        {
            e.Person += 2;
        }

        if (r.IsMark(name.End, "(") && name.End + 1 < r.Tokens.Count && (Lower(r, name.End + 1) is "born" or "b" || r.Tokens[name.End + 1].Kind == TokenKind.Number && r.Tokens[name.End + 1].Text.Length == 4))
        {
            e.Person += 0.6;
            e.Other += 0.6;
        }

        Defined(r, name.End, e);
        e.Other += NameWords.WorkNouns.Contains(after) ? 1.5 : 0;
        e.Organisation += NameWords.GroupNouns.Contains(after) ? 1.5 : 0;
        e.Place += NameWords.AreaNouns.Contains(after) ? 1 : 0;
    }

    // "Vik is a small village in", "Orgy (formed 1994) are an American band": what the text says that it is.
    private static void Defined(NameReading r, int at, Evidence e)
    {
        const int LongestAside = 20;
        const int LongestNoun = 7;
        if (r.IsMark(at, "("))
        {
            var close = at;
            while (close < r.Tokens.Count && close < at + LongestAside && !r.IsMark(close, ")"))
            {
                close++;
            }

            at = close + 1;
        }

        if (Lower(r, at) is not ("is" or "was" or "are" or "were") || Lower(r, at + 1) is not ("a" or "an" or "the"))
        {
            return;
        }

        var head = at + 1;
        while (head + 1 < r.Tokens.Count && head < at + LongestNoun && r.Tokens[head + 1].Kind is TokenKind.Word && !r.IsApart(head + 1)
            && !AttributionWords.Prepositions.Contains(Lower(r, head + 1)) && Lower(r, head + 1) is not ("and" or "or" or "that" or "who" or "which" or "where"))
        {
            head++;
        }

        var noun = Lower(r, head);
        e.Place += NameWords.AreaNouns.Contains(noun) || NameWords.PlaceHeads.Contains(noun) || NameWords.AreaDefinitions.Contains(noun) ? 2.5 : 0;
        e.Organisation += NameWords.GroupNouns.Contains(noun) || NameWords.GroupDefinitions.Contains(noun) || (NameWords.OrganisationHeads.Contains(noun) && !NameWords.PlaceHeads.Contains(noun)) ? 2.5 : 0;
        e.Other += NameWords.WorkNouns.Contains(noun) || NameWords.OtherDefinitions.Contains(noun) ? 2.5 : 0;
        e.Person += NameWords.Callings.Contains(noun) ? 2.5 : 0;
    }

    private static bool IsRealm(string? head) => head is "Republic" or "Kingdom" or "Empire" or "State" or "States" or "Commonwealth" or "Province" or "Duchy" or "Federation" or "Emirate" or "Principality" or "Dominion";

    // "P-47 Thunderbolt", "F-16", "EC-130": letters, a hyphen, a number. The G-7 are none.
    private static bool IsModel(string text)
    {
        var hyphen = text.IndexOf('-', StringComparison.Ordinal);
        return hyphen is >= 1 and <= 4 && hyphen + 1 < text.Length && char.IsAsciiDigit(text[hyphen + 1]) && text[0] != 'G' && !text.AsSpan(0, hyphen).ContainsAnyExceptInRange('A', 'Z');
    }

    private static string Lower(NameReading r, int i) => i >= 0 && i < r.Tokens.Count ? r.Tokens[i].Lower : "";

    private static string? Head(NameReading r, NameSpan name)
    {
        for (var i = name.First + 1; i < name.End; i++)
        {
            if (r.Tokens[i].Lower == "of")
            {
                return r.Word(i - 1);
            }
        }

        return null;
    }

    private static bool AnyInner(NameReading r, NameSpan name, System.Collections.Frozen.FrozenSet<string> words)
    {
        for (var i = name.First; i < name.End - 1; i++)
        {
            if (words.Contains(r.Word(i)) && !NameWords.Either.Contains(r.Word(i)))
            {
                return true;
            }
        }

        return false;
    }

    // "J. Edgar", "George W. Bush".
    private static bool Initials(NameReading r, NameSpan name)
    {
        for (var i = name.First; i < name.End - 1; i++)
        {
            if (r.Tokens[i].Text.Length == 1 && r.IsMark(i + 1, "."))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasEnd(string word, params ReadOnlySpan<string> ends)
    {
        foreach (var end in ends)
        {
            if (word.Length > end.Length + 2 && word.EndsWith(end, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private sealed class Evidence
    {
        public double Person { get; set; }

        public double Organisation { get; set; } = 0.3;

        public double Place { get; set; } = 0.2;

        public double Other { get; set; } = 0.25;

        public int Best => Person >= Organisation && Person >= Place && Person >= Other ? 0 : Organisation >= Place && Organisation >= Other ? 1 : Place >= Other ? 2 : 3;

        /// <summary>By how much the strongest kind is stronger than the next.</summary>
        public double Lead
        {
            get
            {
                var all = (double[])[Person, Organisation, Place, Other];
                Array.Sort(all);
                return all[3] - all[2];
            }
        }

        public void Add(int kind, double more) => (Person, Organisation, Place, Other) =
            (Person + (kind == 0 ? more : 0), Organisation + (kind == 1 ? more : 0), Place + (kind == 2 ? more : 0), Other + (kind == 3 ? more : 0));

        public void Add(Evidence other)
        {
            Person += other.Person;
            Organisation += other.Organisation;
            Place += other.Place;
            Other += other.Other;
        }
    }
}
