using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Lucene.Net.Index;

namespace Broadsheet.Query.Ask;

/// <summary>How much a word tells, by how few sentences have it.</summary>
internal sealed class WordRarity
{
    private readonly double _sentences;
    private readonly Func<Word, double> _having;

    private WordRarity(double sentences, Func<Word, double> having) => (_sentences, _having) = (sentences, having);

    /// <summary>Counted over all sentences of the index.</summary>
    public static WordRarity In(IndexReader reader) => new(
        reader.GetDocCount(IndexField.Sentence),
        word => TextAnalyzer.Stemmed.Words(word.Text) is { Count: > 0 } stems ? stems.Min(stem => reader.DocFreq(new Term(IndexField.Sentence, stem))) : 0);

    /// <summary>Counted over some sentences.</summary>
    public static WordRarity Among(IReadOnlyList<FoundSentence> sentences) => new(
        sentences.Count, word => sentences.Count(sentence => sentence.Read.Has(word.Sense)));

    /// <summary>The inverse document frequency of BM25: near 0 for a word that every sentence has, 9 for one of ten thousand.</summary>
    public double Of(Word word)
    {
        var having = Math.Min(_having(word), _sentences);
        return Math.Log(1 + ((_sentences - having + 0.5) / (having + 0.5)));
    }
}
