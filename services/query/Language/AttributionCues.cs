using System.Collections.Frozen;

namespace Broadsheet.Query.Language;

/// <summary>What may follow a word that attributes.</summary>
[Flags]
internal enum CueFrames
{
    None = 0,

    /// <summary>A clause with "that", "whether", "how".</summary>
    That = 1,

    /// <summary>A clause without "that".</summary>
    Clause = 2,

    /// <summary>Words in quotation marks, or standing in the middle or at the end of what is said.</summary>
    Quote = 4,

    /// <summary>"to" and a verb: what the source will do.</summary>
    Infinitive = 8,

    /// <summary>A noun: "denied the allegations".</summary>
    Object = 16,

    /// <summary>Who is spoken to comes before the clause: "told reporters that".</summary>
    Addressee = 32,

    /// <summary>Who is spoken to, then "to" and a verb: "urged the senate to act".</summary>
    Order = 64,

    /// <summary>Somebody, then "of" or "for": "accused Rome of lying".</summary>
    Blame = 128,
}

/// <summary>What a word that attributes says about the one to whom it attributes.</summary>
/// <param name="Stance">One of <see cref="Stances"/>.</param>
/// <param name="Frames">What may follow.</param>
/// <param name="IsParticiple">The form in -ing.</param>
/// <param name="IsPast">Past tense or past participle.</param>
/// <param name="IsBase">The form after "to", which is often a noun as well.</param>
internal readonly record struct CueSense(string Stance, CueFrames Frames, bool IsParticiple, bool IsPast, bool IsBase = false);

/// <summary>The words by which texts attribute. A list of English verbs and nouns of saying, thinking and promising, by stance.</summary>
internal static class AttributionCues
{
    // Stance, then verbs with the letters of their frames: t that, c clause, q quote, i infinitive, o object, a addressee, p order, f blame.
    private static readonly string[] Verbs =
    [
        "says say:tcq add:tq tell:tcqap state:tcq note:tcq explain:tcq announce:tcqo report:t remark:tq comment:q declare:tcq reply:tq respond:tq answer:tq reveal:t disclose:t mention:t write:tcq tweet:tcq post:q",
        "says observe:tq emphasize:tq emphasise:tq stress:tq reiterate:tqo repeat:q recall:tq conclude:tcq indicate:tc testify:tc continue:q joke:tq quip:tq inform:ta notify:ta remind:tap proclaim:tq underscore:t highlight:t point:t",
        "says signal:t tout:o praise:f boast:tq brag:t mock:o hint:t summarize:q summarise:q laugh:q chant:q yell:q find:t show:t rule:t shout:tq cry:q scream:q whisper:tq murmur:q exclaim:tq recount:tq clarify:tq preach:t teach:t advise:tqap brief:a read:q argue:tcq",
        "claims claim:tcqi assert:tcqo insist:tcqo maintain:tcq allege:tcqo contend:tcq posit:t profess:ti purport:i speculate:tcq surmise:t theorize:t",
        "accuses accuse:f blame:f charge:tq criticize:fo criticise:fo condemn:fo denounce:fo fault:f slam:fo blast:fo attack:f rebuke:fo decry:o ridicule:fo deride:fo",
        "believes believe:tcq think:tcq feel:t suspect:tc assume:tc reckon:tcq figure:t consider:tp view:f regard:f fear:tc worry:tc estimate:tc calculate:t judge:t realize:tc realise:tc understand:t imagine:t deem:o know:t hold:t",
        "expects hope:tci expect:tip predict:tcq forecast:t anticipate:t foresee:to project:t envision:t",
        "doubts doubt:tco question:o",
        "suggests suggest:tcqo propose:tio recommend:to imply:tc argue:tcq insinuate:t intimate:t",
        "promises promise:tcqiap vow:tcqi pledge:tcqi swear:tci guarantee:tco assure:tca reassure:tca undertake:i commit:i offer:i",
        "warns warn:tcqap caution:tqa threaten:ti",
        "acknowledges acknowledge:tcqo admit:tcqo concede:tcqo confess:tqo confirm:tcqo recognize:t recognise:t accept:t grant:t affirm:tqo",
        "agrees agree:tcqi concur:tq",
        "complains complain:tcq lament:tcqo object:t protest:tq grumble:tq bemoan:o regret:tco",
        "denies deny:tcqo reject:o refute:to dispute:to dismiss:o rebut:o disavow:o repudiate:o disagree:tq counter:tq",
        "demands demand:tcqio urge:tqp order:tp request:tqip instruct:p implore:p beg:qp insist:tcq command:p press:p encourage:p",
        "asks ask:tqpa inquire:tq enquire:tq wonder:tcq",
    ];

    private static readonly string[] Nouns =
    [
        "says statement remark announcement comment conclusion message disclosure revelation admission explanation testimony",
        "claims claim assertion contention allegation insistence rumor rumour",
        "accuses accusation charge",
        "believes belief view opinion conviction fear suspicion concern worry estimate feeling assumption impression",
        "expects hope expectation prediction forecast",
        "doubts doubt",
        "suggests suggestion proposal recommendation implication argument",
        "promises promise pledge vow assurance guarantee",
        "warns warning threat",
        "acknowledges acknowledgement acknowledgment confirmation concession",
        "complains complaint",
        "denies denial",
        "demands demand",
    ];

    private static readonly Dictionary<string, string> Irregular = new()
    {
        ["say"] = "says said said saying", ["tell"] = "tells told told telling", ["write"] = "writes wrote written writing", ["think"] = "thinks thought thought thinking",
        ["feel"] = "feels felt felt feeling", ["swear"] = "swears swore sworn swearing", ["understand"] = "understands understood understood understanding", ["read"] = "reads read read reading",
        ["undertake"] = "undertakes undertook undertaken undertaking", ["foresee"] = "foresees foresaw foreseen foreseeing", ["teach"] = "teaches taught taught teaching", ["know"] = "knows knew known knowing",
        ["hold"] = "holds held held holding", ["admit"] = "admits admitted admitted admitting", ["commit"] = "commits committed committed committing", ["rebut"] = "rebuts rebutted rebutted rebutting",
        ["concur"] = "concurs concurred concurred concurring", ["quip"] = "quips quipped quipped quipping", ["brag"] = "brags bragged bragged bragging", ["beg"] = "begs begged begged begging", ["slam"] = "slams slammed slammed slamming",
        ["regret"] = "regrets regretted regretted regretting", ["find"] = "finds found found finding", ["show"] = "shows showed shown showing", ["forecast"] = "forecasts forecast forecast forecasting", ["signal"] = "signals signaled signaled signaling",
    };

    private static readonly FrozenDictionary<string, CueSense> ByVerb = VerbForms();
    private static readonly FrozenDictionary<string, string> ByNoun = NounForms();

    /// <summary>The sense of a form of a verb, lower case; false for another word.</summary>
    public static bool TryVerb(string lower, out CueSense sense) => ByVerb.TryGetValue(lower, out sense);

    /// <summary>The stance of a noun of saying, singular or plural; null for another word.</summary>
    public static string? Noun(string lower) => ByNoun.GetValueOrDefault(lower);

    private static FrozenDictionary<string, CueSense> VerbForms()
    {
        var forms = new Dictionary<string, CueSense>();
        foreach (var line in Verbs)
        {
            var words = line.Split(' ');
            foreach (var verb in words[1..])
            {
                var (lemma, letters) = (verb.Split(':')[0], verb.Split(':')[1]);
                var frames = letters.Aggregate(CueFrames.None, (all, letter) => all | (CueFrames)(1 << "tcqioapf".IndexOf(letter, StringComparison.Ordinal)));
                var (third, past, perfect, participle) = Inflect(lemma);
                if (past == lemma)
                {
                    forms.TryAdd(past, new CueSense(words[0], frames, false, true));
                }

                forms.TryAdd(lemma, new CueSense(words[0], frames, false, false, IsBase: true));
                forms.TryAdd(third, new CueSense(words[0], frames, false, false));
                forms.TryAdd(past, new CueSense(words[0], frames, false, true));
                forms.TryAdd(perfect, new CueSense(words[0], frames, false, true));
                forms.TryAdd(participle, new CueSense(words[0], frames, true, false));
            }
        }

        return forms.ToFrozenDictionary();
    }

    private static FrozenDictionary<string, string> NounForms()
    {
        var forms = new Dictionary<string, string>();
        foreach (var words in Nouns.Select(line => line.Split(' ')))
        {
            foreach (var noun in words[1..])
            {
                forms[noun] = words[0];
                forms[Third(noun)] = words[0];
            }
        }

        return forms.ToFrozenDictionary();
    }

    private static (string Third, string Past, string Perfect, string Participle) Inflect(string lemma)
    {
        if (Irregular.TryGetValue(lemma, out var irregular))
        {
            var forms = irregular.Split(' ');
            return (forms[0], forms[1], forms[2], forms[3]);
        }

        var stem = lemma.EndsWith('e') ? lemma[..^1] : lemma;
        var past = lemma.EndsWith('e') ? lemma + "d" : EndsInConsonantY(lemma) ? lemma[..^1] + "ied" : lemma + "ed";
        return (Third(lemma), past, past, lemma.EndsWith("ee", StringComparison.Ordinal) ? lemma + "ing" : stem + "ing");
    }

    private static string Third(string word) =>
        EndsInConsonantY(word) ? word[..^1] + "ies" : word.EndsWith('s') || word.EndsWith("sh", StringComparison.Ordinal) || word.EndsWith("ch", StringComparison.Ordinal) ? word + "es" : word + "s";

    private static bool EndsInConsonantY(string word) => word.Length > 2 && word[^1] == 'y' && !"aeiou".Contains(word[^2], StringComparison.Ordinal);
}
