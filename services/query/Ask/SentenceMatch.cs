using Broadsheet.Query.Language;

namespace Broadsheet.Query.Ask;

/// <summary>How far a sentence, read in its place, speaks of what a question asks.</summary>
internal sealed class SentenceMatch
{
    private SentenceMatch(FoundSentence sentence)
    {
        Sentence = sentence;
        Apart = sentence.Read;
    }

    public FoundSentence Sentence { get; }

    /// <summary>The sentence, taken apart.</summary>
    public ReadSentence Apart { get; }

    public string Text => Apart.Text;

    public List<Word> Words => Apart.Words;

    /// <summary>Positions of the words that say what was asked (verb or office), in words; empty if the question has none.</summary>
    public List<int> Relation { get; } = [];

    /// <summary>Positions of all words that the question has too.</summary>
    public HashSet<int> Shared { get; } = [];

    /// <summary>True if all names of the question are spoken of here or right around.</summary>
    public bool SpeaksOfNames { get; private set; }

    /// <summary>True if one of the names is spoken of here or right around.</summary>
    public bool SpeaksOfSome { get; private set; }

    /// <summary>True if every name stands in the sentence itself.</summary>
    public bool HasNames { get; private set; }

    /// <summary>Share of the question's other words that are here or right around.</summary>
    public double Coverage { get; private set; }

    /// <summary>True if the sentence gives the years that the question binds its answer to.</summary>
    public bool InTime { get; private set; }

    /// <summary>
    /// True if the sentence can answer at all: it speaks of the time asked for, it is no question itself, and what it
    /// says is neither denied nor only supposed.
    /// </summary>
    public bool MayAnswer { get; private set; }

    /// <summary>0 to 1.</summary>
    public double Score { get; private set; }

    public static SentenceMatch Of(Question question, FoundSentence sentence)
    {
        var match = new SentenceMatch(sentence);
        match.Read(question);
        return match;
    }

    private void Read(Question question)
    {
        // "…" is a sentence that says nothing.
        if (Words.Count == 0)
        {
            return;
        }

        var here = Words.Select(word => word.Sense).ToHashSet(StringComparer.Ordinal);
        if (question.Role.Length > 0)
        {
            // "Russian President": the word of belonging names the country.
            foreach (var country in Words.Select(word => Countries.OfDemonym(word.Text)).OfType<string>())
            {
                here.UnionWith(Word.Split(country).Select(word => word.Sense));
            }
        }

        var around = Around(Sentence);
        for (var i = 0; i < Words.Count; i++)
        {
            if (question.Terms.Contains(Words[i].Sense) || question.Names.Any(name => name.Contains(Words[i].Sense)))
            {
                Shared.Add(i);
            }

            if ((question.Verb.Length > 0 && Words[i].Sense == question.Verb) || (question.Role.Length > 0 && Words[i].Sense == question.Role))
            {
                Relation.Add(i);
            }
        }

        var nameScore = 1.0;
        SpeaksOfNames = true;
        HasNames = true;
        foreach (var name in question.Names)
        {
            var part = NameScore(question, name, here, around);
            nameScore = Math.Min(nameScore, part);
            SpeaksOfNames &= part > 0;
            SpeaksOfSome |= part > 0;
            HasNames &= part >= 0.95;
        }

        var covered = 0.0;
        foreach (var term in question.Terms)
        {
            covered += here.Contains(term) ? 1 : around.Near.Contains(term) ? 0.6 : around.Story.Contains(term) ? 0.25 : 0;
        }

        InTime = IsInTime(question);
        Coverage = question.Terms.Count == 0 ? 1 : covered / question.Terms.Count;
        var needsRelation = question.Verb.Length > 0 || question.Role.Length > 0;
        var answersHeading = needsRelation && Relation.Count == 0 && AnswersHeading(question.Verb, around);
        // A question in the text answers nothing, and what is denied or only supposed did not happen; who asks for what is
        // not so wants just that, but reasons for it are given in many ways. Who tells the opposite does not tell this.
        MayAnswer = !Text.EndsWith('?') && InTime
            && (IsDeniedOrSupposed(question) == question.IsNegated || (question.IsNegated && question.Type == AnswerType.Statement))
            && !question.Terms.Any(term => Opposites.SaysOpposite(term, Apart));
        if (!MayAnswer || !SpeaksOfNames || (needsRelation && Relation.Count == 0 && !answersHeading))
        {
            return;
        }

        // What is asked for by a noun ("budget", "headquarters") must be said here.
        if (question.Type is AnswerType.Thing or AnswerType.Place && !needsRelation && question.Terms.Count > 0 && !question.Terms.Any(here.Contains))
        {
            return;
        }

        if (!needsRelation && question.Names.Count == 0 && question.Terms.Count > 0 && !question.Terms.Any(here.Contains) && !question.Unit.Any(here.Contains))
        {
            return;
        }

        Score = (0.55 * nameScore) + (0.45 * Coverage);
        if (Coverage < 0.5)
        {
            Score *= 0.6;
        }

        // What it happened to must be near, unless a name says it.
        var objects = question.Terms.Where(term => term != question.Verb && term != question.Role).ToArray();
        if (objects.Length > 1 && objects.Average(term => here.Contains(term) ? 1 : around.Near.Contains(term) ? 0.6 : 0) < 0.4)
        {
            Score *= 0.7;
        }

        // Without a name to hold on to, a word that the whole story lacks shows that it tells of something else.
        if (question.Names.Count == 0 && question.Terms.Any(term => !here.Contains(term) && !around.Story.Contains(term)))
        {
            Score *= 0.7;
        }

    }

    /// <summary>True for the sentence that stands first under a heading that asks the same ("Who signed it?" "Seventeen states did.").</summary>
    private bool AnswersHeading(string verb, Context around) =>
        verb.Length > 0 && Sentence.ReadBefore is null && Sentence.Section.Heading.EndsWith('?') && around.Heading.Contains(verb);

    /// <summary>1 in the sentence; less where the sentence only leans on it; 0 if it speaks of something else.</summary>
    private double NameScore(Question question, string[] name, HashSet<string> here, Context around)
    {
        var inside = name.Count(here.Contains);
        if (inside == name.Length)
        {
            return 1;
        }

        // A person is often named in full once: the last name is enough where the story has the whole name.
        if (here.Contains(name[^1]) && name.All(around.Story.Contains))
        {
            return 0.95;
        }

        if (!Leans(question) || HasOwnSubject(question))
        {
            return 0;
        }

        if (name.All(around.Before.Contains) || name.All(around.Heading.Contains))
        {
            return IsNearest(name) ? 0.85 : 0;
        }

        // A country that the story is about is not yet the country of everybody in it.
        if (question.Role.Length > 0 && Countries.IsCountry(question.NameText))
        {
            return 0;
        }

        if (name.All(around.Title.Contains))
        {
            return 0.75;
        }

        // Who did it stands beside what it was done to; farther away it is said of something else.
        return question.Type != AnswerType.Person && name.All(Sentence.SectionSenses.Contains) && IsNearest(name) ? 0.7 : 0;
    }

    /// <summary>
    /// True if the sentence's own subject is not a name of its own: a pronoun, "the society", "there were"; only then can
    /// it speak of something named before.
    /// </summary>
    private bool Leans(Question question)
    {
        // Who did it is a name of its own; what it was done to may have been named before.
        if (question.Type == AnswerType.Person || Apart.Names is not [var entity, ..] || entity.Start > Words[0].Start + 4)
        {
            return true;
        }

        return Countries.OfDemonym(entity.Text) is not null || Word.Split(entity.Text).All(word => question.Names.Any(name => name.Contains(word.Sense)));
    }

    /// <summary>
    /// True if what is said has a subject of its own right before it ("the Pact, an alliance formed in 1955"): then it is
    /// not said of what was named elsewhere.
    /// </summary>
    private bool HasOwnSubject(Question question)
    {
        if (Relation.Count == 0 || question.Type == AnswerType.Person)
        {
            return false;
        }

        var at = Words[Relation[0]].Start;
        var subject = Apart.Names.FindLast(entity => entity.End <= at && entity.Type != "LOC" && Countries.OfDemonym(entity.Text) is null);
        return subject is not null
            && !Word.Split(subject.Text).Any(word => question.Names.Any(name => name.Contains(word.Sense)))
            && !Words.Exists(word => word.Start >= subject.End && word.End <= at && word.Text.ToLowerInvariant() is "it" or "he" or "she" or "they" or "which" or "this");
    }

    /// <summary>The name is the last of its kind before the sentence: "he" and "it" mean who was spoken of last.</summary>
    private bool IsNearest(string[] name)
    {
        if (Words[0].Text is not ("He" or "She" or "His" or "Her"))
        {
            return true;
        }

        var story = Sentence.Story;
        for (var i = Sentence.Ordinal - 1; i >= 0 && story.Sentences[i].Section == Sentence.Position.Section; i--)
        {
            var before = Sentence.Senses.Read(i);
            var person = before.Names.FindLast(entity => entity.Type == "PER");
            if (person is not null)
            {
                return Word.Split(person.Text).Any(word => word.Sense == name[^1]);
            }
        }

        return true;
    }

    /// <summary>True if every word that says what was asked is denied ("did not burn", "never sold") or only supposed ("if it had been").</summary>
    private bool IsDeniedOrSupposed(Question question)
    {
        var anchors = Relation.Count > 0 ? Relation : [.. Shared.Where(at => question.Terms.Contains(Words[at].Sense))];
        return anchors.Count > 0 && anchors.TrueForAll(at =>
        {
            for (var i = at - 1; i >= 0 && i >= at - 6; i--)
            {
                var word = Words[i].Text.ToLowerInvariant();
                if (Text.AsSpan(Words[i].End, Words[i + 1].Start - Words[i].End).ContainsAny(";:") || word is "but" or "and" or "who" or "which")
                {
                    return false;
                }

                if (word is "not" or "never" or "nobody" or "none" or "neither" or "if" or "might" or "would" or "could" or "cannot" || word.EndsWith("n't", StringComparison.Ordinal) || word.EndsWith("n’t", StringComparison.Ordinal))
                {
                    return true;
                }
            }

            return false;
        });
    }

    /// <summary>
    /// What a question binds to a year must be of that year here, as a date; a number that looks like one is none. A
    /// sentence without a date of its own may take it from the one before it or from its heading.
    /// </summary>
    private bool IsInTime(Question question) => question.Years.Count == 0 || question.Years.All(year => GivesYear(Apart, year))
        || (!Apart.Times.Exists(time => time.From.Year != 0) && question.Years.All(year => GivesYear(Sentence.ReadBefore, year) || GivesYear(Sentence.Senses.OfHeading(Sentence.Position.Section), year)));

    private static bool GivesYear(ReadSentence? sentence, int year) =>
        sentence is not null && sentence.Times.Exists(time => time.From.Year == year || (time.To is { } to && time.From.Year <= year && year <= to.Year));

    private static Context Around(FoundSentence sentence)
    {
        var before = Senses(sentence.ReadBefore);
        var heading = Senses(sentence.Senses.OfHeading(sentence.Position.Section));
        var title = sentence.Senses.OfTitle;
        var story = sentence.StorySenses;
        var near = new HashSet<string>(before, StringComparer.Ordinal);
        near.UnionWith(heading);
        near.UnionWith(sentence.ReadAfter?.Senses ?? []);
        near.UnionWith(title);
        return new Context(before, heading, title, near, story);
    }

    private static HashSet<string> Senses(ReadSentence? sentence) => (sentence?.Senses ?? []).ToHashSet(StringComparer.Ordinal);

    private sealed record Context(
        HashSet<string> Before, HashSet<string> Heading, IReadOnlySet<string> Title, HashSet<string> Near, IReadOnlySet<string> Story);
}
