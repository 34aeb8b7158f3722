using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>
/// Finds when a page's story was published: in what the page says of itself, else in what it marks as the date, else in
/// the lines around the headline, else in its address.
/// </summary>
internal static partial class PageDate
{
    private const int MaxLine = 120;

    // The page says which date it means; of these the first that can be read is taken.
    private static readonly string[][] Metas =
    [
        ["article:published_time", "og:article:published_time", "parsely-pub-date", "article:published", "sailthru:date", "dc:date:issued", "dcterms:issued", "dcterms:created", "citation_publication_date", "citation_date"],
        ["datepublished", "pubdate", "pub_date", "created-date", "publishdate", "publish-date", "publish_date", "publication_date", "article:publicationdate", "originalpublicationdate", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "displaydate"],
        ["dc:date", "dcterms:date", "date"],
    ];

    public static void Read(IHtmlDocument document, PageHead head, MetaElements meta, StructuredData data, StoryDraft draft)
    {
        if (draft.TryPublished(data.Published)
            || Array.Exists(Metas, names => Array.Exists(names, name => draft.TryPublished(meta.First(name))))
            || draft.TryPublished(data.PagePublished))
        {
            ReadLines(head, draft);
            return;
        }

        foreach (var marked in Marked(document))
        {
            if (draft.TryPublished(marked))
            {
                ReadLines(head, draft);
                return;
            }
        }

        ReadLines(head, draft);
        if (!draft.HasPublishTime)
        {
            ReadWithin(head, draft);
        }

        if (!draft.HasPublishTime && InAddress().Match(draft.CanonicalUri) is { Success: true } address)
        {
            draft.TryPublished($"{address.Groups["year"].Value}-{address.Groups["month"].Value}-{address.Groups["day"].Value}");
        }
    }

    private static IEnumerable<string> Marked(IHtmlDocument document)
    {
        foreach (var element in document.QuerySelectorAll("[itemprop~=datePublished], [pubdate]").Take(5))
        {
            yield return Value(element);
        }

        // hAtom puts the instant into a title.
        foreach (var element in document.QuerySelectorAll(".published[title], .dt-published, time.published, time.entry-date, time.post-date").Take(5))
        {
            yield return Value(element);
        }

        foreach (var element in document.QuerySelectorAll("article time[datetime], main time[datetime], header time[datetime]").Concat(document.QuerySelectorAll("time[datetime]")).Take(20))
        {
            if (!IsOfSomethingElse(element))
            {
                yield return Value(element);
            }
        }
    }

    // A comment, another story, a later change.
    private static bool IsOfSomethingElse(IElement element) =>
        element.Closest("aside, nav, [class*=comment], [class*=related], [id*=comment]") is not null
        || $"{element.ClassName} {element.GetAttribute("itemprop")}".Contains("modified", StringComparison.OrdinalIgnoreCase)
        || $"{element.ClassName}".Contains("updated", StringComparison.OrdinalIgnoreCase);

    private static string Value(IElement element) =>
        new[] { element.GetAttribute("datetime"), element.GetAttribute("content"), element.GetAttribute("title"), element.TextContent }.FirstOrDefault(value => !string.IsNullOrWhiteSpace(value))?.Trim() ?? "";

    /// <summary>Takes the date and the reading time from the lines around the headline, as far as they are not yet known.</summary>
    private static void ReadLines(PageHead head, StoryDraft draft)
    {
        foreach (var (_, text) in head.Lines)
        {
            if (draft.HasPublishTime && draft.StatedReadingMinutes > 0)
            {
                return;
            }

            if ((Byline.Parse(text) ?? Byline.ParseDateline(text)) is { } byline)
            {
                draft.Apply(byline with { Name = AuthorName.Find(byline.Name) });
            }
        }
    }

    // "Written by Mara Okafor in Harbours on 1 June 2019. 5 comments": the day stands among other things.
    private static void ReadWithin(PageHead head, StoryDraft draft)
    {
        foreach (var (element, text) in head.Lines)
        {
            if (element.LocalName is not ("h1" or "h2" or "h3" or "blockquote" or "figcaption") && text.Length <= MaxLine && PublishDate.Within(text) is { Length: > 0 } day && draft.TryPublished(day))
            {
                return;
            }
        }
    }

    // "/2019/03/02/title": systems that put the day into the address put the day of publication there.
    [GeneratedRegex(@"/(?<year>(19|20)[0-9]{2})/(?<month>[0-9]{1,2})/(?<day>[0-9]{1,2})(/|$)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex InAddress();
}
