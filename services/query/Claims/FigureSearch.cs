using Broadsheet.Hosting.Paging;
using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Google.Protobuf;
using Lucene.Net.Search;

namespace Broadsheet.Query.Claims;

/// <summary>Lists figures from the index, and tells which have aged.</summary>
internal static class FigureSearch
{
    private const int MostPoints = 20;

    // Of those that say the same one is shown, so a few more are read than shown.
    private const int MostRead = 100;

    private static readonly RowSearch<V1.Figure> Oldest = new(V1.Figure.Parser, ClaimField.AsOf, descending: false);
    private static readonly RowSearch<V1.Figure> Newest = new(V1.Figure.Parser, ClaimField.AsOf, descending: true);

    /// <summary>One page of the figures that pass the request's filters.</summary>
    public static ListFiguresResponse List(IndexReading reading, ListFiguresRequest request)
    {
        var filter = request.Clone();
        (filter.PageSize, filter.PageToken, filter.AtLeastAsFresh) = (0, "", null);
        var query = RowQuery.Of(IndexField.Kinds.Figure)
            .Only(IndexField.Block, request.Story)
            .Only(IndexField.Community, request.Community)
            .Only(ClaimField.Unit, request.Unit)
            .OnlyWords(request.Subject, ClaimField.Subject);
        if (request.Entity.Length > 0)
        {
            query.Add(SoughtEntity.Of(EntityCatalog.Of(reading), request.Entity).In(ClaimField.FigureAbout, ClaimField.FigureSentence), Occur.MUST);
        }

        var (rows, token, _) = Oldest.Page(
            reading.Searcher, query, PageToken.Size(request.PageSize), request.PageToken, "ListFigures " + Convert.ToBase64String(filter.ToByteArray()));
        var response = new ListFiguresResponse { Figures = { rows }, NextPageToken = token };
        response.Series.Add(Age(reading, rows));
        return response;
    }

    /// <summary>The first figures for an entity, oldest first, and how many there are.</summary>
    public static (List<V1.Figure> Figures, int Total) About(IndexReading reading, IReadOnlyList<string> entity, int size)
    {
        var found = Oldest.First(reading.Searcher, RowQuery.Of(IndexField.Kinds.Figure).OnlyAny(ClaimField.FigureAbout, entity), size);
        Age(reading, found.Rows);
        return found;
    }

    // Marks what has aged, and gives the series of what can be compared.
    private static List<FigureSeries> Age(IndexReading reading, List<V1.Figure> figures)
    {
        var all = new List<FigureSeries>();
        foreach (var group in figures.Where(figure => figure is { AsOf: not null, Series.Length: > 0 }).GroupBy(figure => figure.Series, StringComparer.Ordinal))
        {
            var query = new BooleanQuery(disableCoord: true).Only(ClaimField.Series, group.Key);
            var (dated, total) = Newest.First(reading.Searcher, query, MostRead);
            var last = DateKey.Begin(dated[0].AsOf);
            foreach (var figure in group)
            {
                // "2022" and "3 May 2022" may be the same time, and then nothing has aged.
                figure.Superseded = DateKey.End(figure.AsOfEnd ?? figure.AsOf) < last;
                figure.Newest = !figure.Superseded;
            }

            if (total > 1)
            {
                all.Add(SeriesOf(group.Key, dated, total));
            }
        }

        foreach (var alone in figures.Where(figure => figure is { AsOf: not null, Series: "" }))
        {
            alone.Newest = true;
        }

        return all;
    }

    private static FigureSeries SeriesOf(string id, List<V1.Figure> newestFirst, int total)
    {
        var series = new FigureSeries
        {
            Series = id,
            Entity = newestFirst[0].Entity,
            Subject = newestFirst[0].Subject,
            Unit = newestFirst[0].Unit,
            FigureCount = total,
        };
        series.Points.Add(newestFirst
            .DistinctBy(figure => (figure.Value, figure.AsOf, figure.AsOfEnd, figure.Precision))
            .Take(MostPoints)
            .Reverse()
            .Select(figure => new FigurePoint { Figure = figure.Name, Value = figure.Value, AsOf = figure.AsOf, Precision = figure.Precision }));
        return series;
    }
}
