using System.Collections.Frozen;
using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Broadsheet.Query.V1;
using TextSpan = Broadsheet.Query.Language.TextSpan;

namespace Broadsheet.Query.Claims;

/// <summary>The claims of a story, as the ledger answers them.</summary>
internal static class StoryClaims
{
    // What a story can have at most.
    private const int MostClaims = 1_000;
    private const int MostMentions = 50;
    private const int MostInLink = 300;

    private static readonly FrozenSet<string> Pronouns =
        FrozenSet.ToFrozenSet(["he", "she", "it", "they", "his", "her", "its", "their", "him", "them", "who", "i", "we", "you"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The claims in reading order, with their denials.</summary>
    public static List<Claim> Of(StoredStory story, CodePoints text, TextAnalysis analysis)
    {
        var passages = new StoryPassages(story, text);
        var quotations = Quotations.Find(text.Text);
        var claims = new List<Claim>();
        var byAttribution = new Dictionary<int, Claim>();
        for (var i = 0; i < analysis.Attributions.Count && claims.Count < MostClaims; i++)
        {
            var attribution = analysis.Attributions[i];
            // What stands in a heading or a caption is said again in the text, or is no sentence.
            if (attribution.Contents.Count > 0 && passages.At(attribution.Cue.Start) is { } sentence)
            {
                byAttribution[i] = ClaimOf(story, passages, analysis, attribution, sentence);
                claims.Add(byAttribution[i]);
            }
        }

        foreach (var (i, claim) in byAttribution)
        {
            var attribution = analysis.Attributions[i];
            foreach (var answered in attribution.Answers)
            {
                if (byAttribution.TryGetValue(answered, out var other))
                {
                    claim.Answers.Add(LinkTo(other));
                    other.AnsweredBy.Add(LinkTo(claim));
                }
            }

            claim.Within = Around(analysis.Attributions, i, byAttribution) is { } around ? LinkTo(around) : null;
            claim.Narrated = claim.Within is null && !IsInside(quotations, attribution.Cue.Start);
        }

        return claims;
    }

    private static Claim ClaimOf(StoredStory story, StoryPassages passages, TextAnalysis analysis, Attribution attribution, StoredSentence sentence)
    {
        var claim = new Claim
        {
            Source = SourceOf(passages, attribution),
            Cue = passages.Words(attribution.Cue),
            Stance = attribution.Stance,
            Direct = attribution.IsDirect,
            Sentence = passages.Words(sentence),
            Citation = passages.Cite(sentence),
            PublishTime = story.PublishTime,
        };
        foreach (var content in attribution.Contents)
        {
            var (start, end) = passages.Points(content);
            claim.Contents.Add(new ClaimPart { Text = passages.Words(content), Start = start, End = end });
        }

        claim.Text = string.Join(" … ", claim.Contents.Select(content => content.Text));
        claim.Name = $"{story.Name}/claims/{passages.IdOf(sentence, attribution.Cue, claim.Source.Text, claim.Text)}";
        claim.Entities.Add(attribution.Contents.SelectMany(content => Mentions(analysis.Entities, content)).DistinctBy(mention => mention.Entity).Take(MostMentions));
        return claim;
    }

    private static ClaimSource SourceOf(StoryPassages passages, Attribution attribution)
    {
        if (attribution.Source is not { } span)
        {
            return new ClaimSource();
        }

        var (start, end) = passages.Points(span);
        var words = passages.Words(span);
        var isKnown = attribution.SourceKey.Length > 0;
        return new ClaimSource
        {
            Text = words,
            Start = start,
            End = end,
            Entity = EntityId.NameOf(attribution.SourceKey),
            DisplayName = attribution.SourceName,
            Resolution = Pronouns.Contains(words) ? isKnown ? SourceResolution.Pronoun : SourceResolution.Open
                : isKnown ? SourceResolution.Named : SourceResolution.Unspecified,
        };
    }

    /// <summary>The entities that stand in a span, in order.</summary>
    private static IEnumerable<EntityMention> Mentions(IReadOnlyList<Language.Entity> entities, TextSpan span)
    {
        var (low, high) = (0, entities.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = entities[middle].Start < span.Start ? (middle + 1, high) : (low, middle);
        }

        for (; low < entities.Count && entities[low].End <= span.End; low++)
        {
            if (entities[low].Key.Length > 0)
            {
                yield return EntityId.MentionOf(entities[low].Key, entities[low].Name, entities[low].Type);
            }
        }
    }

    // The nearest claim in whose contents the cue of this one stands.
    private static Claim? Around(IReadOnlyList<Attribution> attributions, int inner, Dictionary<int, Claim> claims)
    {
        const int MostLooked = 20;
        var cue = attributions[inner].Cue;
        Claim? around = null;
        var length = int.MaxValue;
        for (var i = Math.Max(0, inner - MostLooked); i < attributions.Count && i <= inner + MostLooked; i++)
        {
            foreach (var content in attributions[i].Contents)
            {
                if (i != inner && content.Contains(cue.Start) && cue.End <= content.End && content.Length < length && claims.TryGetValue(i, out var claim))
                {
                    (around, length) = (claim, content.Length);
                }
            }
        }

        return around;
    }

    private static bool IsInside(List<TextSpan> quotations, int position)
    {
        var (low, high) = (0, quotations.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = quotations[middle].End <= position ? (middle + 1, high) : (low, middle);
        }

        return low < quotations.Count && quotations[low].Contains(position);
    }

    private static ClaimLink LinkTo(Claim claim) => new()
    {
        Claim = claim.Name,
        Source = claim.Source.DisplayName.Length > 0 ? claim.Source.DisplayName : claim.Source.Text,
        Stance = claim.Stance,
        Text = StoryPassages.Shortened(claim.Text, MostInLink),
    };
}
