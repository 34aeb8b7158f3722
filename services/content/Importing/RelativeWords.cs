using System.Text.RegularExpressions;

namespace Broadsheet.Content.Importing;

/// <summary>Puts relative dates of other languages ("vor 3 Tagen", "il y a un an", "3天前") into the English words of <see cref="RelativeDate"/>.</summary>
internal static partial class RelativeWords
{
    private static readonly Dictionary<string, string> Days = new(StringComparer.Ordinal)
    {
        ["heute"] = "today", ["aujourd'hui"] = "today", ["aujourd’hui"] = "today", ["hoy"] = "today", ["hoje"] = "today", ["oggi"] = "today", ["vandaag"] = "today", ["idag"] = "today", ["i dag"] = "today", ["今天"] = "today", ["今日"] = "today", ["오늘"] = "today",
        ["gestern"] = "yesterday", ["hier"] = "yesterday", ["ayer"] = "yesterday", ["ontem"] = "yesterday", ["ieri"] = "yesterday", ["gisteren"] = "yesterday", ["igår"] = "yesterday", ["i går"] = "yesterday", ["昨天"] = "yesterday", ["昨日"] = "yesterday", ["어제"] = "yesterday", ["вчера"] = "yesterday",
    };

    private static readonly (string Unit, string[] Words)[] Units =
    [
        ("second", ["sekunde", "sekunden", "seconde", "secondes", "segundo", "segundos", "secondo", "secondi", "seconden", "sekund", "sekunder", "秒", "秒钟", "초"]),
        ("minute", ["minute", "minuten", "minutes", "minuto", "minutos", "minuti", "minuut", "minut", "minuter", "minutter", "分", "分钟", "分間", "분"]),
        ("hour", ["stunde", "stunden", "heure", "heures", "hora", "horas", "ora", "ore", "uur", "uren", "timme", "timmar", "time", "timer", "小时", "時間", "시간"]),
        ("day", ["tag", "tagen", "tage", "jour", "jours", "día", "días", "dia", "dias", "giorno", "giorni", "dag", "dagen", "dagar", "dage", "dager", "døgn", "天", "日", "일"]),
        ("week", ["woche", "wochen", "semaine", "semaines", "semana", "semanas", "settimana", "settimane", "week", "weken", "vecka", "veckor", "uge", "uger", "uke", "uker", "周", "週間", "주"]),
        ("month", ["monat", "monaten", "monate", "mois", "mes", "meses", "mês", "mese", "mesi", "maand", "maanden", "månad", "månader", "måned", "måneder", "个月", "か月", "ヶ月", "개월"]),
        ("year", ["jahr", "jahren", "jahre", "an", "ans", "année", "années", "año", "años", "ano", "anos", "anno", "anni", "jaar", "år", "年", "년"]),
    ];

    /// <summary>The English words for lower-case words of another language; the words themselves if they are none.</summary>
    public static string ToEnglish(string words)
    {
        if (Days.TryGetValue(words, out var day))
        {
            return day;
        }

        // "3 Tage" alone is how long something took.
        if (words.Length > 60 || Ago().Match(words) is not { Success: true } match || !(match.Groups["before"].Success || match.Groups["after"].Success))
        {
            return words;
        }

        var unit = Array.Find(Units, candidate => candidate.Words.Contains(match.Groups["unit"].Value)).Unit;
        var hedge = match.Groups["hedge"].Value switch
        {
            "" => "",
            "über" or "mehr als" or "plus de" or "más de" or "mais de" or "oltre" or "meer dan" or "mer än" or "over" or "mere end" or "mer enn" => "over ",
            "fast" or "presque" or "casi" or "quase" or "quasi" or "bijna" or "nästan" or "næsten" or "nesten" => "almost ",
            _ => "about ",
        };
        var count = char.IsDigit(match.Groups["count"].Value[0]) ? match.Groups["count"].Value : "a";
        return unit is null ? words : $"{hedge}{count} {unit} ago";
    }

    [GeneratedRegex(
        @"^(?<before>vor |il y a |hace |há |för |for )?((?<hedge>etwa|ca\.|rund|über|mehr als|fast|environ|plus de|presque|unos|unas|más de|casi|cerca de|mais de|quase|circa|oltre|quasi|ongeveer|meer dan|bijna|ungefär|mer än|nästan|omkring|over|mere end|næsten|omtrent|mer enn|nesten|约|約|大约|약) ?)?(?<count>[0-9]{1,3}|einem|einer|einen|un|une|una|uno|um|uma|een|en|ett|et) ?(?<unit>[\p{L}]{1,10}?)(?<after> fa| atrás| geleden| sedan| siden|前| ?전)?$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Ago();
}
