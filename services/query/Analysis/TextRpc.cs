using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Broadsheet.Query.V1;
using FluentValidation;
using Google.Type;
using Grpc.Core;
using FigureDateOrigin = Broadsheet.Query.Language.FigureDateOrigin;

namespace Broadsheet.Query.Analysis;

/// <summary>Shows what is understood of a text. Work is linear in the text, which has a bound, so it needs no deadline of its own.</summary>
internal sealed class TextRpc : TextService.TextServiceBase
{
    public override Task<AnalyzeTextResponse> AnalyzeText(AnalyzeTextRequest request, ServerCallContext context)
    {
        var day = request.DocumentDate is { } date ? new DateOnly(date.Year, date.Month, date.Day) : (DateOnly?)null;
        return Task.FromResult(Show(TextAnalysis.Of(request.Text, day), request.DocumentDate));
    }

    /// <summary>The analysis in the contract's words, positions in code points.</summary>
    public static AnalyzeTextResponse Show(TextAnalysis analysis, Date? documentDate)
    {
        var points = new CodePoints(analysis.Text);
        var response = new AnalyzeTextResponse();
        foreach (var sentence in analysis.Sentences)
        {
            response.Sentences.Add(Span(points, sentence));
        }

        foreach (var time in analysis.Times)
        {
            response.Times.Add(new TextTime
            {
                Start = points.FromUtf16(time.Start),
                End = points.FromUtf16(time.End),
                Text = Words(points, time.Start, time.End),
                Type = time.Type switch { TimeType.Date => "DATE", TimeType.Time => "TIME", TimeType.Duration => "DURATION", _ => "SET" },
                Value = time.Value,
                Precision = PrecisionOf(time),
            });
        }

        foreach (var entity in analysis.Entities)
        {
            response.Entities.Add(new TextEntity
            {
                Start = points.FromUtf16(entity.Start),
                End = points.FromUtf16(entity.End),
                Text = Words(points, entity.Start, entity.End),
                Type = entity.Type,
                Entity = Name(entity.Key),
                DisplayName = WellFormed(entity.Name),
            });
        }

        foreach (var attribution in analysis.Attributions)
        {
            response.Attributions.Add(Show(points, attribution));
        }

        foreach (var figure in analysis.Figures)
        {
            response.Figures.Add(Show(points, figure, documentDate));
        }

        return response;
    }

    private static TextAttribution Show(CodePoints points, Attribution attribution) => new()
    {
        Source = attribution.Source is { } source ? Span(points, source) : null,
        Cue = Span(points, attribution.Cue),
        Contents = { attribution.Contents.Select(content => Span(points, content)) },
        Stance = attribution.Stance,
        Answers = { attribution.Answers },
        SourceEntity = Name(attribution.SourceKey),
        Direct = attribution.IsDirect,
    };

    private static TextFigure Show(CodePoints points, Figure figure, Date? documentDate) => new()
    {
        Start = points.FromUtf16(figure.Number.Start),
        End = points.FromUtf16(figure.Number.End),
        Text = Words(points, figure.Number.Start, figure.Number.End),
        Value = figure.Value,
        Unit = figure.Unit,
        Subject = figure.Subject.Length > 0 ? Span(points, figure.Subject) : null,
        Entity = Name(figure.AboutKey),
        Approximate = figure.IsApproximate,
        AsOfOrigin = figure.DateOrigin switch
        {
            FigureDateOrigin.Stated => V1.FigureDateOrigin.Stated,
            FigureDateOrigin.Document => V1.FigureDateOrigin.Document,
            _ => V1.FigureDateOrigin.Unspecified,
        },
        AsOf = figure.AsOf is { From: var date } ? new Date { Year = date.Year, Month = date.Month, Day = date.Day }
            : figure.DateOrigin == FigureDateOrigin.Document ? documentDate?.Clone() : null,
    };

    private static V1.TextSpan Span(CodePoints points, Language.TextSpan span) => new() { Start = points.FromUtf16(span.Start), End = points.FromUtf16(span.End) };

    private static string Name(string key) => EntityPages.EntityId.NameOf(key);

    private static string Words(CodePoints points, int start, int end) => WellFormed(points.Text[start..end]);

    // A lone half of a pair can't be written in UTF-8.
    private static string WellFormed(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return text;
        }

        var clean = new System.Text.StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.ToString());
        }

        return clean.ToString();
    }

    private static DatePrecision PrecisionOf(TimeExpression time) => time.From.IsEmpty ? DatePrecision.Unspecified : time.OpensRange ? DatePrecision.Range : time.Precision switch
    {
        Precision.Day => DatePrecision.Day,
        Precision.Month => DatePrecision.Month,
        Precision.Season => DatePrecision.Season,
        Precision.Year => DatePrecision.Year,
        Precision.Decade => DatePrecision.Decade,
        Precision.Century => DatePrecision.Century,
        _ => DatePrecision.Unspecified,
    };
}

internal sealed class AnalyzeTextRequestValidator : AbstractValidator<AnalyzeTextRequest>
{
    private const int MostCodePoints = 100_000;

    public AnalyzeTextRequestValidator()
    {
        RuleFor(request => request.Text).Must(text => !string.IsNullOrWhiteSpace(text)).WithMessage("is required")
            .Must(text => text.Length <= MostCodePoints || new CodePoints(text).Length <= MostCodePoints).WithMessage("must have at most 100,000 characters");
        RuleFor(request => request.DocumentDate).Must(IsDay).WithMessage("must be a day of the years 1 to 9999");
    }

    private static bool IsDay(Date? date) => date is null
        || (date is { Year: >= 1 and <= 9999, Month: >= 1 and <= 12, Day: >= 1 } && date.Day <= System.DateTime.DaysInMonth(date.Year, date.Month));
}
