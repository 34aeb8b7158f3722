using Lucene.Net.Documents;
using Lucene.Net.Index;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// The fields of the index. A story is one block of documents: its sentences, dated events, claims and figures,
/// then the story itself. A field that is scored belongs to one kind of document only, because its statistics must not mix.
/// </summary>
internal static class IndexField
{
    /// <summary>What a document is: one of <see cref="Kinds"/>.</summary>
    public const string Kind = "kind";

    /// <summary>Resource name, on every document of the block: what a block is replaced and deleted by.</summary>
    public const string Block = "block";

    /// <summary>Resource name, on stories and tombstones only; also as doc value, for looking up and sorting.</summary>
    public const string Name = "name";

    /// <summary>Resource name, on parked changes only.</summary>
    public const string Parked = "parked";

    /// <summary>Why a change is parked, in UTF-8 (doc value of parked changes).</summary>
    public const string ParkReason = "parked.reason";

    /// <summary>Since when, in ticks of 100 ns since the year 1 (doc value of parked changes).</summary>
    public const string ParkTime = "parked.time";

    /// <summary>Version of the resource (doc value of stories, tombstones and parked changes).</summary>
    public const string Version = "version";

    /// <summary>What the story adds to the digest, see <see cref="IndexContents.RowOf"/> (doc value of stories).</summary>
    public const string Digest = "digest";

    /// <summary>How many sentences can answer (doc value of stories).</summary>
    public const string SentenceCount = "sentences";

    /// <summary>How many dated events there are (doc value of stories).</summary>
    public const string EventCount = "events";

    /// <summary>Publish time in microseconds since 1970 (doc value of stories).</summary>
    public const string PublishTime = "published";

    /// <summary>
    /// A number made from the name (doc value of stories), which puts stories that sort the same otherwise in an order
    /// that is the same on every replica. Comparing names themselves costs more than finding the stories.
    /// </summary>
    public const string Order = "order";

    /// <summary>Filters, on every document of the block.</summary>
    public const string Community = "community";

    /// <summary>Filter of stories and claims.</summary>
    public const string Creator = "creator";

    /// <summary>Filter of stories: the language tag and each of its prefixes, in lower case.</summary>
    public const string Language = "language";

    /// <summary>Filter of stories, in lower case.</summary>
    public const string Topic = "topic";

    /// <summary>
    /// Everything that a story says, stemmed, with offsets: first its plain text, then title and dek. So an offset
    /// below the length of the plain text is one into the plain text.
    /// </summary>
    public const string Text = "text";

    /// <summary>The same, not stemmed.</summary>
    public const string TextExact = "text.exact";

    /// <summary>Title, stemmed.</summary>
    public const string Title = "title";

    /// <summary>Dek, stemmed.</summary>
    public const string Dek = "dek";

    /// <summary>Headings, stemmed.</summary>
    public const string Headings = "headings";

    /// <summary>A sentence, stemmed.</summary>
    public const string Sentence = "sentence";

    /// <summary>What stands around a sentence: title, heading and the sentences beside it, stemmed.</summary>
    public const string SentenceContext = "sentence.context";

    /// <summary>Sentence of a dated event, stemmed.</summary>
    public const string EventText = "event";

    /// <summary>Ids of what an event's sentence names, by every name that the story has for it.</summary>
    public const string EventEntity = "event.entity";

    /// <summary>Sort key of the date of an event's begin (doc value).</summary>
    public const string EventBegin = "event.begin";

    /// <summary>Sort key of the date of an event's end (doc value).</summary>
    public const string EventEnd = "event.end";

    /// <summary>A number made from the name of an event's story (doc value): the same for all events of a story.</summary>
    public const string EventStory = "event.story";

    /// <summary>
    /// Number of what happened to whom (doc value): equal for tellings of one event. Also as a term, of events that happen
    /// once only, whose other dates are looked up by it.
    /// </summary>
    public const string EventKey = "event.key";

    /// <summary>Precision, modality and how well the sentence tells an event, in one number (doc value).</summary>
    public const string EventTraits = "event.traits";

    /// <summary>Number of a sentence or event in its story (doc value).</summary>
    public const string Ordinal = "ordinal";

    /// <summary>How many documents further in its block the story stands (doc value of sentences).</summary>
    public const string ToStory = "to.story";

    /// <summary>What is stored of a document, in the form of its kind.</summary>
    public const string Stored = "stored";

    /// <summary>Text with the offsets of its words; not stored.</summary>
    public static readonly FieldType TextWithOffsets = new FieldType
    {
        IsIndexed = true,
        IsTokenized = true,
        IndexOptions = IndexOptions.DOCS_AND_FREQS_AND_POSITIONS_AND_OFFSETS,
    }.Freeze();

    /// <summary>Text in which only words are looked for, never phrases; not stored.</summary>
    public static readonly FieldType WordsOnly = new FieldType
    {
        IsIndexed = true,
        IsTokenized = true,
        IndexOptions = IndexOptions.DOCS_AND_FREQS,
    }.Freeze();

    /// <summary>The kinds of documents.</summary>
    public static class Kinds
    {
        public const string Story = "story";
        public const string Sentence = "sentence";
        public const string Event = "event";
        public const string Claim = "claim";
        public const string Figure = "figure";
        public const string Tombstone = "tombstone";
        public const string Parked = "parked";
    }
}
