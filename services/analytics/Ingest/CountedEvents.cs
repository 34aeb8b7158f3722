namespace Broadsheet.Analytics.Ingest;

/// <summary>Which rows of the event table are counted.</summary>
internal static class CountedEvents
{
    /// <summary>
    /// Condition on an event <c>e</c> and its story <c>s</c>, outer joined: the story was published within ten minutes of
    /// the event's arrival. Never null.
    /// </summary>
    public const string OfKnownStory = "coalesce(s.known_from <= e.received_at + interval 10 minute, false)";
}
