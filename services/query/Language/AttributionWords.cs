using System.Collections.Frozen;

namespace Broadsheet.Query.Language;

/// <summary>The small words by which subjects, verb groups and clauses are told apart without a parser.</summary>
internal static class AttributionWords
{
    public static readonly FrozenSet<string> BeForms = Set("is are was were be been being am's isn't aren't wasn't weren't");

    public static readonly FrozenSet<string> Auxiliaries = Set(
        "is are was were be been being am has have had having do does did will would shall should can could may might must isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't won't wouldn't shouldn't can't cannot couldn't mustn't");

    public static readonly FrozenSet<string> Modals = Set("should can could may might must shouldn't can't cannot couldn't");

    public static readonly FrozenSet<string> Negations = Set("not never no isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't won't wouldn't shouldn't can't cannot couldn't nor");

    public static readonly FrozenSet<string> Adverbs = Set(
        "also long once then later again still just even often always already further first now ever soon thus twice instead too both all never not nevertheless nonetheless however apparently simply merely flatly bluntly");

    // What they govern is wanted, asked for, refused or not there.
    public static readonly FrozenSet<string> Wanting = Set(
        "no any neither want wants wanted wanting seek seeks sought seeking demand demands demanded demanding need needs needed needing require requires required requiring request requests requested requesting await awaits awaited awaiting lack lacks lacked lacking refuse refuses refused refusing withhold withholds withheld withholding expect expects expected expecting");

    // The same before "for".
    public static readonly FrozenSet<string> WantingFor = Set(
        "ask asks asked asking call calls called calling push pushes pushed pushing press presses pressed pressing hope hopes hoped hoping wait waits waited waiting look looks looked looking plea appeal appeals appealed beg begs begged");

    public static readonly FrozenSet<string> Prepositions = Set(
        "in on at during after before for with from by since despite under through as of to about over against into within without between among amid near until following towards toward upon via per like unlike because");

    // They open a clause, so a subject never reaches over them to the left.
    public static readonly FrozenSet<string> ClauseOpeners = Set(
        "that but while because although though as when if whereas who whom which where whether than so unless once yet what why how whose until nor");

    public static readonly FrozenSet<string> Openers = Set(
        "but and or so yet however meanwhile moreover furthermore additionally instead still also then later earlier now today perhaps indeed nevertheless nonetheless thus therefore afterwards afterward besides likewise similarly otherwise again eventually finally");

    public static readonly FrozenSet<string> Determiners = Set("the a an this these those that his her its their our my your some any many most several no each every all both another one two three four five other more few such");

    public static readonly FrozenSet<string> Pronouns = Set("he she it they we i you who everyone everybody someone somebody nobody anyone others many some most critics there this these those");

    public static readonly FrozenSet<string> ObjectPronouns = Set("me us him her them you it himself herself themselves itself");

    // The words of the narrator and of no one in particular are nobody's.
    public static readonly FrozenSet<string> NoSource = Set("i we you me us this that these those what which there here one it's let how why where not something nothing anything everything");

    public static readonly FrozenSet<string> RefusalVerbs = Set("declined declines decline refused refuses refuse failed fails fail neglected wouldn't");

    public static readonly FrozenSet<string> CatenativeVerbs = Set("on continued continues began begun went seemed seems appeared appears came used rushed sought tried wanted proceeded");

    /// <summary>Wh-words that begin what is asked or told.</summary>
    public static readonly FrozenSet<string> WhWords = Set("whether if how why what who when where");

    public static bool IsAdverb(string lower) => Adverbs.Contains(lower) || (lower.Length > 4 && lower.EndsWith("ly", StringComparison.Ordinal));

    public static bool IsClauseMark(string text) => text is "," or ";" or ":" or "—" or "–" or "(" or ")" or "[" or "]" or "--" or "…" or "•" or "|";

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
