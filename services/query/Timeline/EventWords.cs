using System.Collections.Frozen;
using Broadsheet.Query.Language;

namespace Broadsheet.Query.Timeline;

/// <summary>Words by which a clause is read for what happened in it.</summary>
internal static class EventWords
{
    private static readonly FrozenSet<string> PastForms = Set(
        "made won lost sold bought began came took gave held met left went saw became built sent brought rose fell grew cut paid led ran kept wrote found set broke drew struck sank shot fought "
        + "flew threw drove stood hit put got swore spread split hung lay spoke told said thought chose froze stole wore bore woke beat shut quit dug fed bred slid spent taught sought caught "
        + "begun gone given taken written broken drawn sunk sung flown grown thrown driven shown sworn fallen risen born borne known seen chosen frozen stolen beaten overthrown withdrew withdrawn");

    // They end as verbs do.
    private static readonly FrozenSet<string> NoVerbs = Set("need indeed hundred red united allied armed speed seed bed feed breed shed exceed proceed sacred hatred naked wicked so-called advanced united aged embed");

    /// <summary>Forms of "to be".</summary>
    public static readonly FrozenSet<string> Be = Set("is are was were be been being am got isn't aren't wasn't weren't");

    /// <summary>Auxiliaries that a bare form follows.</summary>
    public static readonly FrozenSet<string> Modals = Set("will would shall should can could may might must did does do won't wouldn't shan't shouldn't can't cannot couldn't mightn't didn't doesn't don't");

    /// <summary>"Have" and "be" and all that a verb is built with.</summary>
    public static readonly FrozenSet<string> Auxiliaries = Be.Concat(Modals).Concat(["has", "have", "had", "having", "hasn't", "haven't", "hadn't", "to"]).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What says that it did not happen.</summary>
    public static readonly FrozenSet<string> Negations = Set("not never neither nor n't");

    /// <summary>Subjects that say that it did not happen.</summary>
    public static readonly FrozenSet<string> NoOne = Set("no nobody none nothing neither");

    /// <summary>Verbs after which "to do" was not done.</summary>
    public static readonly FrozenSet<string> Failing = Set("fail refus declin forgot neglect");

    /// <summary>Stems of words after which "to do" is still to come.</summary>
    public static readonly FrozenSet<string> Planning = Set("plan intend expect schedul due set aim hope want propos promis pledg vow go about project slate seek wish threaten prepar bound");

    /// <summary>What makes a clause a supposition.</summary>
    public static readonly FrozenSet<string> Conditions = Set("if unless whether");

    /// <summary>Where a clause may end.</summary>
    public static readonly FrozenSet<string> Marks = Set(", ; : – — and but while whereas ( )");

    /// <summary>Prepositions and conjunctions: a noun phrase ends before them.</summary>
    public static readonly FrozenSet<string> Prepositions = Set(
        "in on at by for from to with into onto over under after before during until till since against between among through about as than towards toward within without across around near off out despite because although though when where how why because so or");

    /// <summary>What a relative clause begins with.</summary>
    public static readonly FrozenSet<string> Relatives = Set("which that who whom whose where when");

    /// <summary>What stands for a name; whose it is stays open.</summary>
    public static readonly FrozenSet<string> Pronouns = Set("it he she they we i you this that these those there which who one him her them us its his their others some many most all both each");

    /// <summary>Words before a noun that are no part of what it names.</summary>
    public static readonly FrozenSet<string> Determiners = Set("the a an its his her their our my this that these those some any no every each another");

    /// <summary>Adverbs between the parts of a verb that don't end in "-ly".</summary>
    public static readonly FrozenSet<string> Adverbs = Set("also then first later once again soon now still ever even just already up not never thus therefore finally together back");

    /// <summary>Verbs that say only that something was the case: what happened stands in a noun beside them.</summary>
    public static readonly FrozenSet<string> Light = Set("take come occur happen follow mark see be have make bring date");

    private static readonly FrozenDictionary<string, string> Nouns = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["invas"] = "invad", ["dissolut"] = Stems.Of("dissolve"), ["birth"] = Stems.Of("born"), ["discoveri"] = Stems.Of("discover"), ["access"] = "join", ["accede"] = "join", ["admit"] = "join", ["admiss"] = "join", ["enter"] = "join",
        ["murder"] = "assassin", ["aboli"] = "abolish", ["abolit"] = "abolish", ["victori"] = Stems.Of("won"), ["defeat"] = "defeat", ["independ"] = "independ", ["complet"] = "complet", ["withdraw"] = "withdraw", ["withdrew"] = "withdraw", ["withdrawn"] = "withdraw", ["overthrown"] = "overthrow", ["overthrew"] = "overthrow",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Whom it happens to says all: "NATO was founded", "twelve countries founded NATO".
    private static readonly FrozenSet<string> Themes = Actions(
        "founded born died dissolved ended begun started signed adopted ratified invented discovered published launched sank completed built opened closed assassinated annexed invaded abolished demolished destroyed collapsed killed repealed enacted patented erected burned burnt elected introduced released");

    private static readonly FrozenSet<string> OnceOnly = Actions(
        "founded born died dissolved signed ratified invented discovered sank completed built assassinated annexed abolished demolished collapsed patented erected");

    /// <summary>True for a form that tells what was done, judged by the word alone.</summary>
    public static bool IsPastForm(string lower) =>
        PastForms.Contains(lower) || (lower.Length > 3 && lower.EndsWith("ed", StringComparison.Ordinal) && !NoVerbs.Contains(lower) && !lower.EndsWith("eed", StringComparison.Ordinal));

    /// <summary>What is done, equal for verbs and nouns that say the same ("founded", "established", "the creation of").</summary>
    public static string ActionOf(string word)
    {
        var sense = word is "invasion" ? "invad" : Stems.Of(word);
        return Nouns.GetValueOrDefault(sense, sense);
    }

    /// <summary>True for what is known by what it happens to, whoever does it.</summary>
    public static bool IsByTheme(string action) => Themes.Contains(action);

    /// <summary>True for what happens to anything once only.</summary>
    public static bool IsOnce(string action) => OnceOnly.Contains(action);

    private static FrozenSet<string> Actions(string words) => words.Split(' ').Select(ActionOf).ToFrozenSet(StringComparer.Ordinal);

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
