using System.Collections.Frozen;

namespace Broadsheet.Query.Language;

/// <summary>Currencies, units of measure and the words around numbers.</summary>
internal static class FigureUnits
{
    private static readonly FrozenDictionary<string, string> Signs = new Dictionary<string, string>
    {
        ["$"] = "USD", ["£"] = "GBP", ["€"] = "EUR", ["¥"] = "JPY", ["₹"] = "INR", ["₽"] = "RUB", ["₩"] = "KRW", ["₺"] = "TRY",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Currencies = new Dictionary<string, string>
    {
        ["dollars"] = "USD", ["dollar"] = "USD", ["euros"] = "EUR", ["euro"] = "EUR", ["yen"] = "JPY", ["roubles"] = "RUB", ["rubles"] = "RUB", ["rupees"] = "INR", ["yuan"] = "CNY", ["pesos"] = "MXN",
        ["usd"] = "USD", ["eur"] = "EUR", ["gbp"] = "GBP", ["chf"] = "CHF", ["shillings"] = "shilling", ["shilling"] = "shilling", ["francs"] = "franc", ["franc"] = "franc", ["kronor"] = "SEK", ["kroner"] = "NOK", ["liras"] = "TRY", ["lira"] = "TRY",
    }.ToFrozenDictionary();

    // Names that several countries give their money, and gave it before.
    private static readonly FrozenDictionary<(string Country, string Name), string> NationalCurrencies = new Dictionary<(string, string), string>
    {
        [("swiss", "franc")] = "CHF", [("kenyan", "shilling")] = "KES", [("tanzanian", "shilling")] = "TZS", [("ugandan", "shilling")] = "UGX",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Measures = Read(
        "km=km kilometres kilometers kilometre kilometer; m=metres meters metre meter; cm=cm centimetres centimeters; mm=mm millimetres millimeters; mile=miles mile; foot=feet foot ft; inch=inches inch; yard=yards yard; nautical mile=nmi; "
        + "kg=kg kilogram kilograms kilogrammes kilos; g=gram grams grammes; mg=mg milligram milligrams milligrammes; µg=µg μg mcg microgram micrograms microgrammes; t=tonnes tonne; ton=tons ton; lb=lb lbs; ounce=ounces ounce; litre=litres liters litre liter; gallon=gallons gallon; barrel=barrels barrel; hectare=hectares hectare ha; acre=acres acre; "
        + "degree=degrees degree; mph=mph; kW=kw kilowatts; MW=mw megawatts; GW=gw gigawatts; TW=tw; kWh=kwh; MWh=mwh; GWh=gwh; Hz=hz; MHz=mhz; GHz=ghz; GB=gb gigabytes; MB=mb megabytes; TB=tb terabytes; pixel=pixels; volt=volts; watt=watts; "
        + "cent=cents; point=points; knot=knots; calorie=calories; light-year=light-years");

    private static readonly FrozenDictionary<string, double> Suffixes = new Dictionary<string, double>
    {
        ["bn"] = 1e9, ["b"] = 1e9, ["m"] = 1e6, ["mn"] = 1e6, ["k"] = 1e3, ["tn"] = 1e12,
    }.ToFrozenDictionary();

    /// <summary>Words before a number that say that it is not exact.</summary>
    public static readonly FrozenSet<string> Approximate = FrozenSet.ToFrozenSet(
        ["about", "around", "roughly", "approximately", "nearly", "almost", "some", "over", "under", "than", "least", "most", "up", "estimated", "circa", "close"]);

    /// <summary>Nouns whose plural has no s.</summary>
    public static readonly FrozenSet<string> Plurals = FrozenSet.ToFrozenSet(
        ["people", "men", "women", "children", "adults", "aircraft", "staff", "personnel", "cattle", "sheep", "fish", "teeth", "mice", "spacecraft", "species", "series", "infantry", "firemen", "policemen", "congressmen", "congresswomen", "servicemen", "gunmen", "businessmen", "data", "media", "phenomena", "criteria", "alumni", "cacti", "offspring"]);

    /// <summary>ISO code of a currency sign, or null.</summary>
    public static string? Sign(string sign) => Signs.GetValueOrDefault(sign);

    /// <summary>ISO code of a currency's name, the name itself in the singular where it does not tell whose money it is, or null.</summary>
    public static string? Currency(string lower) => Currencies.GetValueOrDefault(lower);

    /// <summary>As <see cref="Currency(string)"/>, with the adjective of a country before the name ("Swiss francs").</summary>
    public static string? Currency(string country, string lower) =>
        Currency(lower) is { } currency ? NationalCurrencies.GetValueOrDefault((country, currency), currency) : null;

    /// <summary>Usual form of a unit of measure, or null.</summary>
    public static string? Measure(string lower) => Measures.GetValueOrDefault(lower);

    /// <summary>What a letter after a sum of money multiplies it by ("5m"), or 0.</summary>
    public static double Suffix(string lower) => Suffixes.GetValueOrDefault(lower);

    private static FrozenDictionary<string, string> Read(string lines)
    {
        var units = new Dictionary<string, string>();
        foreach (var line in lines.Split(';', StringSplitOptions.TrimEntries))
        {
            var parts = line.Split('=');
            foreach (var word in parts[1].Split(' '))
            {
                units[word] = parts[0];
            }
        }

        return units.ToFrozenDictionary();
    }
}
