using Broadsheet.Query.Search;
using Broadsheet.Query.V1;
using Lucene.Net.Search;

namespace Broadsheet.Query.Explore;

/// <summary>Says what a related story shares, and what each of that adds to its score.</summary>
internal sealed class RelatedReport(IndexSearcher searcher, SharedFeatures features)
{
    private const int MostOfAKind = 10;

    /// <summary>A related story.</summary>
    public RelatedStory Of(int document)
    {
        var card = StoryCard.Read(searcher, document, null);
        var story = new RelatedStory
        {
            Story = card.Story,
            Revision = card.Revision,
            Title = card.Title,
            Dek = card.Dek,
            Community = card.Community,
            Creator = card.Creator,
            PublishTime = card.PublishTime,
        };
        var shared = features.Of(document);
        story.EntityScore = Sum(FeatureKind.Entity);
        story.DateScore = Sum(FeatureKind.Date);
        story.TermScore = Sum(FeatureKind.Term);
        story.TopicScore = Sum(FeatureKind.Topic);
        story.Score = story.EntityScore + story.DateScore + story.TermScore + story.TopicScore;
        story.Entities.Add(Best(FeatureKind.Entity).Select(each => new SharedEntity
        {
            Entity = $"entities/{each.Feature.Text}",
            DisplayName = each.Feature.Shown,
            StoryCount = (int)each.Feature.Stories,
            Score = each.Score,
        }));
        story.Dates.Add(Finest([.. shared.Where(each => each.Feature.Kind == FeatureKind.Date)]).OrderByDescending(date => date.Score).Take(MostOfAKind));
        story.Terms.Add(Best(FeatureKind.Term).Select(each => new SharedTerm { Text = each.Feature.Shown, StoryCount = (int)each.Feature.Stories, Score = each.Score }));
        story.Topics.Add(Best(FeatureKind.Topic).Select(each => each.Feature.Shown));
        return story;

        double Sum(FeatureKind kind) => shared.Where(each => each.Feature.Kind == kind).Sum(each => each.Score);

        IEnumerable<(RelatedFeature Feature, double Score)> Best(FeatureKind kind) =>
            shared.Where(each => each.Feature.Kind == kind).OrderByDescending(each => each.Score).Take(MostOfAKind);
    }

    /// <summary>The dates as exactly as both know them: a year that they share by its day is not told apart from it.</summary>
    private static IEnumerable<SharedDate> Finest(IReadOnlyList<(RelatedFeature Feature, double Score)> shared)
    {
        var left = shared.ToDictionary(each => each.Feature.Text, each => each, StringComparer.Ordinal);
        // A day is longer than its month, and that than its year.
        foreach (var (feature, score) in shared.OrderByDescending(each => each.Feature.Text.Length).ThenBy(each => each.Feature.Text, StringComparer.Ordinal))
        {
            if (!left.Remove(feature.Text))
            {
                continue;
            }

            var sum = score;
            for (var within = StoryDates.Within(feature.Text); within is not null; within = StoryDates.Within(within))
            {
                sum += left.Remove(within, out var coarser) ? coarser.Score : 0;
            }

            var (date, precision) = StoryDates.Read(feature.Text);
            yield return new SharedDate { Date = date, Precision = precision, StoryCount = (int)feature.Stories, Score = sum };
        }
    }
}
