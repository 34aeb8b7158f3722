using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Language;
using Google.Protobuf;
using Google.Type;
using Claim = Broadsheet.Query.V1.Claim;

namespace Broadsheet.Query.Claims;

/// <summary>Who says what in a story, the numbers that it gives, and whom it mentions.</summary>
internal sealed record StoryKnowledge(IReadOnlyList<Claim> Claims, IReadOnlyList<V1.Figure> Figures, IReadOnlyList<StoryEntity> Entities)
{
    /// <summary>What is known from a story whose text is analysed.</summary>
    public static StoryKnowledge Of(StoredStory story, CodePoints text, TextAnalysis analysis) => new(
        StoryClaims.Of(story, text, analysis),
        StoryFigures.Of(story, PublishedOn(story), text, analysis),
        StoryEntities.Of(story, analysis));

    /// <summary>All of it, for the digest.</summary>
    public void WriteTo(BinaryWriter writer)
    {
        foreach (var row in Claims.Concat<IMessage>(Figures))
        {
            var bytes = row.ToByteArray();
            writer.Write7BitEncodedInt(bytes.Length);
            writer.Write(bytes);
        }

        foreach (var entity in Entities)
        {
            writer.Write(EntityTerm.Write(entity));
            writer.Write7BitEncodedInt(entity.Mentions);
            writer.Write(entity.InTitle);
            foreach (var alias in entity.Aliases)
            {
                writer.Write(alias);
            }
        }
    }

    // "Now" is some day between the first and the last on which the story can have been published.
    private static (Date First, Date Last)? PublishedOn(StoredStory story) =>
        PublishDays.Of(story.PublishTime, story.PublishTimeUncertainty) is { Earliest: { } first, Latest: { } last } ? (DateOf(first), DateOf(last)) : null;

    private static Date DateOf(DateOnly day) => new() { Year = day.Year, Month = day.Month, Day = day.Day };
}
