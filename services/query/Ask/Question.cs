using System.Collections.Frozen;
using Broadsheet.Query.Language;

namespace Broadsheet.Query.Ask;

/// <summary>What kind of thing answers a question.</summary>
internal enum AnswerType
{
    /// <summary>A date.</summary>
    Date,

    /// <summary>A person or an organisation.</summary>
    Person,

    /// <summary>How many of something.</summary>
    Count,

    /// <summary>A length, depth, weight, age or price, with its unit.</summary>
    Measure,

    /// <summary>A place.</summary>
    Place,

    /// <summary>What something is.</summary>
    Definition,

    /// <summary>A thing, as the words after the verb say it.</summary>
    Thing,

    /// <summary>A whole sentence: reasons, ways, events.</summary>
    Statement,
}

/// <summary>A question, taken apart.</summary>
/// <param name="Type">What kind of thing answers it.</param>
/// <param name="Names">Names that must be spoken of.</param>
/// <param name="Terms">Senses of the other words that carry meaning, without what only asks.</param>
/// <param name="Verb">Sense of what happened or is done; empty if the question has only "be", "have" or "do".</param>
/// <param name="Unit">Senses of what is counted or measured.</param>
/// <param name="Role">The office that is asked for ("president"); empty if none.</param>
/// <param name="Years">Years that the answer must belong to.</param>
/// <param name="Retrieval">The words to look for, with other words under which the same may stand.</param>
internal sealed record Question(
    AnswerType Type,
    IReadOnlyList<string[]> Names,
    IReadOnlyList<string> Terms,
    string Verb,
    IReadOnlyList<string> Unit,
    string Role,
    IReadOnlyList<int> Years,
    string Retrieval)
{
    /// <summary>The question itself.</summary>
    public required string Text { get; init; }

    /// <summary>True if it asks for what is not so ("who did not join").</summary>
    public bool IsNegated { get; private init; }

    /// <summary>True if it asks how things are and binds that to no year.</summary>
    public bool IsOfNow { get; private init; }

    /// <summary>The first name as written; empty if there is none.</summary>
    public string NameText { get; private init; } = "";

    private static readonly FrozenSet<string> Empty = FrozenSet.Create(
        StringComparer.Ordinal,
        "a", "an", "the", "of", "in", "on", "at", "to", "for", "by", "with", "from", "into", "about", "as", "and", "or", "that", "this", "these", "those", "it", "its", "their", "his", "her", "there", "be",
        "have", "do", "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "many", "much", "year", "date", "day", "time", "long", "old", "tall", "deep", "far", "s", "can", "could", "would", "will",
        "should", "may", "might", "so", "up", "out", "off", "over", "than", "not", "no", "any", "some", "all", "name", "call", "kind", "type", "number", "since", "during", "between", "after", "before", "if", "we",
        "you", "i", "they", "he", "she", "them", "one", "now", "still", "ever", "first", "last");

    private static readonly FrozenSet<string> Roles = FrozenSet.Create(
        StringComparer.Ordinal,
        "president", "captain", "king", "queen", "pope", "emperor", "minister", "chancellor", "director", "head", "chair", "leader", "teacher", "engineer", "manager", "commander", "mayor", "governor", "senator", "secretary", "designer", "owner",
        "founder", "author", "editor", "officer", "chairman", "coach", "judge", "general", "admiral", "bishop", "professor", "operator", "lookout", "patient", "ambassador", "spokesman", "architect", "inventor", "chief");

    /// <summary>The words of a question as a query without syntax.</summary>
    public static string WordsOf(string text) => string.Join(' ', Word.Split(text).Select(word => word.Text));

    /// <summary>Takes a question apart; null if it is none.</summary>
    public static Question? Analyze(string text)
    {
        var words = Word.Split(text);
        if (words.Count < 2)
        {
            return null;
        }

        var asking = words.FindIndex(word => word.Text.ToLowerInvariant() is "who" or "whom" or "whose" or "what" or "which" or "when" or "where" or "why" or "how");
        var first = words[0].Text.ToLowerInvariant();
        var yesNo = asking < 0 && first is "is" or "are" or "was" or "were" or "did" or "does" or "do" or "has" or "have" or "had" or "can" or "could" or "will";
        // "He was known by the name of?": what is left open stands at the end.
        var isOpen = asking < 0 && !yesNo && words.Count > 2 && text.AsSpan().TrimEnd().EndsWith("?");
        if (asking < 0 && !yesNo && !isOpen)
        {
            return null;
        }

        var used = new HashSet<int>();
        var (type, unit) = yesNo ? (AnswerType.Statement, Array.Empty<string>()) : isOpen ? (AnswerType.Thing, []) : TypeOf(words, asking, used);
        var years = TimeExpressions.Find(text).Where(time => time.From.Year != 0).ToArray();
        var names = Names_(text, words, years, used);
        var terms = new List<string>();
        var order = new List<int>();
        for (var i = 0; i < words.Count; i++)
        {
            if (!used.Contains(i) && !IsEmpty(words[i]) && !IsHolding(type, words, i) && !years.Any(time => words[i].Start < time.End && time.Start < words[i].End) && words[i].Text.Length > 1)
            {
                terms.Add(words[i].Sense);
                order.Add(i);
            }
        }

        var office = type == AnswerType.Person ? order.FindLastIndex(i => Roles.Contains(words[i].Text.ToLowerInvariant())) : -1;
        var role = office < 0 ? "" : terms[office];
        var verb = VerbOf(words, order, type, role, asking);
        var retrieval = $"{WordsOf(text)} {string.Join(' ', Related(verb))}";
        return new Question(type, names, terms, verb, unit, role, [.. years.Select(time => time.From.Year)], retrieval)
        {
            Text = text,
            IsNegated = words.Exists(word => word.Text.ToLowerInvariant() is "not" or "never" or "cannot" || word.Text.EndsWith("n't", StringComparison.OrdinalIgnoreCase) || word.Text.EndsWith("n’t", StringComparison.OrdinalIgnoreCase)),
            IsOfNow = years.Length == 0 && words.Exists(word => word.Text.ToLowerInvariant() is "is" or "are" or "does" or "do" or "has" or "have" or "now" or "today" or "currently"),
            NameText = SentenceNames.Find(text).FirstOrDefault()?.Text ?? "",
        };
    }

    private static (AnswerType, string[]) TypeOf(List<Word> words, int asking, HashSet<int> used)
    {
        used.Add(asking);
        var next = asking + 1 < words.Count ? words[asking + 1].Text.ToLowerInvariant() : "";
        switch (words[asking].Text.ToLowerInvariant())
        {
            case "when":
                return (AnswerType.Date, []);
            case "who" or "whom" or "whose":
                return (AnswerType.Person, []);
            case "where":
                return (AnswerType.Place, []);
            case "how" when next == "many":
                return (AnswerType.Count, Unit(asking + 2));
            case "how" when next is "much" && words.Exists(word => word.Sense is "=cost" or "cost" or "price" or "pay"):
                return (AnswerType.Measure, ["$"]);
            case "how" when next is "much" or "long" or "tall" or "deep" or "far" or "high" or "old" or "large" or "big" or "heavy" or "fast" or "wide" or "often":
                used.Add(asking + 1);
                return (AnswerType.Measure, []);
            case "how" or "why":
                return (AnswerType.Statement, []);
            case "what" or "which" when next is "year" or "date" or "day" or "month" or "century" or "decade":
                used.Add(asking + 1);
                return (AnswerType.Date, []);
            case "what" or "which" when next is "depth" or "height" or "length" or "weight" or "distance" or "age" or "speed" or "size" or "price" or "temperature":
                used.Add(asking + 1);
                return (AnswerType.Measure, []);
            case "what" or "which" when next is "country" or "city" or "place" or "town" or "island" or "state" or "continent":
                used.Add(asking + 1);
                return (AnswerType.Place, []);
            case "what" or "which" when next is "person" or "man" or "woman" or "president" or "captain" or "company" or "organisation" or "organization" or "scientist" or "engineer":
                used.Add(asking + 1);
                return (AnswerType.Person, []);
            case "which" when Roles.Contains(next):
                used.Add(asking + 1);
                return (AnswerType.Person, []);
            case "what" when words.Exists(word => word.Sense is "=cost"):
                return (AnswerType.Measure, ["$"]);
            case "what" when words.Exists(word => word.Sense is "happen" or "occur"):
                foreach (var (index, _) in words.Index().Where(pair => pair.Item.Sense is "happen" or "occur"))
                {
                    used.Add(index);
                }

                return (AnswerType.Statement, []);
            case "what" when next is "is" or "are" or "was" or "were" && !words.Skip(asking + 2).Any(word => word.Text is "of" || word.Text.EndsWith("'s", StringComparison.Ordinal) || word.Text.EndsWith("’s", StringComparison.Ordinal)) && words.Count - asking <= 6 && !IsPassive(words, asking):
                return (AnswerType.Definition, []);
            default:
                return (AnswerType.Thing, []);
        }

        string[] Unit(int from)
        {
            var unit = new List<string>();
            for (var i = from; i < words.Count && words[i].Text.ToLowerInvariant() is not ("did" or "do" or "does" or "is" or "are" or "was" or "were" or "has" or "have" or "had" or "can" or "will" or "in" or "of" or "on" or "to" or "at") && unit.Count < 3; i++)
            {
                unit.Add(words[i].Sense);
                used.Add(i);
                // A plural ends what is counted: "countries founded", but "member nations".
                if (words[i].Text.EndsWith('s') && (i + 1 >= words.Count || !words[i + 1].Text.EndsWith('s')) || words[i].Text.ToLowerInvariant() is "people" or "men" or "women" or "children" or "mice" or "feet" or "aircraft")
                {
                    break;
                }
            }

            return [.. unit];
        }
    }

    private static bool IsEmpty(Word word) => Empty.Contains(word.Sense) || Empty.Contains(word.Text.ToLowerInvariant());

    // "How many boats did it carry?" asks no more than how many there were.
    private static bool IsHolding(AnswerType type, List<Word> words, int at) =>
        type == AnswerType.Count && at == words.Count - 1 && (words[at].Text.ToLowerInvariant() is "carry" or "contain" or "hold" or "include");

    // "What was agreed …", "What was recovered …": asks for the thing done, not for what something is.
    private static bool IsPassive(List<Word> words, int asking) =>
        asking + 2 < words.Count && words[asking + 2].Text.EndsWith("ed", StringComparison.Ordinal);

    /// <summary>Names in the question, each as the senses of its words; marks their words as used.</summary>
    private static List<string[]> Names_(string text, List<Word> words, TimeExpression[] years, HashSet<int> used)
    {
        var names = new List<string[]>();
        foreach (var entity in SentenceNames.Find(text))
        {
            var inside = words.Index().Where(pair => pair.Item.Start >= entity.Start && pair.Item.End <= entity.End + 2 && pair.Item.Start < entity.End && !used.Contains(pair.Index)).ToArray();
            if (inside.Length == 0 || years.Any(time => entity.Start < time.End && time.Start < entity.End))
            {
                continue;
            }

            var senses = inside.Where(pair => !IsEmpty(pair.Item)).Select(pair => pair.Item.Sense).ToArray();
            if (senses.Length > 0)
            {
                names.Add(senses);
                foreach (var (index, _) in inside)
                {
                    used.Add(index);
                }
            }
        }

        return names;
    }

    /// <summary>The word that says what happened: after "did X", before or after the name, the last participle.</summary>
    private static string VerbOf(List<Word> words, List<int> order, AnswerType type, string role, int asking)
    {
        if (role.Length > 0 || type == AnswerType.Definition || order.Count == 0)
        {
            return "";
        }

        var auxiliary = words.FindIndex(Math.Max(asking, 0), word => word.Text.ToLowerInvariant() is "did" or "does" or "do" or "was" or "were" or "is" or "are" or "has" or "had" or "have");
        if (auxiliary < 0)
        {
            // "Who founded NATO?": the verb follows what asks.
            return words[order[0]].Sense;
        }

        var text = words[auxiliary].Text.ToLowerInvariant();
        if (text is "did" or "does" or "do")
        {
            if (words[^1].Sense is "have" or "be" || IsHolding(type, words, words.Count - 1))
            {
                return "";
            }

            // "When did the last tram run in …": the first bare form that is not before the subject's end.
            foreach (var i in order.Where(i => i > auxiliary).Reverse())
            {
                // "sell the pier": what follows an article is a thing.
                if (words[i - 1].Text.ToLowerInvariant() is "the" or "a" or "an" or "its" or "his" or "her" or "their" or "of")
                {
                    continue;
                }

                if (i == words.Count - 1 || words[i + 1].Text.ToLowerInvariant() is "in" or "on" or "to" or "at" or "for" or "from" or "with" or "up" or "down" or "out" or "off" or "into" or "a" or "an" or "the" or "its" or "it" or "over" or "by" || char.IsUpper(words[i + 1].Text[0]) || words[i + 1].Sense is "patent")
                {
                    return words[i].Sense;
                }
            }

            return words[order[^1]].Sense;
        }

        // "When was NATO formed?": a participle behind the auxiliary.
        foreach (var i in order.Where(i => i > auxiliary))
        {
            if (words[i].Text.EndsWith("ed", StringComparison.Ordinal) || words[i].Sense != Stems.Of(words[i].Text + "x")[..^1] && IsParticiple(words[i]))
            {
                return words[i].Sense;
            }
        }

        return "";
    }

    private static bool IsParticiple(Word word) => word.Text.ToLowerInvariant() is
        "built" or "born" or "found" or "written" or "made" or "held" or "taken" or "given" or "sold" or "bought" or "sent" or "lost" or "broken" or "chosen" or "drawn" or "driven" or "fought" or "won" or "led" or "paid"
        or "set" or "shot" or "struck" or "sunk" or "begun" or "run" or "known" or "seen" or "put" or "hit" or "cut" or "told" or "left" or "kept" or "laid" or "stolen" or "worn" or "burned" or "spent";

    // Other words under which the same may stand; the index knows stems, not senses.
    private static string[] Related(string verb) => verb switch
    {
        "=found_" => ["founded", "formed", "established", "created"],
        "=die" => ["died", "killed"],
        "=build" => ["built", "constructed"],
        "=discov" => ["discovered", "found"],
        "=design" => ["designed", "devised", "invented"],
        "=lead" => ["led", "headed"],
        "=start" => ["started", "began"],
        "sink" => ["sank"],
        "run" => ["ran", "run"],
        "bear" => ["born"],
        "stand" => ["stood"],
        "fli" => ["flew"],
        "lie" => ["lay"],
        "hear" => ["heard"],
        "pay" => ["paid"],
        _ => [],
    };
}
