using Broadsheet.Analytics.V1;

namespace Broadsheet.Analytics.Trending;

/// <summary>How trending is worked out, as data; anything else is another rule.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Window">What happened longer ago does not count.</param>
/// <param name="SignalHalfLife">After this long a signal is worth half.</param>
/// <param name="StoryHalfLife">After this long before readers a story's sum is worth half.</param>
/// <param name="FreeAnonymous">What readers who are not signed in may always add.</param>
internal sealed record TrendingRule(string Id, TimeSpan Window, TimeSpan SignalHalfLife, TimeSpan StoryHalfLife, double FreeAnonymous)
{
    /// <summary>The rule in force.</summary>
    public static readonly TrendingRule Current = new("trending/1", TimeSpan.FromHours(48), TimeSpan.FromHours(6), TimeSpan.FromDays(3), 10);

    /// <summary>What one reader's signal is worth.</summary>
    public static double WeightOf(TrendingSignal signal) => signal switch
    {
        TrendingSignal.View => 1,
        TrendingSignal.Read => 3,
        TrendingSignal.Share => 5,
        TrendingSignal.Comment => 4,
        TrendingSignal.Insight => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    };

    /// <summary>
    /// What is left of what anonymous readers add: all of it up to the free amount plus what those who are signed in add,
    /// and the logarithm of what goes beyond.
    /// </summary>
    public double Anonymous(double anonymous, double signedIn)
    {
        var free = FreeAnonymous + signedIn;
        return anonymous <= free ? anonymous : free + (free * Math.Log(anonymous / free));
    }
}
