using Broadsheet.Query.V1;
using Lucene.Net.Index;

namespace Broadsheet.Query.Search;

/// <summary>
/// Finds, counts and ranks the stories of one segment, in one pass. Where all words must occur, the rarest leads; where
/// any two of many must, the words are read one after the other over a stretch of stories, which needs no order among them.
/// </summary>
internal sealed class SegmentSearch
{
    // Documents in a stretch: a story has some forty.
    private const int Stretch = 1 << 16;

    private readonly SearchPlan _plan;
    private readonly SearchOrder _order;
    private readonly StoryFilter _filter;
    private readonly FacetCounter _facets;
    private readonly TopStories _top;
    private readonly AtomicReaderContext _leaf;
    private readonly StoryColumns _columns;
    private readonly StoryScorer _scorer;
    private readonly Postings[] _excluded;
    private readonly Postings[]? _entities;

    public SegmentSearch(
        SearchPlan plan, SearchOrder order, StoryFilter filter, IReadOnlyList<SearchTerm>? entities, FacetCounter facets, TopStories top, AtomicReaderContext leaf)
    {
        (_plan, _order, _filter, _facets, _top, _leaf) = (plan, order, filter, facets, top, leaf);
        _columns = StoryColumns.Of(leaf.AtomicReader);
        _scorer = new StoryScorer(plan, leaf, _columns);
        _excluded =
        [
            .. plan.ExcludedWords.Select(term => (Postings?)plan.Terms.Documents(leaf.Ord, term, 1, frequencies: false)).OfType<Postings>(),
            .. plan.ExcludedPhrases.Select(phrase => _scorer.OpenPhrase(phrase)).OfType<Postings>(),
        ];
        _entities = entities?.Select(term => (Postings?)plan.Terms.Documents(leaf.Ord, term, 1, frequencies: false)).OfType<Postings>().ToArray();
    }

    /// <summary>How many stories were found.</summary>
    public int Found { get; private set; }

    public void Run()
    {
        if (_entities is { Length: 0 })
        {
            return;
        }

        if (_plan.IsEmpty)
        {
            All();
            return;
        }

        var phrases = _plan.Phrases.Select(phrase => _scorer.OpenPhrase(phrase)).ToArray();
        var words = Enumerable.Range(0, _plan.Words.Length).Select(word => _scorer.Open(word, 0)).ToArray();
        if (Array.IndexOf(phrases, null) >= 0 || words.Zip(_plan.Votes).Sum(word => word.First is null ? 0 : word.Second) < _plan.Required)
        {
            return;
        }

        if (phrases.Length > 0 || _plan.Words.Length <= _plan.Required)
        {
            Together(phrases!, words);
        }
        else
        {
            Any(words);
        }
    }

    private void All()
    {
        var live = _leaf.AtomicReader.LiveDocs;
        for (var story = 0; story < _columns.Count; story++)
        {
            if (live is null || live.Get(_columns.Documents[story]))
            {
                Visit(_columns.Documents[story], story, 0);
            }
        }
    }

    /// <summary>All phrases, and all words or two of them.</summary>
    private void Together(Postings[] phrases, Postings?[] words)
    {
        var all = _plan.Words.Length <= _plan.Required;
        var led = (all ? phrases.Concat(words!) : phrases).OrderBy(postings => postings!.Cost).ToArray();
        for (var document = led[0]!.Next(); document != Postings.End;)
        {
            var next = document;
            for (var i = 1; i < led.Length && next == document; i++)
            {
                next = led[i]!.Document < document ? led[i]!.Advance(document) : led[i]!.Document;
            }

            if (next != document)
            {
                document = next == Postings.End ? next : led[0]!.Advance(next);
                continue;
            }

            var story = _columns.StoryOf(document);
            var (score, having) = (0f, 0);
            for (var word = 0; word < words.Length; word++)
            {
                if (words[word]?.Has(document) ?? false)
                {
                    having += _plan.Votes[word];
                    score += _scorer.OfText(word, story, words[word]!.Frequency);
                }
            }

            for (var phrase = 0; phrase < phrases.Length; phrase++)
            {
                score += _scorer.OfPhrase(phrase, story, phrases[phrase].Frequency);
            }

            if (having >= _plan.Required)
            {
                Visit(document, story, score);
            }

            document = led[0]!.Next();
        }
    }

    /// <summary>Any words, as many as required.</summary>
    private void Any(Postings?[] words)
    {
        var scores = new float[Math.Min(Stretch, _columns.Count)];
        var having = new byte[scores.Length];
        foreach (var word in words)
        {
            word?.Next();
        }

        for (var begin = 0; begin < _leaf.AtomicReader.MaxDoc; begin += Stretch)
        {
            var end = begin + Stretch;
            var first = _columns.StoriesBefore(begin);
            for (var word = 0; word < words.Length; word++)
            {
                if (words[word] is not { } postings)
                {
                    continue;
                }

                for (var document = postings.Document; document < end; document = postings.Next())
                {
                    var story = _columns.StoryOf(document);
                    scores[story - first] += _scorer.OfText(word, story, postings.Frequency);
                    having[story - first] += _plan.Votes[word];
                }
            }

            var last = _columns.StoriesBefore(end);
            for (var story = first; story < last; story++)
            {
                if (having[story - first] >= _plan.Required)
                {
                    Visit(_columns.Documents[story], story, scores[story - first]);
                }
            }

            Array.Clear(scores, 0, last - first);
            Array.Clear(having, 0, last - first);
        }
    }

    /// <summary>Counts a story that the words find, and ranks it, if it passes the filters. Stories come in ascending order.</summary>
    private void Visit(int document, int story, float text)
    {
        var failed = _filter.IsEmpty ? 0 : _filter.Failed(_columns, story);
        if ((failed != 0 && (failed == StoryFilter.Out || (failed & (failed - 1)) != 0 || (failed & _facets.Bits) == 0)) || IsExcluded(document))
        {
            return;
        }

        if (failed != 0)
        {
            // Only the filter of one facet stands against it, and that facet is counted without.
            _facets.Count(_columns, story, (FacetField)int.Log2(failed));
            return;
        }

        _facets.Count(_columns, story);
        Found++;
        if (_order != SearchOrder.Relevance)
        {
            var time = _columns.PublishTime[story];
            var first = _order == SearchOrder.Newest ? time : -time;
            if (first >= _top.Least)
            {
                _top.Offer(document + _leaf.DocBase, new StoryKey(first, _columns.Order[story]));
            }
        }
        else if (StoryKey.OfScore(text) <= _top.Most
            && _scorer.Score(document, story, text, _top.Least < 0 ? 0 : new StoryKey(_top.Least, 0).Score) is { } score)
        {
            _top.Offer(document + _leaf.DocBase, new StoryKey(StoryKey.OfScore(score), _columns.Order[story]));
        }
    }

    private bool IsExcluded(int document)
    {
        foreach (var postings in _excluded)
        {
            if (postings.Has(document))
            {
                return true;
            }
        }

        if (_entities is null)
        {
            return false;
        }

        foreach (var postings in _entities)
        {
            if (postings.Has(document))
            {
                return false;
            }
        }

        return true;
    }
}
