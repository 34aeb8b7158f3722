using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Broadsheet.Query.Timeline;
using Broadsheet.Query.V1;
using Google.Type;

namespace Broadsheet.Query.Claims;

/// <summary>The figures of a story, as the list of figures answers them.</summary>
internal static class StoryFigures
{
    // What a story can have at most.
    private const int MostFigures = 1_000;

    // They say whose the things counted are, or that all are meant, not which of them: the member countries of an alliance
    // are its countries. Any other word picks some ("new members"), and makes another thing of it.
    private static readonly FrozenSet<string> NoChoice = FrozenSet.ToFrozenSet(["member", "total", "overall", "full", "current", "individual", "different"], StringComparer.Ordinal);

    /// <summary>The figures in reading order. Whether they have aged is told by all stories together, so not here.</summary>
    public static List<V1.Figure> Of(StoredStory story, (Date First, Date Last)? published, CodePoints text, TextAnalysis analysis)
    {
        var passages = new StoryPassages(story, text);
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entity in analysis.Entities)
        {
            types.TryAdd(entity.Key, entity.Type);
        }

        var figures = new List<V1.Figure>();
        foreach (var found in analysis.Figures)
        {
            if (figures.Count == MostFigures)
            {
                break;
            }

            if (!double.IsFinite(found.Value) || passages.At(found.Number.Start) is not { } sentence)
            {
                continue;
            }

            var words = passages.Words(found.Number);
            var figure = new V1.Figure
            {
                Text = words,
                Value = found.Value,
                Unit = found.Unit,
                Subject = found.Subject.Length > 0 ? passages.Words(found.Subject) : "",
                Entity = found.AboutKey.Length > 0 ? EntityId.MentionOf(found.AboutKey, found.AboutName, types.GetValueOrDefault(found.AboutKey, "MISC")) : null,
                Approximate = found.IsApproximate,
                Sentence = passages.Words(sentence),
                Citation = passages.Cite(sentence),
            };
            figure.Name = $"{story.Name}/figures/{passages.IdOf(sentence, found.Number, words)}";
            figure.Series = SeriesOf(story, figure);
            SetDate(figure, found, published);
            figures.Add(figure);
        }

        return figures;
    }

    private static void SetDate(V1.Figure figure, Language.Figure found, (Date First, Date Last)? published)
    {
        if (found is { DateOrigin: Language.FigureDateOrigin.Stated, AsOf: { From.IsEmpty: false } stated })
        {
            figure.AsOfOrigin = V1.FigureDateOrigin.Stated;
            figure.AsOf = StoryEvents.DateOf(stated.From);
            figure.AsOfEnd = stated.To is { IsEmpty: false } to ? StoryEvents.DateOf(to) : null;
            figure.Precision = stated.OpensRange && figure.AsOfEnd is not null ? DatePrecision.Range : StoryEvents.PrecisionOf(stated.Precision);
        }
        else if (found.DateOrigin == Language.FigureDateOrigin.Document && published is var (first, last))
        {
            figure.AsOfOrigin = V1.FigureDateOrigin.Document;
            figure.AsOf = first;
            figure.AsOfEnd = first.Equals(last) ? null : last;
            figure.Precision = first.Equals(last) ? DatePrecision.Day : DatePrecision.Range;
        }
    }

    // Without an entity nobody knows whether two stories count the same: "30 people" are others in every story.
    private static string SeriesOf(StoredStory story, V1.Figure figure)
    {
        if (figure.Subject.Length == 0 && figure.Unit.Length == 0)
        {
            return "";
        }

        var noun = Noun(figure.Subject);
        var of = figure.Entity?.Entity ?? story.Name;
        var key = string.Create(CultureInfo.InvariantCulture, $"{of}\0{figure.Unit}\0{noun}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 8));
    }

    private static string Noun(string subject)
    {
        var stems = subject.Split([' ', '-', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(word => TextAnalyzer.StemOf(word.ToLowerInvariant())).ToArray();
        return string.Join(' ', stems.Where((stem, i) => i == stems.Length - 1 || !NoChoice.Contains(stem)));
    }
}
