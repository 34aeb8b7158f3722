using Broadsheet.Query.Indexing;
using Broadsheet.Query.Search;
using Lucene.Net.Index;

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

    private readonly SearchTerms _terms;
    private readonly IReadOnlyList<AtomicReaderContext> _leaves;
    private readonly int _stories;
    private readonly int _common;

    public RelatedFeatures(SearchTerms terms)
    {
        _terms = terms;
        _leaves = [.. terms.Reader.Leaves];
        _stories = _leaves.Sum(StoriesOf);
        _common = _stories <= Handful ? _stories : _stories / CommonShare;
    }

    /// <summary>The features, what weighs most first.</summary>
    public RelatedFeature[] Of(StoryProfile profile, IEnumerable<string> dates, IEnumerable<string> topics)
    {
        var weighed = Chosen(FeatureKind.Entity, SearchField.Entity, profile.Entities, MaxEntities)
            .Concat(Chosen(FeatureKind.Term, IndexField.Text, profile.Words, MaxTerms))
            .Concat(Chosen(FeatureKind.Date, StoryDates.Field, dates.Select(date => (date, date, 1)), MaxDates))
            .Concat(Chosen(FeatureKind.Topic, IndexField.Topic, topics.Select(topic => (topic, topic, 1)), MaxTopics));
        var left = Budget;
        var chosen = new List<RelatedFeature>();
        foreach (var feature in InOrder(weighed))
        {
            if (feature.Term.Documents <= left)
            {
                left -= feature.Term.Documents;
                chosen.Add(feature);
            }
        }

        // Until here those that are gone were counted, too, and what is left is little enough to count for sure.
        if (_terms.Reader.HasDeletions)
        {
            chosen.ForEach(feature => Weigh(feature, Count(feature)));
            chosen.RemoveAll(feature => feature.Stories < 2);
        }

        WeighDates(chosen);
        return [.. InOrder(chosen)];
    }

    private static IOrderedEnumerable<RelatedFeature> InOrder(IEnumerable<RelatedFeature> features) =>
        features.OrderByDescending(feature => feature.Weight).ThenBy(feature => feature.Kind).ThenBy(feature => feature.Text, StringComparer.Ordinal);

    private IEnumerable<RelatedFeature> Chosen(FeatureKind kind, string field, IEnumerable<ProfileItem> items, int most) =>
        Chosen(kind, field, items.Select(item => (item.Key, item.Shown, item.Total)), most);

    /// <summary>Those that weigh most and that others have, but not too many.</summary>
    private IEnumerable<RelatedFeature> Chosen(FeatureKind kind, string field, IEnumerable<(string Text, string Shown, int Total)> items, int most)
    {
        var features = new List<RelatedFeature>();
        var highest = 0.0;
        foreach (var (text, shown, total) in items)
        {
            // The first is what the story is about most.
            highest = highest == 0 ? 1 + Math.Log(total) : highest;
            var term = _terms.Get(field, text);
            if (term.Documents >= 2 && term.Documents <= _common)
            {
                var feature = new RelatedFeature(kind, text, shown, Math.Min(1, (1 + Math.Log(total)) / highest), term);
                Weigh(feature, term.Documents);
                features.Add(feature);
            }
        }

        return InOrder(features).Take(most);
    }

    private void Weigh(RelatedFeature feature, long stories)
    {
        feature.Stories = stories;
        feature.Rarity = Bm25.Rarity(_stories, stories);
        feature.Weight = feature.Share * feature.Rarity * (feature.Kind == FeatureKind.Date ? DateWeight : 1);
    }

    /// <summary>A date weighs what it adds to the one that it lies in: who shares the day shares the year, too.</summary>
    private static void WeighDates(List<RelatedFeature> chosen)
    {
        var dates = chosen.Where(feature => feature.Kind == FeatureKind.Date).ToDictionary(feature => feature.Text, StringComparer.Ordinal);
        foreach (var date in dates.Values)
        {
            var within = StoryDates.Within(date.Text);
            while (within is not null && !dates.ContainsKey(within))
            {
                within = StoryDates.Within(within);
            }

            date.Weight = DateWeight * (date.Rarity - (within is null ? 0 : dates[within].Rarity));
        }
    }

    private int Count(RelatedFeature feature)
    {
        var stories = 0;
        for (var leaf = 0; leaf < _leaves.Count; leaf++)
        {
            for (var postings = _terms.Documents(leaf, feature.Term, 1, frequencies: false); postings is not null && postings.Next() != Postings.End;)
            {
                stories++;
            }
        }

        return stories;
    }

    private static int StoriesOf(AtomicReaderContext leaf)
    {
        var columns = StoryColumns.Of(leaf.AtomicReader);
        return leaf.AtomicReader.LiveDocs is { } live ? columns.Documents.Count(live.Get) : columns.Count;
    }
}
