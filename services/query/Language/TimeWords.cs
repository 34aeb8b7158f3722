using System.Collections.Frozen;

namespace Broadsheet.Query.Language;

/// <summary>The words that time expressions are made of, and those that tell a year from another number.</summary>
internal static class TimeWords
{
    private static readonly FrozenDictionary<string, int> Months = new Dictionary<string, int>
    {
        ["january"] = 1, ["february"] = 2, ["march"] = 3, ["april"] = 4, ["may"] = 5, ["june"] = 6, ["july"] = 7, ["august"] = 8,
        ["september"] = 9, ["october"] = 10, ["november"] = 11, ["december"] = 12, ["jan"] = 1, ["feb"] = 2, ["mar"] = 3,
        ["apr"] = 4, ["jun"] = 6, ["jul"] = 7, ["aug"] = 8, ["sep"] = 9, ["sept"] = 9, ["oct"] = 10, ["nov"] = 11, ["dec"] = 12,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, int> Weekdays = new Dictionary<string, int>
    {
        ["monday"] = 1, ["tuesday"] = 2, ["wednesday"] = 3, ["thursday"] = 4, ["friday"] = 5, ["saturday"] = 6, ["sunday"] = 7,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Seasons = new Dictionary<string, string>
    {
        ["spring"] = "SP", ["springtime"] = "SP", ["summer"] = "SU", ["summertime"] = "SU", ["autumn"] = "FA", ["fall"] = "FA",
        ["winter"] = "WI", ["wintertime"] = "WI",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, TimeUnit> Units = new Dictionary<string, TimeUnit>
    {
        ["second"] = TimeUnit.Second, ["seconds"] = TimeUnit.Second, ["minute"] = TimeUnit.Minute, ["minutes"] = TimeUnit.Minute,
        ["hour"] = TimeUnit.Hour, ["hours"] = TimeUnit.Hour, ["day"] = TimeUnit.Day, ["days"] = TimeUnit.Day,
        ["week"] = TimeUnit.Week, ["weeks"] = TimeUnit.Week, ["month"] = TimeUnit.Month, ["months"] = TimeUnit.Month,
        ["year"] = TimeUnit.Year, ["years"] = TimeUnit.Year, ["decade"] = TimeUnit.Decade, ["decades"] = TimeUnit.Decade,
        ["century"] = TimeUnit.Century, ["centuries"] = TimeUnit.Century, ["millennium"] = TimeUnit.Millennium,
        ["millennia"] = TimeUnit.Millennium,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, int> NamedDecades = new Dictionary<string, int>
    {
        ["twenties"] = 2, ["thirties"] = 3, ["forties"] = 4, ["fifties"] = 5, ["sixties"] = 6, ["seventies"] = 7,
        ["eighties"] = 8, ["nineties"] = 9,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> DayParts = new Dictionary<string, string>
    {
        ["morning"] = "TMO", ["afternoon"] = "TAF", ["evening"] = "TEV", ["night"] = "TNI", ["dawn"] = "TMO", ["dusk"] = "TEV",
    }.ToFrozenDictionary();

    // A number after one of these is very likely a year when it looks like one.
    public static readonly FrozenSet<string> YearPrepositions = FrozenSet.ToFrozenSet(
        ["in", "since", "by", "until", "till", "during", "after", "before", "between", "circa", "c", "ca", "around", "early",
         "late", "mid", "year", "from", "throughout", "within", "through", "to", "of", "and", "or", "for", "on", "as", "than",
         "about", "the", "this", "that", "its", "his", "her", "their", "a", "an", "versus", "vs", "at", "pre", "post", "against",
         "not", "but", "with", "ended", "ending", "beginning", "starting", "begun", "began", "started", "dated", "dating", "born",
         "died", "established", "founded", "until", "into", "onwards", "when", "over", "past", "towards", "toward", "spring",
         "summer", "autumn", "fall", "winter", "end", "where", "while", "though", "although", "another", "fiscal", "again",
         "only", "also", "season", "election", "elections", "olympics", "games", "cup", "census", "championship", "championships", "edition"]);

    // The nouns that measure: "a height of 1850", "a total of 1949".
    public static readonly FrozenSet<string> MeasureHeads = FrozenSet.ToFrozenSet(
        ["total", "height", "population", "elevation", "altitude", "speed", "depth", "length", "width", "weight", "cost", "price",
         "sum", "number", "average", "maximum", "minimum", "capacity", "distance", "area", "crew", "garrison", "force", "salary",
         "fee", "record", "score", "rating", "frequency", "temperature", "strength", "membership", "attendance", "majority",
         "mean", "median", "volume", "mass", "budget", "value", "count", "majority", "circulation", "enrollment", "enrolment"]);

    // What is counted or measured by the number before it.
    public static readonly FrozenSet<string> CountedNouns = FrozenSet.ToFrozenSet(
        ["people", "men", "women", "children", "members", "pages", "troops", "soldiers", "kilograms", "kilometres", "kilometers",
         "metres", "meters", "miles", "feet", "foot", "ft", "km", "kg", "m", "cm", "mm", "lb", "lbs", "tons", "tonnes", "ton",
         "inches", "yards", "acres", "hectares", "litres", "liters", "gallons", "grams", "dollars", "euros", "pounds", "yen",
         "percent", "per", "million", "billion", "thousand", "hundred", "trillion", "votes", "seats", "students", "casualties",
         "deaths", "copies", "points", "rounds", "times", "units", "calories", "volts", "watts", "mph", "hz", "mhz", "ghz", "mb",
         "gb", "kb", "bytes", "pixels", "rpm", "kw", "mw", "hp", "employees", "workers", "residents", "inhabitants", "households",
         "passengers", "participants", "delegates", "ships", "aircraft", "tanks", "guns", "horses", "prisoners", "words", "items",
         "species", "schools", "homes", "houses", "books", "cases", "islands", "villages", "square", "cubic", "degrees", "others",
         "nodes", "users", "players", "steps", "rooms", "beds", "firefighters", "volunteers", "civilians", "officers", "sailors",
         "signatures", "applications", "applicants", "visitors", "cars", "vehicles", "trees", "stores", "patients", "families",
         "kilometre", "kilometer", "metre", "meter", "mile", "kilogram", "pound", "acre", "inch", "yard", "page", "member",
         "coins", "stones", "seeds", "bricks", "letters", "songs", "paintings", "boats", "nests", "birds", "eggs", "jobs"]);

    public static readonly FrozenSet<string> StreetWords = FrozenSet.ToFrozenSet(
        ["street", "st", "avenue", "ave", "road", "rd", "lane", "drive", "boulevard", "blvd", "way", "court", "square", "place",
         "terrace", "highway", "parkway", "crescent"]);

    // A capitalised word that may stand before a year as an event's name.
    public static readonly FrozenSet<string> EventNames = FrozenSet.ToFrozenSet(
        ["olympics", "games", "cup", "expo", "championship", "championships", "election", "elections", "census", "act", "treaty",
         "awards", "festival", "conference", "season", "convention", "constitution", "war", "revolution", "summit", "prix",
         "open", "championnat", "euro", "spring", "summer", "autumn", "winter", "fall", "christmas", "easter"]);

    private static readonly FrozenDictionary<string, string> References = new Dictionary<string, string>
    {
        ["now"] = "PRESENT_REF", ["today"] = "PRESENT_REF", ["currently"] = "PRESENT_REF", ["nowadays"] = "PRESENT_REF",
        ["presently"] = "PRESENT_REF", ["recently"] = "PAST_REF", ["formerly"] = "PAST_REF", ["lately"] = "PAST_REF",
        ["recent"] = "PAST_REF", ["current"] = "PRESENT_REF",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Sets = new Dictionary<string, string>
    {
        ["daily"] = "P1D", ["weekly"] = "P1W", ["monthly"] = "P1M", ["yearly"] = "P1Y", ["annually"] = "P1Y", ["annual"] = "P1Y",
        ["hourly"] = "PT1H", ["nightly"] = "P1D", ["everyday"] = "P1D",
    }.ToFrozenDictionary();

    public static readonly FrozenSet<string> VagueAmounts = FrozenSet.ToFrozenSet(["several", "few", "many", "some", "numerous", "countless"]);

    public static int Month(string lower) => Months.GetValueOrDefault(lower);

    public static int Weekday(string lower) => Weekdays.GetValueOrDefault(lower);

    public static string? Season(string lower) => Seasons.GetValueOrDefault(lower);

    public static TimeUnit Unit(string lower) => Units.GetValueOrDefault(lower);

    /// <summary>Tens digit of a named decade ("nineties" = 9), or 0.</summary>
    public static int NamedDecade(string lower) => NamedDecades.GetValueOrDefault(lower);

    public static string? DayPart(string lower) => DayParts.GetValueOrDefault(lower);

    public static string? Reference(string lower) => References.GetValueOrDefault(lower);

    public static string? Set(string lower) => Sets.GetValueOrDefault(lower);

    public static string Letter(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => "S",
        TimeUnit.Minute => "M",
        TimeUnit.Hour => "H",
        TimeUnit.Day => "D",
        TimeUnit.Week => "W",
        TimeUnit.Month => "M",
        TimeUnit.Season => "M",
        TimeUnit.Year => "Y",
        TimeUnit.Decade => "DE",
        TimeUnit.Century => "CE",
        TimeUnit.Millennium => "ML",
        _ => "",
    };
}
