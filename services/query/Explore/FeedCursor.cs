using Broadsheet.Query.Search;

namespace Broadsheet.Query.Explore;

/// <summary>A story that can come next.</summary>
/// <param name="Document">Its document in the index that was read.</param>
/// <param name="Key">What it is sorted by: publish time, then a number of its own.</param>
/// <param name="Creator">Number of its creator in <see cref="StoryColumns.Creators"/>; -1 if it names none.</param>
/// <param name="Rank">Its place in what trends, from 0; -1 if it comes by its publish time.</param>
internal readonly record struct FeedStory(int Document, StoryKey Key, int Creator, int Rank);

/// <summary>
/// How far a feed was shown: everything up to <see cref="Reached"/>, but for stories of <see cref="HeldBack"/>, which were
/// shown up to <see cref="HeldBackAfter"/> only. All that is held back is by one creator, because nothing is passed over
/// but what the creator of the last two stories wrote, and what is held back goes first as soon as it may.
/// </summary>
internal readonly record struct FeedCursor()
{
    /// <summary>No creator.</summary>
    public const int Nobody = -1;

    /// <summary>Key of the last story by publish time that was not held back; null before the first.</summary>
    public StoryKey? Reached { get; init; }

    /// <summary>Whose stories are held back; <see cref="Nobody"/> if none are.</summary>
    public int HeldBack { get; init; } = Nobody;

    /// <summary>Key of the last story of theirs that was shown; null if they are held back from the beginning on.</summary>
    public StoryKey? HeldBackAfter { get; init; }

    /// <summary>Who wrote the last story shown; <see cref="Nobody"/> before the first.</summary>
    public int LastCreator { get; init; } = Nobody;

    /// <summary>How many of the last stories shown they wrote, at most 2 counted.</summary>
    public int Run { get; init; }

    /// <summary>True if a story by this creator may come next.</summary>
    public bool Allows(int creator) => creator == Nobody || creator != LastCreator || Run < DiverseOrder.MostInARow;

    /// <summary>The same after one more story was shown.</summary>
    public FeedCursor Shown(int creator) => this with
    {
        LastCreator = creator,
        Run = creator == LastCreator ? Math.Min(Run + 1, DiverseOrder.MostInARow) : 1,
    };
}
