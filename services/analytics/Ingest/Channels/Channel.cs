namespace Broadsheet.Analytics.Ingest.Channels;

/// <summary>What kind of way led a reader to a page; the numbers are stored.</summary>
internal enum Channel : byte
{
    /// <summary>Not a view, so nothing led to it.</summary>
    Unknown = 0,

    /// <summary>Nothing says what led here: typed, a bookmark, or an application that does not tell.</summary>
    Direct = 1,

    /// <summary>A search engine, not paid.</summary>
    Search = 2,

    /// <summary>A social network, not paid.</summary>
    Social = 3,

    /// <summary>Mail or a newsletter.</summary>
    Mail = 4,

    /// <summary>Another site.</summary>
    Referral = 5,

    /// <summary>An advertisement, wherever it stood.</summary>
    Paid = 6,

    /// <summary>Another page of this site.</summary>
    Internal = 7,

    /// <summary>An assistant that answers questions.</summary>
    Assistant = 8,

    /// <summary>A link that somebody marked with <c>utm_*</c> in a way that says none of these (a notification, a printed code).</summary>
    Campaign = 9,
}
