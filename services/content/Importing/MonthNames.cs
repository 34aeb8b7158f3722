namespace Broadsheet.Content.Importing;

/// <summary>
/// The months in the languages that pages are most often written in. The services run without culture data, so the names
/// are kept here, as the Unicode locale data has them: first as they are named, then as they stand in dates where that differs.
/// </summary>
internal static class MonthNames
{
    private const int ShortestBeginning = 3;

    private static readonly string[] Languages =
    [
        "january february march april may june july august september october november december", // English
        "januar februar märz april mai juni juli august september oktober november dezember", // German
        "jänner feber maerz", // Austrian German; no umlaut
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre", // French
        "- fevrier - - - - - aout - - - decembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre", // Spanish
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro", // Portuguese
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre", // Italian
        "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre", // Catalan
        "januari februari maart april mei juni juli augustus september oktober november december", // Dutch
        "januari februari mars april maj juni juli augusti september oktober november december", // Swedish
        "januar februar marts april maj juni juli august september oktober november december", // Danish
        "januar februar mars april mai juni juli august september oktober november desember", // Norwegian
        "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu", // Finnish
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
        "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień", // Polish
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec", // Czech
        "ledna února března dubna května června července srpna září října listopadu prosince",
        "január február marec apríl máj jún júl august september október november december", // Slovak
        "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
        "január február március április május június július augusztus szeptember október november december", // Hungarian
        "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie", // Romanian
        "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık", // Turkish
        "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь", // Russian
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень", // Ukrainian
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
        "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου", // Greek
        "januari februari maret april mei juni juli agustus september oktober november desember", // Indonesian
        "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر", // Arabic
        "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר", // Hebrew
    ];

    private static readonly Dictionary<string, int> Names = Index();

    /// <summary>The number of the month (1 to 12) that a word names, in full or by its beginning; 0 if it names none, or different ones in different languages.</summary>
    public static int Find(string word)
    {
        var name = word.TrimEnd('.').ToLowerInvariant();
        if (Names.TryGetValue(name, out var month))
        {
            return month;
        }

        if (name == "sept")
        {
            return 9;
        }

        if (name.Length is < ShortestBeginning or > 12)
        {
            return 0;
        }

        var found = 0;
        foreach (var (known, number) in Names)
        {
            // Finnish does not abbreviate its months, and "mar" is not its November.
            if (known.StartsWith(name, StringComparison.Ordinal) && !known.Contains("kuu", StringComparison.Ordinal))
            {
                if (found != 0 && found != number)
                {
                    return 0;
                }

                found = number;
            }
        }

        return found;
    }

    private static Dictionary<string, int> Index()
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var language in Languages)
        {
            var months = language.Split(' ');
            for (var at = 0; at < months.Length; at++)
            {
                if (months[at] != "-" && !names.TryAdd(months[at], at + 1) && names[months[at]] != at + 1)
                {
                    // The same word for different months says neither.
                    names[months[at]] = 0;
                }
            }
        }

        return names;
    }
}
