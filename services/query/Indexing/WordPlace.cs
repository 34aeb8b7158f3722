using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Util;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// Where the token streams of one thread put the term that is next. The library makes a place for each stream by
/// reflection, under a lock, which costs more than the few terms of a short field; streams are read one after another,
/// so one place is enough.
/// </summary>
internal sealed class WordPlace
{
    [ThreadStatic]
    private static WordPlace? _ofThread;

    private WordPlace()
    {
        Source.AddAttributeImpl(Term);
        Offsets = Source.AddAttribute<IOffsetAttribute>();
        Increments = Source.AddAttribute<IPositionIncrementAttribute>();
    }

    public AttributeSource Source { get; } = new();

    public TermBytes Term { get; } = new();

    public IOffsetAttribute Offsets { get; }

    public IPositionIncrementAttribute Increments { get; }

    public static WordPlace OfThread() => _ofThread ??= new WordPlace();
}

/// <summary>A term that is encoded already, as the index writer takes it.</summary>
internal sealed class TermBytes : Lucene.Net.Util.Attribute, ITermToBytesRefAttribute
{
    public BytesRef BytesRef { get; } = new();

    public void Set(byte[] term) => (BytesRef.Bytes, BytesRef.Offset, BytesRef.Length) = (term, 0, term.Length);

    public void FillBytesRef()
    {
        // It was, when the word was set.
    }

    public override void Clear() => Set([]);

    public override void CopyTo(IAttribute target) => ((TermBytes)target).Set(BytesRef.Bytes);
}

/// <summary>A value that is looked for as a whole: a <see cref="StringField"/> that is not stored, without its cost.</summary>
internal static class TermField
{
    private static readonly FieldType Whole = new FieldType
    {
        IsIndexed = true,
        IsTokenized = true,
        OmitNorms = true,
        IndexOptions = IndexOptions.DOCS_ONLY,
    }.Freeze();

    /// <summary>The field, for a document that the same thread adds to the index; it may stand in several documents.</summary>
    public static Field Of(string field, string value) => new(field, new OneTerm(System.Text.Encoding.UTF8.GetBytes(value), WordPlace.OfThread()), Whole);

    private sealed class OneTerm(byte[] value, WordPlace place) : TokenStream(place.Source)
    {
        private bool _ended;

        public override bool IncrementToken()
        {
            if (_ended)
            {
                return false;
            }

            place.Term.Set(value);
            place.Increments.PositionIncrement = 1;
            place.Offsets.SetOffset(0, 0);
            return _ended = true;
        }

        public override void Reset()
        {
            base.Reset();
            _ended = false;
        }

        public override void End() => place.Increments.PositionIncrement = 0;
    }
}
