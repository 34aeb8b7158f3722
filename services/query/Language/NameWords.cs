using System.Collections.Frozen;

namespace Broadsheet.Query.Language;

/// <summary>Words that tell what kind of thing a name is.</summary>
internal static class NameWords
{
    /// <summary>Words before a person's name.</summary>
    public static readonly FrozenSet<string> Titles = Set(
        "mr mrs ms miss dr prof professor brigadier sir lord lady dame captain capt president senator sen pope king queen prince princess general gen colonel col admiral alderman chancellor minister emperor empress saint judge justice "
        + "governor gov secretary commander major lieutenant lt sergeant sgt reverend rev bishop archbishop mayor premier tsar czar cardinal baron count duke duchess earl doctor marshal congressman congresswoman representative rep "
        + "ambassador sultan sheikh shah ayatollah imam rabbi father sister brother officer inspector detective coach chairman chairwoman director chief speaker vice prime deputy attorney engineer founder coroner senior juniors bassist guitarist singer drummer actor actress author mp ceo commissioner analyst presiding leader spokesman spokeswoman spokesperson sheriff prosecutor");

    /// <summary>What people are called before their name, in lower case.</summary>
    public static readonly FrozenSet<string> Callings = Set(
        "singer actor actress painter philosopher historian scientist inventor biologist physicist chemist engineer poet author composer architect writer producer director guitarist drummer bassist vocalist musician rapper artist "
        + "journalist novelist playwright economist politician lawyer activist footballer player striker goalkeeper pitcher quarterback boxer driver manager coach trainer wife husband son daughter brother sister father mother friend "
        + "partner uncle aunt cousin nephew rival professor spokesman spokeswoman spokesperson analyst leader founder co-founder explorer astronaut photographer designer comedian host presenter wrestler jockey bishop priest named mathematician astronomer king queen prince");

    public static readonly FrozenSet<string> OrganisationHeads = Set(
        "organization organisation university college school academy institute institution company corporation corp inc ltd llc plc co gmbh bank group holdings industries party ministry department agency bureau commission committee council "
        + "congress parliament senate assembly court army navy guard police club fc afc united association federation confederation foundation society league union alliance pact coalition front orchestra ensemble studios records pictures "
        + "press times post herald tribune journal news network broadcasting airlines airways railway railways motors electric telephone laboratories laboratory hospital church team nations survey patrol service services administration authority "
        + "board cabinet brothers bros partners trust fund observatory force forces corps regiment brigade battalion squadron fleet symphony choir museum library office exchange systems technologies software entertainment productions television "
        + "radio channel magazine publishing publishers books labs microsystems communications chamber government treasury international guards house rangers rovers wanderers city town athletic works enterprises line archives tigers lions eagles bears "
        + "giants cowboys pirates dodgers yankees lakers bulls knights kings devils wolves bulldogs panthers legion infantry cavalry division wing command center centre");

    /// <summary>Units that are numbered: "65th Air Division".</summary>
    public static readonly FrozenSet<string> UnitHeads = Set("division wing regiment brigade battalion corps squadron army fleet infantry cavalry congress armoured armored artillery rifles volunteers");

    // Heads of organisations that are as often a place.
    public static readonly FrozenSet<string> Either = Set("city town house center centre works command line library museum hospital church school observatory office channel international archives");

    public static readonly FrozenSet<string> PlaceHeads = Set(
        "river lake mount mountain mountains hills hill island islands isle peninsula sea ocean bay gulf strait channel valley desert forest park city town village county province state district region republic kingdom empire street road "
        + "avenue square bridge harbour harbor port airport station castle palace cathedral tower beach cape coast canyon falls glacier plateau territory territories canal creek springs heights shelf pole hemisphere north south east west yard "
        + "hall stadium arena theatre theater highway boulevard lane parish borough township plaza garden gardens building bank banks alley current sound depot base atlantic pacific caribbean mediterranean europe africa asia america antarctica "
        + "continent farm zoo temple abbey monastery cemetery prison jail reservoir dam basin ridge peak pass islet archipelago suburb railway line field ground grounds quarter wood woods moor marsh prefecture oblast voivodeship expressway siding courthouse house manor villa cottage trail junction crossing");

    public static readonly FrozenSet<string> PlaceFirsts = Set("lake mount mt camp cape gulf bay strait isle fort port san santa los las north south east west northern southern eastern western central new upper lower el saint st rio river puerto glen ben loch point");

    public static readonly FrozenSet<string> ThingHeads = Set(
        "war wars battle treaty act agreement accord convention protocol award awards prize cup championship championships olympics games festival revolution crisis conference summit plan project programme program operation expedition inquiry "
        + "conflict uprising rebellion massacre constitution declaration bill law theory day era age century album series season show film bible medal order open prix marathon race trophy tour rally bowl finals playoffs renaissance reformation "
        + "holocaust depression christmas easter new-year language languages edition code standard act effect principle theorem scandal affair disaster siege campaign offensive front amendment rights novel suite sonata concerto mass quartet book story stories");

    public static readonly FrozenSet<string> SpeakingVerbs = Set(
        "said says told died born wrote married argued studied himself herself replied thought added asked joked insisted announced believes believed explained noted warned denied claimed resigned retired sang played starred directed composed "
        + "graduated moved joined scored recorded served grew attended remarried lives lived");

    public static readonly FrozenSet<string> WorkNouns = Set("album albums song songs film films movie single book novel magazine series game games tour show episode comic trilogy play opera language trophy award awards prize scandal war era religion virus engine aircraft missile rifle tank");

    public static readonly FrozenSet<string> GroupNouns = Set("band team company club label group newspaper firm corporation party government officials forces troops university school orchestra organization organisation agency board spokesman spokeswoman shares employees airline network station executives chairman ceo");

    /// <summary>What an organisation is said to be ("is a Danish chain of"), besides <see cref="GroupNouns"/>.</summary>
    public static readonly FrozenSet<string> GroupDefinitions = Set("chain manufacturer maker retailer carrier operator producer supplier provider supermarket charity union movement brand publisher distributor consortium nonprofit startup think-tank quartet trio duo subsidiary business contractor cooperative militia gang sect");

    /// <summary>What a place is said to be, besides <see cref="AreaNouns"/> and heads of places.</summary>
    public static readonly FrozenSet<string> AreaDefinitions = Set("hamlet commune municipality settlement community municipalities hilltop summit volcano tributary stream pond spring resort seaport metropolis locality constituency ward landmark waterfall ghost-town microstate exclave enclave");

    /// <summary>What is neither and no person: "is a science-fiction convention".</summary>
    public static readonly FrozenSet<string> OtherDefinitions = Set("convention festival tournament holiday dialect tribe ceremony sport dance genre theory disease drug software programming-language car motorcycle ship frigate submarine fighter bomber locomotive soundtrack sitcom musical poem painting sculpture event competition championship fair rivalry virus treaty");

    public static readonly FrozenSet<string> AreaNouns = Set("city region province area border coast peninsula airport suburb county district town village river island state valley countryside neighborhood neighbourhood capital border metropolitan");

    /// <summary>Connect the parts of a name.</summary>
    public static readonly FrozenSet<string> Particles = Set("de la le du des von van der den ten bin ibn al el di da del dos das y ap af zu");

    public static readonly FrozenSet<string> Months = Set("january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday");

    /// <summary>Well-known organisations that no word of theirs gives away.</summary>
    public static readonly FrozenSet<string> Organisations = FrozenSet.ToFrozenSet(
        ["Nato", "House", "GOP", "Congress", "Senate", "Parliament", "Pentagon", "Interpol", "Unesco", "Unicef", "Opec", "Kremlin", "Google", "Microsoft", "Apple", "Facebook", "Twitter", "Amazon", "Intel", "Sony", "Toyota", "Honda", "Nintendo", "Boeing", "Airbus", "Reuters", "Bloomberg", "Hamas",
            "Hezbollah", "Taliban", "Al-Qaeda", "Gazprom", "Samsung", "Nokia", "Siemens", "Volkswagen", "Disney", "Starbucks", "Walmart", "Greenpeace", "Labour", "Tories", "Taliban", "Supreme Court", "White House", "Red Cross", "House of Commons", "House of Lords", "House of Representatives",
            "Republicans", "Democrats", "Republican Party", "Manchester United", "Wehrmacht", "Luftwaffe", "Gestapo", "Mossad", "Nasdaq", "Wall Street Journal", "Washington Post", "New York Times", "Warner Bros", "Motorola", "Netflix", "Tesla", "Uber", "Yahoo", "Ford", "General Motors", "Capitol Records", "Marvel Comics", "DC Comics"]);

    public static readonly FrozenSet<string> FunctionWords = Set(
        "the a an in on at to of by for from with and or but nor so yet if as when while where who whom whose which what why how that this these those it its he him his she her hers they them their theirs we our us i you your my mine me is was were are be been being has had have "
        + "having do does did not no after before during since until although though because however despite under over between among about above below there here then than all any each every some many most more much few several both either neither another other others such same one two three "
        + "four five six seven eight nine ten eleven twelve also only even just still once later earlier meanwhile moreover furthermore therefore thus hence nevertheless nonetheless instead today now according given following including upon within without through throughout against into onto out up down off across "
        + "along around behind beyond like unlike near per via can could will would shall should may might must let yes first second third finally eventually initially originally whether whenever wherever whereas unless perhaps soon often sometimes never always almost nearly early late part section chapter "
        + "figure table photo read see nobody everybody nothing everything something somebody anyone everyone someone yesterday tomorrow thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred well again indeed rather additionally afterwards besides "
        + "sir madam oh please thanks back work just give make take despite inside outside toward towards till apart aside due regarding concerning currently recently previously");

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
