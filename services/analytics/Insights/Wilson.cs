namespace Broadsheet.Analytics.Insights;

/// <summary>The Wilson score interval of a share, without continuity correction.</summary>
internal static class Wilson
{
    /// <summary>The z of 95 %.</summary>
    public const double Z = 1.96;

    /// <summary>The interval of <paramref name="count"/> out of <paramref name="total"/>, which is above 0.</summary>
    public static (double Low, double High) Interval(long count, long total)
    {
        var share = (double)count / total;
        var squared = Z * Z / total;
        var centre = share + (squared / 2);
        var half = Z * Math.Sqrt(((share * (1 - share)) + (squared / 4)) / total);
        return (Math.Max(0, (centre - half) / (1 + squared)), Math.Min(1, (centre + half) / (1 + squared)));
    }
}
