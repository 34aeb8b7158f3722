using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>The HTML of a story alone, as feeds and exports carry it: read by the same rules as the article of a page.</summary>
internal static class HtmlFragment
{
    private const int MaxEmbeds = 20;

    // Cards of editors that ask for something instead of telling something.
    private const string Furniture = ".kg-button-card, .kg-signup-card, .kg-cta-card, .kg-email-cta-card, .wp-block-buttons, .sharedaddy, .jp-relatedposts";
    private const string Embeds = "iframe, object, embed, audio, video, .wp-block-embed, .kg-embed-card, .kg-audio-card, .kg-video-card, .kg-file-card";

    /// <summary>Reads the fragment into the draft; returns how many tags it had.</summary>
    /// <param name="html">The fragment; refused past the limits of <see cref="BoundedHtml"/>.</param>
    /// <param name="draft">Where its blocks go.</param>
    public static int Read(string html, StoryDraft draft)
    {
        var (document, tags) = BoundedHtml.Parse(html);
        if (document.Body is { } body)
        {
            SayDropped(body, draft);
            Rearrange(document, body, draft);
            HtmlArticle.Read(body, draft, isWhole: false);
        }

        return tags;
    }

    /// <summary>The words of a piece of HTML (a title, an excerpt, a caption) on one line.</summary>
    public static string TextOf(string html) =>
        html.AsSpan().IndexOfAny('<', '&') < 0
            ? StoryDraft.OneLine(html)
            : BoundedHtml.Parse(html).Document.Body is { } body ? HtmlArticle.TextOf(body) : "";

    /// <summary>Says what a story of plain text can't keep.</summary>
    public static void SayDropped(IElement root, StoryDraft draft)
    {
        foreach (var embed in root.QuerySelectorAll(Embeds).Where(embed => embed.ParentElement?.Closest(Embeds) is null).Take(MaxEmbeds))
        {
            draft.Say("EMBED_DROPPED", "A story holds text and pictures; what was embedded here is not kept.", AddressOf(embed));
        }

        Count("script", "SCRIPT_DROPPED", "Scripts are not kept");
        Count("form, input, select, textarea", "FORM_DROPPED", "Forms are not kept");
        Count("svg, canvas, math", "DRAWING_DROPPED", "Drawings and formulas in mark-up are not kept");
        Count("a[href]", "LINKS_DROPPED", "The text of links is kept, their addresses are not");

        void Count(string selector, string code, string what)
        {
            if (root.QuerySelectorAll(selector) is { Length: > 0 } found)
            {
                draft.Say(code, $"{what} ({found.Length}).", AddressOf(found[0]));
            }
        }
    }

    private static string AddressOf(IElement element)
    {
        var source = element.HasAttribute("src") || element.HasAttribute("href") || element.HasAttribute("data")
            ? element
            : element.QuerySelector("[src], [href], [data]") ?? element;
        var address = source.GetAttribute("src") ?? source.GetAttribute("href") ?? source.GetAttribute("data") ?? "";
        return StoryDraft.WebAddress(address) is { Length: > 0 } web ? web : element.LocalName == "script" ? "" : StoryDraft.OneLine(HtmlArticle.TextOf(element));
    }

    // Taking an element out costs the number of its siblings, which is the author's choice.
    private static void Hide(IElement element) => element.SetAttribute("hidden", "");

    /// <summary>Brings the cards of editors into the form of ordinary pages.</summary>
    private static void Rearrange(IHtmlDocument document, IElement body, StoryDraft draft)
    {
        foreach (var card in body.QuerySelectorAll(Furniture))
        {
            draft.Dropped(HtmlArticle.TextOf(card));
            Hide(card);
        }

        foreach (var embed in body.QuerySelectorAll(".wp-block-embed, .kg-embed-card, .kg-audio-card, .kg-video-card, .kg-file-card"))
        {
            Hide(embed);
        }

        foreach (var card in body.QuerySelectorAll(".kg-bookmark-card").Take(MaxEmbeds).ToArray())
        {
            // Its picture is the other page's.
            var title = card.QuerySelector(".kg-bookmark-title") is { } titled ? HtmlArticle.TextOf(titled) : "";
            var address = StoryDraft.WebAddress(card.QuerySelector("a[href]")?.GetAttribute("href") ?? "");
            var paragraph = document.CreateElement("p");
            paragraph.TextContent = title.Length == 0 ? address : address.Length == 0 ? title : $"{title} ({address})";
            card.Replace(paragraph);
        }
    }
}
