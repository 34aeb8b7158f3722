using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Importing;

/// <summary>
/// A picture as a page has it: its address (pages that load pictures late keep it beside a placeholder), what it shows,
/// its caption and its credit. What is no picture to look at (tracking pixels, icons, emoji, portraits of authors) is none.
/// </summary>
internal static partial class HtmlPicture
{
    private const int MaxCaption = 2_000;
    private const int SmallestSide = 33;

    // Finding the next of many siblings takes long.
    private const int MaxSiblings = 200;

    private static readonly string[] LateAddresses = ["data-src", "data-original", "data-lazy-src", "data-lazy", "data-url", "data-image", "data-img-src", "data-hi-res-src", "data-full-src", "data-large-file", "data-orig-file", "data-echo", "data-actualsrc"];
    private static readonly string[] Sets = ["srcset", "data-srcset", "data-lazy-srcset"];
    private static readonly string[] IconClasses = ["avatar", "emoji", "icon", "smiley", "wp-smiley", "logo", "tracking", "pixel", "gravatar", "spinner"];

    /// <summary>The picture of an img element with the caption that stands below it, or null if it is none.</summary>
    public static Media? Read(IElement image, IElement? caption, StoryDraft draft)
    {
        if (IsIcon(image))
        {
            return null;
        }

        var media = new Media { Uri = Address(image, draft), Alt = Limited(MetaElements.Plain(image.GetAttribute("alt") ?? "")) };
        if (caption is not null)
        {
            Describe(media, caption);
        }

        return media.Uri.Length > 0 || media.Alt.Length > 0 || media.Credit is not null ? media : null;
    }

    /// <summary>Takes caption and credit from an element below a picture; the credit may be marked by an element of its own.</summary>
    public static void Describe(Media media, IElement caption)
    {
        var marked = caption.QuerySelectorAll("cite, small, [itemprop~=copyrightHolder], [itemprop~=creditText], [class]")
            .FirstOrDefault(inner => IsCredit(inner) && HtmlArticle.TextOf(inner).Length > 0 && !ReferenceEquals(inner, caption));
        if (marked is not null && CreditLine.Of(HtmlArticle.TextOf(marked)) is { } credit)
        {
            media.Credit ??= credit;
            media.Caption = Limited(CreditLine.Split(HtmlArticle.TextOf(caption, without: marked)).Caption);
            return;
        }

        Describe(media, HtmlArticle.TextOf(caption));
    }

    /// <summary>Takes caption and credit from the words below a picture.</summary>
    public static void Describe(Media media, string caption)
    {
        var (text, credit) = CreditLine.Split(caption);
        media.Caption = Limited(text);
        media.Credit ??= credit;
    }

    /// <summary>The class names say that the element describes the picture above it.</summary>
    public static bool IsCaptionClass(string classes) => classes.Contains("caption", StringComparison.OrdinalIgnoreCase);

    private static bool IsCredit(IElement element) =>
        element.LocalName is "cite" or "small" || element.HasAttribute("itemprop")
        || $"{element.ClassName}".ToLowerInvariant().Split([' ', '-', '_'], StringSplitOptions.RemoveEmptyEntries).Any(part => part is "credit" or "credits" or "copyright" or "photographer" or "attribution" or "photocredit" or "imagecredit" or "source");

    private static bool IsIcon(IElement image) =>
        IsSmall(image.GetAttribute("width")) || IsSmall(image.GetAttribute("height"))
        || $"{image.ClassName}".ToLowerInvariant().Split(' ').Any(name => Array.Exists(IconClasses, known => name == known || name.EndsWith($"-{known}", StringComparison.Ordinal) || name.StartsWith($"{known}-", StringComparison.Ordinal)));

    private static bool IsSmall(string? side) =>
        side is not null && int.TryParse(side.Replace("px", "", StringComparison.OrdinalIgnoreCase), NumberStyles.Integer, CultureInfo.InvariantCulture, out var pixels) && pixels < SmallestSide;

    private static string Address(IElement image, StoryDraft draft)
    {
        var source = image.GetAttribute("src")?.Trim() ?? "";
        var isPlaceholder = source.Length == 0 || source.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || source.StartsWith("about:", StringComparison.OrdinalIgnoreCase) || Placeholder().IsMatch(source);
        if (!isPlaceholder && Resolve(source) is { Length: > 0 } direct)
        {
            return direct;
        }

        foreach (var candidate in LateAddresses.Select(name => image.GetAttribute(name)?.Trim() ?? "")
            .Concat(Sets.Select(name => Largest(image.GetAttribute(name) ?? "")))
            .Concat(image.ParentElement is { LocalName: "picture" } picture ? picture.Children.Where(child => child.LocalName == "source").SelectMany(child => Sets.Select(name => Largest(child.GetAttribute(name) ?? ""))) : [])
            .Append(Unscripted(image)).Append(source))
        {
            if (candidate.Length > 0 && !candidate.StartsWith("data:", StringComparison.OrdinalIgnoreCase) && Resolve(candidate) is { Length: > 0 } late)
            {
                return late;
            }
        }

        return "";

        string Resolve(string address) => address.StartsWith(HtmlPage.UnknownAddress, StringComparison.Ordinal) ? "" : draft.Resolve(address);
    }

    // For readers without scripts the picture stands beside its placeholder once more.
    private static string Unscripted(IElement image) =>
        image.ParentElement?.ChildElementCount <= MaxSiblings && image.NextElementSibling is { LocalName: "noscript" } plain && plain.QuerySelector("img") is { } real
            ? real.GetAttribute("src")?.Trim() ?? ""
            : "";

    /// <summary>The largest picture of a srcset ("a.jpg 1x, b.jpg 2x" or "a.jpg 320w, b.jpg 640w").</summary>
    private static string Largest(string set)
    {
        var best = "";
        var most = -1.0;
        foreach (Match candidate in Candidates().Matches(set.Length <= 20_000 ? set : ""))
        {
            var size = double.TryParse(candidate.Groups["size"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var stated) ? stated : 1;
            if (size > most)
            {
                (best, most) = (candidate.Groups["uri"].Value.TrimEnd(','), size);
            }
        }

        return best;
    }

    private static string Limited(string text) => text.Length <= MaxCaption ? text : "";

    [GeneratedRegex(@"(?<uri>[^\s,]\S*)(\s+(?<size>[0-9.]+)[wx])?\s*(,|$)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Candidates();

    [GeneratedRegex(@"(placeholder|/blank\.|spacer|transparent|1x1|/pixel\.|loading\.|lazy[^/]*\.(gif|png|svg|jpg)|grey\.gif|gray\.gif|empty\.gif)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
