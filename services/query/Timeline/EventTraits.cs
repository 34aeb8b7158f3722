using Broadsheet.Query.V1;

namespace Broadsheet.Query.Timeline;

/// <summary>What merging must know of an event besides its dates and its key, packed into one number of the index.</summary>
internal readonly record struct EventTraits(DatePrecision Precision, EventModality Modality, int Quality, bool IsOnce)
{
    /// <summary>The number.</summary>
    public long Packed => (long)Precision | ((long)Modality << 4) | ((long)Quality << 8) | (IsOnce ? 1L << 16 : 0);

    /// <summary>What a number stands for.</summary>
    public static EventTraits Of(long packed) =>
        new((DatePrecision)(packed & 15), (EventModality)((packed >> 4) & 15), (int)((packed >> 8) & 255), (packed >> 16) != 0);
}
