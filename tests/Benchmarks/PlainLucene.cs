using Broadsheet.Query.Indexing;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Util;

namespace Broadsheet.Benchmarks;

/// <summary>
/// The yardstick of search: Lucene.NET as it comes, in process, on the index of the query service and its mapping of files. All words, weights for
/// title and dek, the ten best with their names from doc values; no highlights, no facets, no call.
/// </summary>
internal sealed class PlainLucene : IDisposable
{
    private const int Top = 10;

    private readonly MappedDirectory _directory;
    private readonly DirectoryReader _reader;
    private readonly IndexSearcher _searcher;

    private readonly Analyzer _analyzer = Analyzer.NewAnonymous((_, text) =>
    {
        var words = new StandardTokenizer(LuceneVersion.LUCENE_48, text);
        return new TokenStreamComponents(words, new PorterStemFilter(new LowerCaseFilter(LuceneVersion.LUCENE_48, words)));
    });

    public PlainLucene(string folder)
    {
        _directory = new MappedDirectory(folder);
        _reader = DirectoryReader.Open(_directory);
        _searcher = new IndexSearcher(_reader) { Similarity = new BM25Similarity() };
    }

    /// <summary>How many segments the index has.</summary>
    public int Segments => _reader.Leaves.Count;

    /// <summary>Finds the ten best; answers how many stories have the words.</summary>
    public int Search(string text)
    {
        var top = _searcher.Search(Parse(text), Top);
        var bytes = new BytesRef();
        foreach (var hit in top.ScoreDocs)
        {
            var leaf = _reader.Leaves[ReaderUtil.SubIndex(hit.Doc, _reader.Leaves)];
            leaf.AtomicReader.GetSortedDocValues("name").Get(hit.Doc - leaf.DocBase, bytes);
            bytes.Utf8ToString();
        }

        return top.TotalHits;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _directory.Dispose();
        _analyzer.Dispose();
    }

    private BooleanQuery Parse(string text)
    {
        var all = new BooleanQuery();
        using var stream = _analyzer.GetTokenStream("", text);
        var term = stream.GetAttribute<ICharTermAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            var word = term.ToString();
            all.Add(
                new BooleanQuery
                {
                    { new TermQuery(new Term("title", word)) { Boost = 4 }, Occur.SHOULD },
                    { new TermQuery(new Term("dek", word)) { Boost = 2 }, Occur.SHOULD },
                    { new TermQuery(new Term("text", word)), Occur.SHOULD },
                },
                Occur.MUST);
        }

        stream.End();
        return all;
    }
}
