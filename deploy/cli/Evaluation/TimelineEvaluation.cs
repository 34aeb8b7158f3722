using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Broadsheet.Query.V1;

namespace Broadsheet.Cli.Evaluation;

/// <summary>
/// <c>broadsheet eval timeline</c>: builds the timelines of named things from raw news texts out of what AnalyzeText of a
/// running suite finds (sentences, dates, names, who said something) and compares them with accepted ones.
/// </summary>
internal static class TimelineEvaluation
{
    private const string Corpus = "Corpus-trial-data_task4";
    private const string Timelines = "TimeLines_trial_data_task4_v1.2";

    public static Command Create()
    {
        var folder = new Option<string?>("--folder") { Description = "Folder with the trial's texts and timelines (default: shared/eval/semeval2015-timeline/trial, beside this folder or one above it)." };
        return ServerCommand.Create(
            new Command("timeline", "Measures timelines of names from raw news texts, through AnalyzeText.") { folder },
            session => RunAsync(session, session.Arguments.GetValue(folder) ?? EvaluationCommand.Find("semeval2015-timeline", "trial")));
    }

    private static async Task<int> RunAsync(Session session, string? folder)
    {
        if (folder is null || !Directory.Exists(Path.Combine(folder, Corpus)) || !Directory.Exists(Path.Combine(folder, Timelines)))
        {
            await Console.Error.WriteLineAsync("error: no texts: there is no shared/eval/semeval2015-timeline/trial beside this folder or above it; name the folder with --folder");
            return 1;
        }

        var documents = new List<NewsDocument>();
        foreach (var file in Directory.GetFiles(Path.Combine(folder, Corpus), "*.xml").Order(StringComparer.Ordinal))
        {
            documents.Add(await NewsDocument.ReadAsync(session, file));
        }

        var (score, check) = (new TimelineScore(), new TimelineScore());
        var each = new List<(string Name, TimelineScore Score)>();
        foreach (var file in Directory.GetFiles(Path.Combine(folder, Timelines), "*.txt").Order(StringComparer.Ordinal))
        {
            var lines = await File.ReadAllLinesAsync(file, session.Cancel);
            var gold = lines.Skip(1).Select(line => line.Split('\t')).Where(parts => parts.Length >= 3)
                .Select(parts => new TimelineEvent(int.Parse(parts[0], CultureInfo.InvariantCulture), Known(parts[1]), parts[2..])).ToList();
            var (name, ours) = (lines[0].Trim(), Timeline(documents, lines[0].Trim()));
            each.Add((name, new TimelineScore()));
            each[^1].Score.Add(gold, ours);
            score.Add(gold, ours);
            check.Add(gold, gold);
        }

        if (session.Json)
        {
            Console.WriteLine(new JsonObject { ["documents"] = documents.Count, ["f1"] = Math.Round(score.F1, 4), ["precision"] = Math.Round(score.Precision, 4), ["recall"] = Math.Round(score.Recall, 4), ["eventsFound"] = Math.Round(score.Found, 4), ["datesRight"] = Math.Round(score.DatesRight, 4) }.ToJsonString());
            return 0;
        }

        Console.WriteLine($"scorer: the accepted timelines against themselves F1 {check.F1:0.000}, dates {check.DatesRight:0.000} (1 but for events that a timeline lists twice)");
        foreach (var (name, one) in each)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: F1 {one.F1 * 100:0.0}, events found {one.Found:0.000}, of those with the right date {one.DatesRight:0.000}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{documents.Count} texts: relations F1 {score.F1 * 100:0.0} (precision {score.Precision * 100:0.0}, recall {score.Recall * 100:0.0}); best of four teams in 2015, test part: 7.85"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"accepted events found {score.Found:0.000}; of those with the right date {score.DatesRight:0.000} (goal 0.600)"));
        return 0;
    }

    // Events that name the thing, ordered by their dates.
    private static List<TimelineEvent> Timeline(List<NewsDocument> documents, string target)
    {
        var events = documents.SelectMany(document => document.EventsOf(target)).Where(one => one.Date.Length > 0).ToList();
        var dates = events.Select(one => one.Date).Distinct().Order(StringComparer.Ordinal).ToList();
        return [.. events.Select(one => new TimelineEvent(dates.BinarySearch(one.Date, StringComparer.Ordinal) + 1, one.Date, [one.Mention]))];
    }

    // "2010-XX-XX" is known as 2010.
    private static string Known(string date) => date.Split("-XX")[0] is var known && known.StartsWith('X') ? "" : known;
}

/// <summary>A news text with what is found in it.</summary>
internal sealed class NewsDocument
{
    private static readonly HashSet<string> PastForms =
    [
        "was", "were", "had", "made", "won", "lost", "sold", "bought", "began", "came", "took", "gave", "held", "met", "told", "left", "went", "saw", "said", "became", "built", "sent", "brought", "rose", "fell", "grew", "cut", "paid", "led", "ran", "kept", "spoke", "wrote", "found", "got", "put", "set", "broke", "drew", "shown", "sued", "died", "born", "known", "seen", "given",
    ];

    private readonly string _number;
    private readonly List<(int Start, int End, int Sentence, string Word)> _words = [];
    private readonly string _text;
    private AnalyzeTextResponse _found = new();
    private string _day = "";
    private string _told = "";

    private NewsDocument(string file)
    {
        var root = XDocument.Load(file).Root!;
        _number = (root.Attribute("doc_id")?.Value ?? Path.GetFileName(file)).Split('-', '_')[0];
        var text = new StringBuilder();
        var last = 0;
        foreach (var token in root.Elements("token"))
        {
            var sentence = int.Parse(token.Attribute("sentence")!.Value, CultureInfo.InvariantCulture);
            var word = token.Value;
            var glued = word is "," or "." or ")" or "'s" or "%" or ";" or ":" || text.Length == 0 || text[^1] is '(' or '\n';
            text.Append(sentence != last ? "\n" : glued ? "" : " ");
            last = sentence;
            _words.Add((text.Length, text.Length + word.Length, sentence, word));
            text.Append(word);
        }

        _text = text.ToString();
    }

    /// <summary>Reads and analyses a document; its day is the date in its second line.</summary>
    public static async Task<NewsDocument> ReadAsync(Session session, string file)
    {
        var document = new NewsDocument(file);
        var first = await AnalyzedTexts.AnalyzeAsync(session, document._text, null);
        document._day = first.Times.FirstOrDefault(time => time is { Type: "DATE", Value.Length: 10 } && !time.Value.Contains('X', StringComparison.Ordinal))?.Value ?? "";
        document._found = document._day.Length > 0
            ? await AnalyzedTexts.AnalyzeAsync(session, document._text, DateOnly.ParseExact(document._day, "yyyy-MM-dd", CultureInfo.InvariantCulture))
            : first;
        document._told = document.Told();
        return document;
    }

    /// <summary>The words that tell what happened in the sentences that name the thing, with their dates.</summary>
    public IEnumerable<(string Date, string Mention)> EventsOf(string target)
    {
        var positions = AnalyzedTexts.Positions(_text);
        var named = target.Split(' ');
        foreach (var sentence in _words.Where(word => word.Sentence > 1).GroupBy(word => word.Sentence))
        {
            var words = sentence.ToArray();
            var (start, end) = (words[0].Start, words[^1].End);
            var inside = _text[start..end];
            if (!inside.Contains(target, StringComparison.OrdinalIgnoreCase)
                && !_found.Entities.Any(entity => positions[entity.Start] >= start && positions[entity.End] <= end && (entity.DisplayName.Equals(target, StringComparison.OrdinalIgnoreCase) || (named.Length > 1 && entity.Type == "PER" && entity.Text == named[^1]))))
            {
                continue;
            }

            var dates = DatesIn(start, end, positions);
            foreach (var word in words.Where(word => IsEvent(word.Word)))
            {
                yield return (DateOf(word.Start, dates, positions), $"{_number}-{word.Sentence}-{word.Word}");
            }
        }
    }

    // The nearest date that can be the event's: what somebody says has its own, so "last year" in his words dates nothing outside them.
    private string DateOf(int word, IReadOnlyList<(int At, string Value)> dates, int[] positions)
    {
        var own = ContentAt(word, positions);
        var near = dates.Where(date => ContentAt(date.At, positions) is var content && (content is null || content == own)).ToArray();
        return near.Length > 0 ? near.MinBy(date => Math.Abs(date.At - word)).Value : _told.Length > 0 ? _told : _day;
    }

    private TextSpan? ContentAt(int at, int[] positions) => _found.Attributions.SelectMany(attribution => attribution.Contents)
        .Where(content => positions[content.Start] <= at && at < positions[content.End]).MinBy(content => content.End - content.Start);

    // A date before a possessive or a name belongs to it ("this year's conference", "the 2010 World Cup"), not to what happens.
    private List<(int At, string Value)> DatesIn(int start, int end, int[] positions) =>
    [
        .. _found.Times.Where(time => positions[time.Start] >= start && positions[time.End] <= end && time.Type is "DATE" or "TIME")
            .Where(time => !IsPart(positions[time.Start], positions[time.End]))
            .Select(time => (At: positions[time.Start], Value: time.Value.Split('T')[0]))
            .Where(time => time.Value.Length is 4 or 7 or 10 && char.IsAsciiDigit(time.Value[0]) && char.IsAsciiDigit(time.Value[^1]) && !time.Value.Contains('W', StringComparison.Ordinal)),
    ];

    private bool IsPart(int start, int end)
    {
        var next = end;
        while (next < _text.Length && _text[next] == ' ')
        {
            next++;
        }

        return next < _text.Length && (_text[next] is '\'' or '’' || (next > end && char.IsAsciiDigit(_text[start]) && char.IsUpper(_text[next])));
    }

    // The day that a report is about: the one that its first sentences count back to from the day on which it appeared.
    private string Told()
    {
        var positions = AnalyzedTexts.Positions(_text);
        var lead = _words.Where(word => word.Sentence is > 1 and < 5).ToArray();
        if (lead.Length == 0 || !DateOnly.TryParseExact(_day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var appeared))
        {
            return "";
        }

        foreach (var (_, value) in DatesIn(lead[0].Start, lead[^1].End, positions))
        {
            if (DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && appeared.DayNumber - day.DayNumber is >= 0 and <= 7)
            {
                return value;
            }
        }

        return "";
    }

    private static bool IsEvent(string word) => PastForms.Contains(word) && word is not ("was" or "were" or "had") || (word.Length > 4 && char.IsLower(word[0]) && word.EndsWith("ed", StringComparison.Ordinal));
}
