using System.Text;
using Broadsheet.Query.Indexing;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Store;
using Lucene.Net.Util;

namespace Broadsheet.Query.Tests.Indexing;

/// <summary>What is handed to the index without the library's own streams is what they would hand to it.</summary>
public sealed class IndexTermsTests
{
    private static readonly string[] Parts =
        ["The harbour's bridge", "naïve café", "re\u0301sume\u0301", "1990s", "U.S. and the N.A.T.O.", "running runners ran", "日本 の 橋", "😀 smile", "don’t", "soft\u00ADhyphen", "x", "", " \t\n", "Straße", "ﬁne", "a\u200Db"];

    [Fact]
    public void Words_stand_in_the_index_as_the_analyzer_gives_them()
    {
        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            var texts = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => string.Join(random.Next(2) == 0 ? ". " : " ", random.GetItems(Parts, random.Next(12)))).ToArray();
            var ours = Index(texts, static (name, text, type) => new Field(name, new AnalyzedText(text).Stream(stem: name == IndexField.Text), type));
            var plain = Index(texts, static (name, text, type) => new Field(name, text, type));
            Assert.Equal(plain, ours);
        }
    }

    [Fact]
    public void Part_of_a_text_has_the_words_that_begin_in_it()
    {
        const string text = "One bridge. Two bridges built. Three.";
        Assert.Equal(
            Index(["Two bridges built."], static (name, part, type) => new Field(name, new AnalyzedText(part).Stream(stem: true), type), IndexField.WordsOnly),
            Index([text], static (name, whole, type) => new Field(name, new AnalyzedText(whole).Stream(stem: true, 12, 30), type), IndexField.WordsOnly));
    }

    [Fact]
    public void Values_stand_in_the_index_as_string_fields_do()
    {
        string[] values = ["stories/a", "", "Ü 😀", new string('x', 1_000), "tab\there"];
        Assert.Equal(
            Index(values, static (name, value, _) => new StringField(name, value, Field.Store.NO)),
            Index(values, static (name, value, _) => TermField.Of(name, value)));
    }

    /// <summary>Terms, postings and norms of one document with all texts in each of two fields, then of one with the first.</summary>
    private static List<string> Index(string[] texts, Func<string, string, FieldType, IIndexableField> field, FieldType? type = null)
    {
        using var directory = new RAMDirectory();
        using (var writer = new IndexWriter(directory, new IndexWriterConfig(LuceneVersion.LUCENE_48, TextAnalyzer.PerField) { Similarity = StorySimilarity.Instance }))
        {
            foreach (var part in (string[][])[texts, texts[..1]])
            {
                writer.AddDocument(part.SelectMany(text => ((string[])[IndexField.Text, IndexField.TextExact]).Select(name => field(name, text, type ?? IndexField.TextWithOffsets))));
            }
        }

        using var reader = DirectoryReader.Open(directory);
        var rows = new List<string>();
        foreach (var name in (string[])[IndexField.Text, IndexField.TextExact])
        {
            var leaf = reader.Leaves.Single().AtomicReader;
            var info = leaf.FieldInfos.FieldInfo(name);
            rows.Add($"{name} {info?.IndexOptions} {info?.OmitsNorms} {string.Join(',', Enumerable.Range(0, leaf.MaxDoc).Select(document => leaf.GetNormValues(name)?.Get(document)))}");
            for (var terms = leaf.GetTerms(name)?.GetEnumerator(); terms is not null && terms.MoveNext();)
            {
                var row = new StringBuilder($"{terms.Term.Utf8ToString()}:");
                if (info!.IndexOptions == IndexOptions.DOCS_AND_FREQS_AND_POSITIONS_AND_OFFSETS)
                {
                    for (var places = terms.DocsAndPositions(null, null); places.NextDoc() != DocIdSetIterator.NO_MORE_DOCS;)
                    {
                        row.Append($" {places.DocID}");
                        for (var i = 0; i < places.Freq; i++)
                        {
                            row.Append($" {places.NextPosition()}={places.StartOffset}..{places.EndOffset}");
                        }
                    }
                }
                else
                {
                    for (var documents = terms.Docs(null, null, DocsFlags.FREQS); documents.NextDoc() != DocIdSetIterator.NO_MORE_DOCS;)
                    {
                        row.Append($" {documents.DocID}x{documents.Freq}");
                    }
                }

                rows.Add(row.ToString());
            }
        }

        return rows;
    }
}
