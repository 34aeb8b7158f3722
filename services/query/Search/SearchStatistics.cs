using Broadsheet.Query.Indexing;
using Lucene.Net.Index;

namespace Broadsheet.Query.Search;

/// <summary>
/// All numbers that a score depends on besides the story itself. They change with every story published; so that pages
/// of one search fit together, the token of the next page carries them. Rarities have half precision throughout, or a
/// token of a hundred words would be too long.
/// </summary>
internal sealed record SearchStatistics
{
    /// <summary>Mean length of the text, title, dek and headings, in words.</summary>
    public required float[] Lengths { get; init; }

    /// <summary>Rarity of each word: in the text, as typed, in title, dek and headings.</summary>
    public required Half[][] Words { get; init; }

    /// <summary>Rarity of each phrase.</summary>
    public required Half[] Phrases { get; init; }

    /// <summary>The statistics of the index as it is.</summary>
    public static SearchStatistics Of(IndexReader reader, PlannedWord[] words, SearchTerm[][] phrases)
    {
        // The field of exact words has the same words as the text.
        string[] fields = [IndexField.Text, IndexField.Title, IndexField.Dek, IndexField.Headings];
        var documents = new long[fields.Length];
        var lengths = new float[fields.Length];
        for (var field = 0; field < fields.Length; field++)
        {
            documents[field] = Math.Max(reader.GetDocCount(fields[field]), 1);
            lengths[field] = Math.Max(reader.GetSumTotalTermFreq(fields[field]), 0) / (float)documents[field];
        }

        return new SearchStatistics
        {
            Lengths = lengths,
            Words =
            [
                .. words.Select(word => (Half[])
                [
                    Rarity(documents[0], word.Text.Max(terms => terms.Min(term => term.Documents))),
                    Rarity(documents[0], Most(word.Exact)),
                    Rarity(documents[1], Most(word.Title)),
                    Rarity(documents[2], Most(word.Dek)),
                    Rarity(documents[3], Most(word.Headings)),
                ]),
            ],
            Phrases = [.. phrases.Select(phrase => (Half)phrase.Sum(term => Bm25.Rarity(documents[0], term.Documents)))],
        };
    }

    /// <summary>Writes them for a page token.</summary>
    public void WriteTo(BinaryWriter writer)
    {
        foreach (var length in Lengths)
        {
            writer.Write(length);
        }

        foreach (var rarity in Words.SelectMany(word => word).Concat(Phrases))
        {
            writer.Write(rarity);
        }
    }

    /// <summary>Reads them from a page token of the same query.</summary>
    public static SearchStatistics ReadFrom(BinaryReader reader, int words, int phrases)
    {
        var lengths = new float[4];
        for (var field = 0; field < lengths.Length; field++)
        {
            lengths[field] = reader.ReadSingle();
        }

        return new SearchStatistics
        {
            Lengths = lengths,
            Words = [.. Enumerable.Range(0, words).Select(_ => Read(reader, PlannedWord.Fields))],
            Phrases = Read(reader, phrases),
        };
    }

    private static Half[] Read(BinaryReader reader, int count)
    {
        var values = new Half[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = reader.ReadHalf();
        }

        return values;
    }

    private static long Most(SearchTerm?[] terms) => terms.Max(term => term?.Documents ?? 0);

    private static Half Rarity(long documents, long having) => (Half)Bm25.Rarity(documents, having);
}
