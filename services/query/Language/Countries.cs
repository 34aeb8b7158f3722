using System.Collections.Frozen;

namespace Broadsheet.Query.Language;

/// <summary>Countries and the words for what belongs to them ("Russian" → Russia).</summary>
internal static class Countries
{
    private static readonly FrozenDictionary<string, string> ByDemonym = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Afghan"] = "Afghanistan", ["Algerian"] = "Algeria", ["American"] = "United States", ["US"] = "United States", ["U.S."] = "United States", ["Argentine"] = "Argentina", ["Argentinian"] = "Argentina",
        ["Armenian"] = "Armenia", ["Australian"] = "Australia", ["Austrian"] = "Austria", ["Belarusian"] = "Belarus", ["Belgian"] = "Belgium", ["Bolivian"] = "Bolivia", ["Brazilian"] = "Brazil", ["British"] = "United Kingdom",
        ["UK"] = "United Kingdom", ["U.K."] = "United Kingdom", ["Bulgarian"] = "Bulgaria", ["Canadian"] = "Canada", ["Chilean"] = "Chile", ["Chinese"] = "China", ["Colombian"] = "Colombia", ["Croatian"] = "Croatia", ["Cuban"] = "Cuba",
        ["Czech"] = "Czech Republic", ["Danish"] = "Denmark", ["Dutch"] = "Netherlands", ["Egyptian"] = "Egypt", ["English"] = "England", ["Estonian"] = "Estonia", ["Ethiopian"] = "Ethiopia", ["Finnish"] = "Finland", ["French"] = "France",
        ["Georgian"] = "Georgia", ["German"] = "Germany", ["Greek"] = "Greece", ["Hungarian"] = "Hungary", ["Icelandic"] = "Iceland", ["Indian"] = "India", ["Indonesian"] = "Indonesia", ["Iranian"] = "Iran", ["Iraqi"] = "Iraq",
        ["Irish"] = "Ireland", ["Israeli"] = "Israel", ["Italian"] = "Italy", ["Japanese"] = "Japan", ["Kenyan"] = "Kenya", ["Korean"] = "Korea", ["Latvian"] = "Latvia", ["Lebanese"] = "Lebanon", ["Libyan"] = "Libya",
        ["Lithuanian"] = "Lithuania", ["Mexican"] = "Mexico", ["Moroccan"] = "Morocco", ["Nigerian"] = "Nigeria", ["Norwegian"] = "Norway", ["Pakistani"] = "Pakistan", ["Palestinian"] = "Palestine", ["Peruvian"] = "Peru", ["Philippine"] = "Philippines",
        ["Polish"] = "Poland", ["Portuguese"] = "Portugal", ["Romanian"] = "Romania", ["Roman"] = "Rome", ["Russian"] = "Russia", ["Saudi"] = "Saudi Arabia", ["Scottish"] = "Scotland", ["Serbian"] = "Serbia", ["Slovak"] = "Slovakia",
        ["Soviet"] = "Soviet Union", ["Spanish"] = "Spain", ["Swedish"] = "Sweden", ["Swiss"] = "Switzerland", ["Syrian"] = "Syria", ["Thai"] = "Thailand", ["Tunisian"] = "Tunisia", ["Turkish"] = "Turkey", ["Ukrainian"] = "Ukraine",
        ["Venezuelan"] = "Venezuela", ["Vietnamese"] = "Vietnam", ["Welsh"] = "Wales", ["Yugoslav"] = "Yugoslavia",
        ["Albanian"] = "Albania", ["Angolan"] = "Angola", ["Azerbaijani"] = "Azerbaijan", ["Bangladeshi"] = "Bangladesh", ["Bosnian"] = "Bosnia", ["Burmese"] = "Burma", ["Cambodian"] = "Cambodia", ["Cameroonian"] = "Cameroon",
        ["Congolese"] = "Congo", ["Croat"] = "Croatia", ["Cypriot"] = "Cyprus", ["Czechoslovak"] = "Czechoslovakia", ["Dane"] = "Denmark", ["Ecuadorian"] = "Ecuador", ["Eritrean"] = "Eritrea", ["Ghanaian"] = "Ghana",
        ["Guatemalan"] = "Guatemala", ["Haitian"] = "Haiti", ["Honduran"] = "Honduras", ["Jamaican"] = "Jamaica", ["Jordanian"] = "Jordan", ["Kazakh"] = "Kazakhstan", ["Kuwaiti"] = "Kuwait", ["Laotian"] = "Laos",
        ["Liberian"] = "Liberia", ["Malaysian"] = "Malaysia", ["Malian"] = "Mali", ["Maltese"] = "Malta", ["Moldovan"] = "Moldova", ["Mongolian"] = "Mongolia", ["Montenegrin"] = "Montenegro", ["Mozambican"] = "Mozambique",
        ["Namibian"] = "Namibia", ["Nepalese"] = "Nepal", ["Nepali"] = "Nepal", ["Nicaraguan"] = "Nicaragua", ["North Korean"] = "North Korea", ["South Korean"] = "South Korea", ["Panamanian"] = "Panama", ["Paraguayan"] = "Paraguay",
        ["Filipino"] = "Philippines", ["Qatari"] = "Qatar", ["Rwandan"] = "Rwanda", ["Serb"] = "Serbia", ["Singaporean"] = "Singapore", ["Slovene"] = "Slovenia", ["Slovenian"] = "Slovenia", ["Somali"] = "Somalia",
        ["South African"] = "South Africa", ["Sri Lankan"] = "Sri Lanka", ["Sudanese"] = "Sudan", ["Taiwanese"] = "Taiwan", ["Tanzanian"] = "Tanzania", ["Turk"] = "Turkey", ["Ugandan"] = "Uganda", ["Emirati"] = "United Arab Emirates",
        ["Briton"] = "United Kingdom", ["Uruguayan"] = "Uruguay", ["Uzbek"] = "Uzbekistan", ["Yemeni"] = "Yemen", ["Zambian"] = "Zambia", ["Zimbabwean"] = "Zimbabwe", ["Macedonian"] = "Macedonia", ["Prussian"] = "Prussia",
        ["Persian"] = "Persia", ["Salvadoran"] = "El Salvador", ["Senegalese"] = "Senegal", ["New Zealander"] = "New Zealand", ["Costa Rican"] = "Costa Rica", ["Dominican"] = "Dominican Republic", ["Puerto Rican"] = "Puerto Rico",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Names = ByDemonym.Values.Concat(["Britain", "Great Britain", "America", "Luxembourg", "Malta", "Cyprus", "Slovenia", "Albania", "Moldova", "Mongolia", "Nepal", "Sudan", "Ghana", "Angola", "USA", "US", "U.S.", "UK", "U.K.", "USSR", "UAE", "U.S.A.", "East Germany", "West Germany", "Oman", "Bahrain", "Brunei", "Fiji", "Monaco", "Liechtenstein", "Andorra", "San Marino", "Belize", "Bahamas", "Barbados", "Trinidad", "Guyana", "Suriname", "Botswana", "Lesotho", "Madagascar", "Mauritius", "Malawi", "Niger", "Burkina Faso", "Ivory Coast", "Sierra Leone", "Gambia", "Guinea", "Gabon", "Burundi", "Djibouti", "Mauritania", "Benin", "Togo", "Tajikistan", "Turkmenistan", "Kyrgyzstan", "Bhutan", "Maldives", "Papua New Guinea", "Samoa", "Tonga", "Myanmar", "Czechia", "Republic of Ireland", "Bosnia and Herzegovina", "Swaziland", "Zaire", "South Sudan", "South Vietnam", "North Vietnam"])
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The country that the word belongs to, or null.</summary>
    public static string? OfDemonym(string word) => ByDemonym.GetValueOrDefault(word);

    /// <summary>True for the name of a country.</summary>
    public static bool IsCountry(string name) => Names.Contains(name);

    /// <summary>The country under its usual name ("Britain" → United Kingdom).</summary>
    public static string Usual(string name) => name.ToUpperInvariant() switch
    {
        "BRITAIN" or "GREAT BRITAIN" or "UK" or "U.K." => "United Kingdom",
        "AMERICA" or "USA" or "US" or "U.S." => "United States",
        _ => name,
    };
}
