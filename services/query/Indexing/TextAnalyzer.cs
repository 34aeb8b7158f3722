using System.Buffers;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.Miscellaneous;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Util;

namespace Broadsheet.Query.Indexing;

/// <summary>
/// Cuts text into words at Unicode word boundaries, without case, diacritics and possessive endings; stemmed or not.
/// No word is left out, so that phrases are found as they stand.
/// </summary>
internal sealed class TextAnalyzer(bool stem) : Analyzer
{
    /// <summary>Words as they stand.</summary>
    public static readonly TextAnalyzer Exact = new(stem: false);

    /// <summary>Words reduced to their stem.</summary>
    public static readonly TextAnalyzer Stemmed = new(stem: true);

    /// <summary>The analyzer of each field.</summary>
    public static readonly Analyzer PerField = new PerFieldAnalyzerWrapper(Stemmed, new Dictionary<string, Analyzer>
    {
        [IndexField.TextExact] = Exact,
    });

    /// <summary>The words of a text.</summary>
    public List<string> Words(string text)
    {
        var words = new List<string>();
        using var stream = GetTokenStream("", text);
        var term = stream.GetAttribute<ICharTermAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            words.Add(term.ToString()!);
        }

        stream.End();
        return words;
    }

    /// <summary>The stem of a word that <see cref="Exact"/> gave.</summary>
    public static string StemOf(string word)
    {
        using var stream = new PorterStemFilter(new NumberKeepingFilter(new OneWord(word)));
        stream.Reset();
        stream.IncrementToken();
        return stream.GetAttribute<ICharTermAttribute>().ToString()!;
    }

    /// <summary>Keeps phrases from reaching over the end of one text into the next.</summary>
    public override int GetPositionIncrementGap(string fieldName) => 100;

    protected override TokenStreamComponents CreateComponents(string fieldName, TextReader reader)
    {
        var words = new StandardTokenizer(LuceneVersion.LUCENE_48, reader);
        TokenStream stream = new EnglishPossessiveFilter(LuceneVersion.LUCENE_48, words);
        stream = new LowerCaseFilter(LuceneVersion.LUCENE_48, stream);
        stream = new ASCIIFoldingFilter(stream);
        stream = new InvisiblesFilter(stream);
        if (stem)
        {
            stream = new NumberKeepingFilter(stream);
            stream = new PorterStemFilter(stream);
        }

        return new TokenStreamComponents(words, stream);
    }

    /// <summary>
    /// Takes combining diacritical marks and invisible formatting (soft hyphens, directions) out of words, so that a
    /// decomposed letter is found like a composed one, and a word however it was laid out.
    /// </summary>
    private sealed class InvisiblesFilter : TokenFilter
    {
        private static readonly SearchValues<char> Invisibles = SearchValues.Create(
            [.. Range('\u0300', '\u036F'), '\u00AD', .. Range('\u200B', '\u200F'), .. Range('\u202A', '\u202E'), .. Range('\u2060', '\u206F'), '\uFEFF']);

        private readonly ICharTermAttribute _term;

        public InvisiblesFilter(TokenStream input)
            : base(input) => _term = AddAttribute<ICharTermAttribute>();

        public override bool IncrementToken()
        {
            if (!m_input.IncrementToken())
            {
                return false;
            }

            var buffer = _term.Buffer.AsSpan(0, _term.Length);
            if (buffer.ContainsAny(Invisibles))
            {
                var kept = 0;
                foreach (var character in buffer)
                {
                    if (!Invisibles.Contains(character))
                    {
                        buffer[kept++] = character;
                    }
                }

                _term.Length = kept;
            }

            return true;
        }

        private static IEnumerable<char> Range(char first, char last) => Enumerable.Range(first, last - first + 1).Select(code => (char)code);
    }

    /// <summary>Keeps words with digits from being stemmed: "1990s" is not "1990".</summary>
    private sealed class NumberKeepingFilter : TokenFilter
    {
        private readonly ICharTermAttribute _term;
        private readonly IKeywordAttribute _keyword;

        public NumberKeepingFilter(TokenStream input)
            : base(input)
        {
            _term = AddAttribute<ICharTermAttribute>();
            _keyword = AddAttribute<IKeywordAttribute>();
        }

        public override bool IncrementToken()
        {
            if (!m_input.IncrementToken())
            {
                return false;
            }

            _keyword.IsKeyword = _term.Buffer.AsSpan(0, _term.Length).IndexOfAnyInRange('0', '9') >= 0;
            return true;
        }
    }

    private sealed class OneWord : TokenStream
    {
        private readonly string _word;
        private readonly ICharTermAttribute _term;

        public OneWord(string word)
        {
            _word = word;
            _term = AddAttribute<ICharTermAttribute>();
        }

        public override bool IncrementToken()
        {
            ClearAttributes();
            _term.SetEmpty().Append(_word);
            return true;
        }
    }
}
