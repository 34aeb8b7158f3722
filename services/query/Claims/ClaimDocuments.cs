using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Google.Protobuf;
using Lucene.Net.Documents;
using Lucene.Net.Util;
using Document = Lucene.Net.Documents.Document;

namespace Broadsheet.Query.Claims;

/// <summary>What the index has of a story's claims: one document each, in the story's block.</summary>
internal static class ClaimDocuments
{
    /// <summary>Adds the documents of the claims.</summary>
    public static void Add(List<Document> documents, StoredStory story, IReadOnlyList<Claim> claims)
    {
        for (var i = 0; i < claims.Count; i++)
        {
            var claim = claims[i];
            var document = RowOf(IndexField.Kinds.Claim, story, i, claim);
            Term(document, IndexField.Creator, story.Creator);
            Term(document, ClaimField.Stance, claim.Stance);
            Term(document, ClaimField.Source, IdIn(claim.Source.Entity));
            document.Add(new TextField(ClaimField.SourceWords, $"{claim.Source.Text} ; {claim.Source.DisplayName}", Field.Store.NO));
            document.Add(new TextField(ClaimField.Words, claim.Text, Field.Store.NO));
            foreach (var mention in claim.Entities)
            {
                Term(document, ClaimField.About, IdIn(mention.Entity));
            }

            if (claim.AnsweredBy.Count > 0)
            {
                Term(document, ClaimField.Link, ClaimField.Denied);
            }

            documents.Add(document);
        }
    }

    /// <summary>A row of a story: what is filtered by, sorted by and answered in every list of rows.</summary>
    public static Document RowOf(string kind, StoredStory story, int ordinal, IMessage row) =>
    [
        TermField.Of(IndexField.Kind, kind),
        TermField.Of(IndexField.Block, story.Name),
        TermField.Of(IndexField.Community, story.Community),
        new NumericDocValuesField(ClaimField.Published, story.PublishTime is { } time ? StoryDocuments.Microseconds(time) : 0),
        new SortedDocValuesField(ClaimField.Story, new BytesRef(story.Name)),
        new NumericDocValuesField(IndexField.Ordinal, ordinal),
        StoredBytes.Field(row.ToByteArray()),
    ];

    /// <summary>Adds a value that is filtered by, unless it is empty.</summary>
    public static void Term(Document document, string field, string value)
    {
        if (value.Length > 0)
        {
            document.Add(TermField.Of(field, value));
        }
    }

    /// <summary>The id in the name of an entity, empty if there is none.</summary>
    public static string IdIn(string name) => name.Length > 0 ? EntityId.FromName(name) : "";
}
