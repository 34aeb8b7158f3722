using Broadsheet.Query.Indexing;
using Lucene.Net.Documents;
using Document = Lucene.Net.Documents.Document;

namespace Broadsheet.Query.Claims;

/// <summary>What the index has of a story's figures: one document each, in the story's block.</summary>
internal static class FigureDocuments
{
    /// <summary>Adds the documents of the figures.</summary>
    public static void Add(List<Document> documents, StoredStory story, IReadOnlyList<V1.Figure> figures)
    {
        for (var i = 0; i < figures.Count; i++)
        {
            var figure = figures[i];
            var document = ClaimDocuments.RowOf(IndexField.Kinds.Figure, story, i, figure);
            ClaimDocuments.Term(document, ClaimField.FigureAbout, ClaimDocuments.IdIn(figure.Entity?.Entity ?? ""));
            ClaimDocuments.Term(document, ClaimField.Unit, figure.Unit.Length > 0 ? figure.Unit : ClaimField.Count);
            ClaimDocuments.Term(document, ClaimField.Series, figure.AsOf is not null ? figure.Series : "");
            document.Add(new TextField(ClaimField.FigureSentence, figure.Sentence, Field.Store.NO));
            document.Add(new TextField(ClaimField.Subject, figure.Subject, Field.Store.NO));
            document.Add(new NumericDocValuesField(ClaimField.AsOf, figure.AsOf is { } date ? DateKey.Begin(date) : long.MaxValue));
            documents.Add(document);
        }
    }
}
