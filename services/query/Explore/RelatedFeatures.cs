using Broadsheet.Query.Indexing;
using Broadsheet.Query.Search;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Broadsheet.Query.Explore;

/// <summary>
/// Chooses by what other stories are compared with one: what it is about and few others are. The more it is about a
/// thing, and the fewer stories share it, the more the thing weighs.
/// </summary>
internal sealed class RelatedFeatures
{
    // What more than a fifth of all stories have says little of any, unless they are a handful.
    private const int CommonShare = 5;
    private const int Handful = 500;

    // Documents read for one answer at most.
    private const long Budget = 400_000;

    // A year or a day alone makes no two stories related.
    private const double DateWeight = 0.5;

    private const int MaxEntities = 40;
    private const int MaxDates = 60;
    private const int MaxTerms = 30;
    private const int MaxTopics = 20;

    private readonly IReadOnlyList<AtomicReaderContext> _leaves;
    private readonly int _stories;

    public RelatedFeatures(IndexReader reader)
    {
        _leaves = [.. reader.Leaves];
        _stories = _leaves.Sum(StoriesOf);
    }

    /// <summary>The features, what weighs most first.</summary>
    public RelatedFeature[] Of(StoryProfile profile, IEnumerable<string> dates, IEnumerable<string> topics)
    {
        var weighed = Best(FeatureKind.Entity, SearchField.Entity, profile.Entities, MaxEntities)
            .Concat(Best(FeatureKind.Term, IndexField.Text, profile.Words, MaxTerms))
            .Concat(Dates(dates))
            .Concat(Known(topics.Select(topic => new RelatedFeature(FeatureKind.Topic, IndexField.Topic, topic, topic))).Take(MaxTopics))
            .OrderByDescending(feature => feature.Weight)
            .ThenBy(feature => feature.Kind)
            .ThenBy(feature => feature.Text, StringComparer.Ordinal);
        var left = Budget;
        var chosen = new List<RelatedFeature>();
        foreach (var feature in weighed)
        {
            if (feature.Cost <= left)
            {
                left -= feature.Cost;
                chosen.Add(feature);
            }
        }

        return [.. chosen];
    }

    private IEnumerable<RelatedFeature> Best(FeatureKind kind, string field, IReadOnlyList<ProfileItem> items, int most)
    {
        var highest = items.Count == 0 ? 1 : 1 + Math.Log(items[0].Total);
        return Known(items.Select(item => new RelatedFeature(kind, field, item.Key, item.Shown) { Share = (1 + Math.Log(item.Total)) / highest }))
            .OrderByDescending(feature => feature.Weight)
            .ThenBy(feature => feature.Text, StringComparer.Ordinal)
            .Take(most);
    }

    /// <summary>A date weighs what it adds to the one that it lies in: who shares the day shares the year, too.</summary>
    private IEnumerable<RelatedFeature> Dates(IEnumerable<string> terms)
    {
        var dates = Known(terms.Select(term => new RelatedFeature(FeatureKind.Date, StoryDates.Field, term, term)))
            .OrderByDescending(feature => feature.Rarity)
            .ThenBy(feature => feature.Text, StringComparer.Ordinal)
            .Take(MaxDates)
            .ToDictionary(feature => feature.Text, StringComparer.Ordinal);
        foreach (var date in dates.Values)
        {
            var within = StoryDates.Within(date.Text);
            while (within is not null && !dates.ContainsKey(within))
            {
                within = StoryDates.Within(within);
            }

            date.Weight = DateWeight * (date.Rarity - (within is null ? 0 : dates[within].Rarity));
        }

        return dates.Values;
    }

    /// <summary>Those that other stories have, and not too many, with their weights.</summary>
    private List<RelatedFeature> Known(IEnumerable<RelatedFeature> features)
    {
        var known = new List<RelatedFeature>();
        TermsEnum?[]? dictionaries = null;
        var common = _stories <= Handful ? _stories : _stories / CommonShare;
        foreach (var feature in features)
        {
            dictionaries ??= [.. _leaves.Select(leaf => leaf.AtomicReader.GetTerms(feature.Field)?.GetEnumerator())];
            Count(feature, dictionaries, common);
            if (feature.Stories > 1 && feature.Stories <= common)
            {
                feature.Rarity = Bm25.Rarity(_stories, feature.Stories);
                feature.Weight = feature.Share * feature.Rarity;
                known.Add(feature);
            }
        }

        return known;
    }

    private void Count(RelatedFeature feature, TermsEnum?[] dictionaries, int common)
    {
        for (var leaf = 0; leaf < _leaves.Count; leaf++)
        {
            if (dictionaries[leaf] is not { } dictionary || !dictionary.SeekExact(feature.Term))
            {
                continue;
            }

            feature.Cost += dictionary.DocFreq;
            if (_leaves[leaf].AtomicReader.LiveDocs is not { } live)
            {
                feature.Stories += dictionary.DocFreq;
                continue;
            }

            // Counting stops where it is clear that there are too many.
            var documents = dictionary.Docs(live, null, DocsFlags.NONE);
            while (feature.Stories <= common && documents.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
            {
                feature.Stories++;
            }
        }
    }

    private static int StoriesOf(AtomicReaderContext leaf)
    {
        var columns = StoryColumns.Of(leaf.AtomicReader);
        return leaf.AtomicReader.LiveDocs is { } live ? columns.Documents.Count(live.Get) : columns.Count;
    }
}
