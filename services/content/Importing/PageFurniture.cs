using AngleSharp.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>What stands in a page's article or beside it and is no part of the story: sharing, newsletters, comments, consent, advertising, other stories.</summary>
internal static class PageFurniture
{
    private const int MaxText = 1_000;
    private const int MaxWholeText = 5_000;

    // Class names and ids are made of words; one of these says what the element is for, wherever it stands.
    private static readonly HashSet<string> Purposes = new(StringComparer.Ordinal)
    {
        "newsletter", "advertisement", "adslot", "cookie", "cookies", "consent", "gdpr", "comments", "disqus", "addthis", "sharedaddy", "sharebar", "outbrain", "taboola", "adsbygoogle", "visuallyhidden", "screenreader", "sr", "noprint", "printonly",
    };

    // These are also used for what belongs to the text ("related" of a note, "ad" of a wrapper around everything).
    private static readonly HashSet<string> Suspects = new(StringComparer.Ordinal)
    {
        "share", "sharing", "social", "socials", "subscribe", "subscription", "signup", "comment", "respond", "paywall", "ad", "ads", "advert", "advertising", "sponsored", "sponsor", "promo", "promotion", "recirc",
        "recirculation", "related", "recommended", "recommendations", "trending", "popular", "sidebar", "breadcrumb", "breadcrumbs", "pagination", "pager", "toolbar", "skip", "navigation", "navbar", "menu", "footer", "toc", "jumplinks",
        "tags", "taglist", "rating", "offscreen", "popup", "modal", "overlay", "banner",
    };

    // Lines that no story has on their own.
    private static readonly HashSet<string> Lines = new(StringComparer.OrdinalIgnoreCase)
    {
        "Advertisement", "Advertisements", "Advertising", "Sponsored", "Supported by", "Share", "Tweet", "Pin", "Print", "Email", "Share this", "Share this article", "Share this story", "Share this post", "Share on Facebook", "Share on Twitter",
        "Continue reading the main story", "Story continues below advertisement", "Skip advertisement", "Article continues below", "Skip to content", "Loading…", "Loading...", "Read more", "Sign up for our newsletter", "Subscribe to our newsletter",
        "Anzeige", "Werbung", "Publicité", "Publicidad", "Publicidade", "Pubblicità", "Advertentie", "Annons", "Annonse", "Annonce", "Mainos", "Reklama", "Реклама", "広告",
    };

    /// <summary>
    /// True if an element's class names or id say that it is furniture, and it holds no more text than furniture does.
    /// Where something else has already told text from furniture, only the plainest words count.
    /// </summary>
    public static bool Is(IElement element, bool isTold)
    {
        if (element.LocalName is "article" or "main" or "body" or "html" or "h1" or "h2" or "h3" or "blockquote" or "pre" or "figure")
        {
            return false;
        }

        var names = $"{element.ClassName} {element.Id}";
        return names.Length > 1
            && names.ToLowerInvariant().Split([' ', '-', '_', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Any(name => Purposes.Contains(name) || (!isTold && element.LocalName != "p" && Suspects.Contains(name)))
            && !PageHead.IsLonger(element, isTold ? MaxText : MaxWholeText);
    }

    /// <summary>True if a paragraph is nothing but such a line.</summary>
    public static bool IsLine(string text) => text.Length <= 60 && Lines.Contains(text.TrimEnd(':', '.', ' '));
}
