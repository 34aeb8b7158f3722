using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Google.Protobuf;
using Lucene.Net.Documents;

namespace Broadsheet.Query.Timeline;

/// <summary>What an event's document has for the timeline.</summary>
internal static class TimelineDocuments
{
    /// <summary>Adds what is filtered, merged and answered by.</summary>
    public static void AddTo(Document document, StoredStory story, DatedEvent dated, EventSignature signature, int ordinal)
    {
        var number = signature.Number(story.Name, ordinal);
        document.Add(new TextField(IndexField.EventText, dated.Text, Field.Store.NO));
        foreach (var name in signature.Names)
        {
            document.Add(TermField.Of(IndexField.EventEntity, name));
        }

        if (signature.IsOnce && signature.Key.Length > 0)
        {
            document.Add(TermField.Of(IndexField.EventKey, KeyTerm(number)));
        }

        document.Add(new NumericDocValuesField(IndexField.EventBegin, DateKey.Begin(dated.Date)));
        document.Add(new NumericDocValuesField(IndexField.EventEnd, DateKey.End(dated)));
        document.Add(new NumericDocValuesField(IndexField.EventStory, EventSignature.NumberOf(story.Name)));
        document.Add(new NumericDocValuesField(IndexField.EventKey, number));
        document.Add(new NumericDocValuesField(IndexField.EventTraits, new EventTraits(dated.Precision, signature.Modality, signature.Quality, signature.IsOnce).Packed));
        document.Add(new NumericDocValuesField(IndexField.Ordinal, ordinal));
        document.Add(StoredBytes.Field(dated.ToByteArray()));
    }

    /// <summary>The term by which events with the key are looked up.</summary>
    public static string KeyTerm(long number) => number.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
