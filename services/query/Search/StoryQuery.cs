using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using Lucene.Net.Index;
using Lucene.Net.Queries;
using Lucene.Net.Search;

namespace Broadsheet.Query.Search;

/// <summary>Makes the index query for what was asked.</summary>
internal static class StoryQuery
{
    // The weights are those with which SciFact's claims find their abstracts best (nDCG@10 0.69; plain BM25 has 0.68).
    private const float TitleWeight = 0.6f;
    private const float DekWeight = 0.3f;
    private const float HeadingWeight = 0.3f;
    private const float ExactWeight = 0.3f;
    private const float ProximityWeight = 0.3f;
    private const float PhraseWeight = 2f;

    // Words that stand this close belong together.
    private const int ProximitySlop = 1;
    private const int MaxProximityPairs = 16;

    /// <summary>The stories that the text and the filters find.</summary>
    public static Lucene.Net.Search.Query Of(SearchText text, SearchRequest request)
    {
        var query = new BooleanQuery(disableCoord: true);
        if (text.IsEmpty)
        {
            query.Add(new ConstantScoreQuery(new TermQuery(new Term(IndexField.Kind, IndexField.Kinds.Story))), Occur.MUST);
        }

        AddWords(query, text.Words);
        foreach (var phrase in text.Phrases)
        {
            query.Add(Phrase(phrase, PhraseWeight), Occur.MUST);
        }

        foreach (var stem in text.ExcludedWords)
        {
            query.Add(new TermQuery(new Term(IndexField.Text, stem)), Occur.MUST_NOT);
        }

        foreach (var phrase in text.ExcludedPhrases)
        {
            query.Add(Phrase(phrase, 1), Occur.MUST_NOT);
        }

        return Filters(request) is { } filter ? new FilteredQuery(query, filter) : query;
    }

    // One or two words are all meant. More are a description, of which a story that has any two may be what is sought;
    // how many it has is what the score says.
    private const int RequiredWords = 2;

    private static void AddWords(BooleanQuery query, IReadOnlyList<SearchWord> words)
    {
        if (words.Count == 0)
        {
            return;
        }

        var required = new BooleanQuery(disableCoord: true) { MinimumNumberShouldMatch = Math.Min(words.Count, RequiredWords) };
        foreach (var word in words)
        {
            required.Add(new TermQuery(new Term(IndexField.Text, word.Stem)), Occur.SHOULD);
            Add(IndexField.Title, word.Stem, TitleWeight);
            Add(IndexField.Dek, word.Stem, DekWeight);
            Add(IndexField.Headings, word.Stem, HeadingWeight);
            Add(IndexField.TextExact, word.Exact, ExactWeight);
        }

        query.Add(required, Occur.MUST);
        for (var i = 0; i + 1 < words.Count && i < MaxProximityPairs; i++)
        {
            query.Add(
                new PhraseQuery { new Term(IndexField.Text, words[i].Stem), new Term(IndexField.Text, words[i + 1].Stem), }.Near(ProximitySlop, ProximityWeight),
                Occur.SHOULD);
        }

        void Add(string field, string term, float weight) => query.Add(new TermQuery(new Term(field, term)) { Boost = weight }, Occur.SHOULD);
    }

    internal static PhraseQuery Near(this PhraseQuery query, int slop, float weight)
    {
        query.Slop = slop;
        query.Boost = weight;
        return query;
    }

    private static Lucene.Net.Search.Query Phrase(IReadOnlyList<string> words, float weight)
    {
        if (words.Count == 1)
        {
            return new TermQuery(new Term(IndexField.TextExact, words[0])) { Boost = weight };
        }

        var phrase = new PhraseQuery { Boost = weight };
        foreach (var word in words)
        {
            phrase.Add(new Term(IndexField.TextExact, word));
        }

        return phrase;
    }

    private static BooleanFilter? Filters(SearchRequest request)
    {
        var filters = new BooleanFilter();
        Is(IndexField.Community, request.Community);
        Is(IndexField.Creator, request.Creator);
        Is(IndexField.Language, request.Language.ToLowerInvariant());
        Is(IndexField.Topic, request.Topic.ToLowerInvariant());
        if (request.PublishedFrom is not null || request.PublishedBefore is not null)
        {
            filters.Add(
                FieldCacheRangeFilter.NewInt64Range(
                    IndexField.PublishTime,
                    request.PublishedFrom is { } from ? StoryDocuments.Microseconds(from) : null,
                    request.PublishedBefore is { } before ? StoryDocuments.Microseconds(before) : null,
                    includeLower: true,
                    includeUpper: false),
                Occur.MUST);
        }

        return filters.Clauses.Count > 0 ? filters : null;

        void Is(string field, string value)
        {
            if (value.Length > 0)
            {
                filters.Add(new TermFilter(new Term(field, value)), Occur.MUST);
            }
        }
    }
}
