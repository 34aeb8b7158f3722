using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Lucene.Net.Analysis;
using Lucene.Net.Documents;
using Lucene.Net.Util;
using static Broadsheet.Query.Indexing.IndexField;
using Change = Broadsheet.Content.V1.Change;
using Document = Lucene.Net.Documents.Document;

namespace Broadsheet.Query.Indexing;

/// <summary>Makes the documents that stand for a change in the index.</summary>
internal static class StoryDocuments
{
    // A term may have 32,766 bytes; filter values that long are none.
    private const int MaxFilterLength = 1_000;

    /// <summary>The block of a story: sentences, dated events, claims, figures, the story.</summary>
    /// <exception cref="InvalidDataException">The story contradicts its contract.</exception>
    public static List<Document> Of(Change change)
    {
        var story = change.Story;
        if (story.Name != change.Resource)
        {
            throw new InvalidDataException($"the change of {change.Resource} carries {story.Name}");
        }

        var analysis = StoryAnalysis.Of(story);
        var text = analysis.Text;
        var (words, title) = (new AnalyzedText(story.PlainText), new AnalyzedText(story.Title));
        var documents = new List<Document>(analysis.Story.Sentences.Count + analysis.Events.Count + 1);
        AddSentences(analysis.Story, text, words, title, documents);
        for (var i = 0; i < analysis.Events.Count; i++)
        {
            documents.Add(EventDocument(story, analysis, i));
        }

        Claims.ClaimDocuments.Add(documents, analysis.Story, analysis.Knowledge.Claims);
        Claims.FigureDocuments.Add(documents, analysis.Story, analysis.Knowledge.Figures);
        documents.Add(StoryDocument(change, analysis, words, title));
        // Only now is it known how far each sentence is from its story.
        for (var i = 0; i < documents.Count - 1; i++)
        {
            documents[i].Add(new NumericDocValuesField(ToStory, documents.Count - 1 - i));
        }

        return documents;
    }

    /// <summary>What is left of a story that is gone: its version, so that an older one does not come back.</summary>
    public static Document Gone(Change change) =>
    [
        .. Keys(IndexField.Kinds.Tombstone, change.Resource),
        TermField.Of(Name, change.Resource),
        new NumericDocValuesField(IndexField.Version, change.Version),
    ];

    /// <summary>The <see cref="IndexField.Order"/> of a story.</summary>
    public static long OrderOf(string name) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    /// <summary>A change that could not be applied, whole.</summary>
    public static Document ParkedChange(string key, Change change, ParkedChanges.Entry entry) =>
    [
        TermField.Of(Kind, Kinds.Parked),
        TermField.Of(Parked, key),
        new NumericDocValuesField(IndexField.Version, change.Version),
        new BinaryDocValuesField(ParkReason, new BytesRef(entry.Reason)),
        new NumericDocValuesField(ParkTime, entry.Time.UtcTicks),
        StoredBytes.Field(change.ToByteArray()),
    ];

    private static Document StoryDocument(Change change, StoryAnalysis analysis, AnalyzedText words, AnalyzedText title)
    {
        var story = change.Story;
        var stored = analysis.Story.ToBytes();
        var document = new Document();
        foreach (var key in Keys(Kinds.Story, story.Name))
        {
            document.Add(key);
        }

        document.Add(TermField.Of(Name, story.Name));
        document.Add(new SortedDocValuesField(Name, new BytesRef(story.Name)));
        document.Add(new NumericDocValuesField(Order, OrderOf(story.Name)));
        document.Add(new NumericDocValuesField(IndexField.Version, change.Version));
        var labels = Encoding.UTF8.GetBytes(string.Join('\n', [story.Language, .. story.Topics]));
        document.Add(new BinaryDocValuesField(IndexField.Digest, new BytesRef(IndexContents.RowOf(story.Name, change.Version, analysis.Digest(), stored, labels))));
        document.Add(new NumericDocValuesField(SentenceCount, analysis.Story.Sentences.Count(sentence => !sentence.IsHeading)));
        document.Add(new NumericDocValuesField(EventCount, analysis.Events.Count));
        document.Add(new NumericDocValuesField(PublishTime, story.PublishTime is { } time ? Microseconds(time) : 0));
        foreach (var filter in Filters(story))
        {
            document.Add(filter);
        }

        var dek = new AnalyzedText(story.Dek);
        foreach (var part in (AnalyzedText[])[words, title, dek])
        {
            document.Add(new Field(Text, part.Stream(stem: true), TextWithOffsets));
            document.Add(new Field(TextExact, part.Stream(stem: false), TextWithOffsets));
        }

        document.Add(new Field(Title, title.Stream(stem: true), WordsOnly));
        document.Add(new Field(Dek, dek.Stream(stem: true), WordsOnly));
        foreach (var section in story.Sections.Where(section => section.Heading.Length > 0))
        {
            document.Add(new Field(Headings, new AnalyzedText(section.Heading).Stream(stem: true), WordsOnly));
        }

        Search.SearchDocuments.AddTo(document, story, analysis.Language.Entities);
        Explore.StoryDates.AddTo(document, analysis.Events);
        EntityPages.EntityDocuments.AddTo(document, analysis.Knowledge.Entities);
        document.Add(StoredBytes.Field(stored));
        return document;
    }

    private static void AddSentences(StoredStory story, CodePoints text, AnalyzedText words, AnalyzedText title, List<Document> documents)
    {
        StoredSentence? heading = null;
        for (var i = 0; i < story.Sentences.Count; i++)
        {
            var sentence = story.Sentences[i];
            if (sentence.IsHeading)
            {
                heading = sentence;
                continue;
            }

            var document = new Document();
            foreach (var key in Keys(Kinds.Sentence, story.Name))
            {
                document.Add(key);
            }

            document.Add(Filter(Community, story.Community));
            document.Add(new TextField(Sentence, Words(sentence)));
            document.Add(new Field(SentenceContext, title.Stream(stem: true), WordsOnly));
            if (heading is { } above && above.Section == sentence.Section)
            {
                document.Add(new Field(SentenceContext, Words(above), WordsOnly));
            }

            foreach (var beside in (int[])[i - 1, i + 1])
            {
                if (beside >= 0 && beside < story.Sentences.Count && story.Sentences[beside] is { IsHeading: false } neighbour && neighbour.Section == sentence.Section)
                {
                    document.Add(new Field(SentenceContext, Words(neighbour), WordsOnly));
                }
            }

            document.Add(new NumericDocValuesField(Ordinal, i));
            documents.Add(document);
        }

        TokenStream Words(StoredSentence sentence) => words.Stream(stem: true, text.ToUtf16(sentence.Start), text.ToUtf16(sentence.End));
    }

    private static Document EventDocument(Broadsheet.Content.V1.Story story, StoryAnalysis analysis, int ordinal)
    {
        Document document = [.. Keys(Kinds.Event, story.Name), .. Filters(story)];
        Timeline.TimelineDocuments.AddTo(document, analysis.Story, analysis.Events[ordinal], analysis.Signatures[ordinal], ordinal);
        return document;
    }

    /// <summary>What stories and their events are filtered by alike.</summary>
    private static IEnumerable<Field> Filters(Broadsheet.Content.V1.Story story) =>
    [
        Filter(Community, story.Community),
        Filter(Creator, story.Creator),
        .. LanguagePrefixes(story.Language).Select(prefix => Filter(IndexField.Language, prefix)),
        .. story.Topics.Select(topic => Filter(Topic, Search.StoryFilter.TopicOf(topic))),
    ];

    private static Field[] Keys(string kind, string name) =>
        [TermField.Of(Kind, kind), TermField.Of(Block, Bounded(name))];

    private static Field Filter(string field, string value) => TermField.Of(field, Bounded(value));

    private static string Bounded(string value) => value.Length <= MaxFilterLength
        ? value
        : throw new InvalidDataException($"a value of {value.Length} characters can't be a name or a filter");

    /// <summary><c>en-GB</c> is also found as <c>en</c>.</summary>
    private static IEnumerable<string> LanguagePrefixes(string language)
    {
        var tag = language.ToLowerInvariant();
        for (var end = tag.Length; end > 0; end = tag.LastIndexOf('-', end - 1))
        {
            yield return tag[..end];
        }
    }

    internal static long Microseconds(Google.Protobuf.WellKnownTypes.Timestamp time) => (time.Seconds * 1_000_000) + (time.Nanos / 1_000);
}
