using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Importing.Exports;

/// <summary>
/// The body of a WordPress post as HTML: shortcodes replaced by what they show, where that is a picture, and paragraphs
/// made where the classic editor saved only blank lines.
/// </summary>
internal sealed partial class WordPressContent(IReadOnlyDictionary<string, Media> attachments, StoryDraft draft)
{
    private const int MaxGallery = 200;
    private const int MaxShortcode = 2_000;
    private const int MaxShortcodes = 10_000;

    private static readonly HashSet<string> Embeds = new(StringComparer.Ordinal)
    {
        "embed", "audio", "video", "playlist", "youtube", "vimeo", "soundcloud", "twitter", "tweet", "instagram", "gist", "googlemaps", "facebook",
    };

    private readonly StringBuilder _html = new();
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    public string ToHtml(string content)
    {
        var expanded = content.Contains('[', StringComparison.Ordinal) ? Expand(content) : content;
        return content.Contains("<!-- wp:", StringComparison.Ordinal) ? expanded : Separate(expanded);
    }

    private string Expand(string content)
    {
        var shortcodes = Shortcodes(content);
        var closed = shortcodes.Where(match => match.Groups["close"].Success).Select(Name).ToHashSet(StringComparer.Ordinal);
        var opened = new HashSet<string>(StringComparer.Ordinal);
        var verbatim = new VerbatimRanges(content);
        var at = 0;
        (int Start, string Attributes)? caption = null;
        int? embed = null;
        foreach (var match in shortcodes)
        {
            var name = Name(match);
            var attributes = match.Groups["attributes"].Value;
            var isClose = match.Groups["close"].Success;
            if (match.Index < at || verbatim.Contains(match.Index))
            {
                continue;
            }

            _html.Append(content, at, match.Index - at);
            at = match.Index + match.Length;
            if (match.Groups["escape"].Success)
            {
                // "[[gallery]]" shows the shortcode itself.
                _html.Append(content, match.Index + 1, match.Length - 1);
                at += at < content.Length && content[at] == ']' ? 1 : 0;
            }
            else if (name is "caption" or "wp_caption" && !isClose)
            {
                caption = (_html.Length, attributes);
            }
            else if (name is "caption" or "wp_caption" && caption is var (start, stated))
            {
                var inner = _html.ToString(start, _html.Length - start);
                _html.Length = start;
                _html.Append(Figure(inner, stated));
                caption = null;
            }
            else if (name == "gallery" && !isClose)
            {
                AppendGallery(attributes);
            }
            else if (Embeds.Contains(name))
            {
                embed = DropEmbed(match, isClose, closed.Contains(name) ? embed : null);
            }
            else if (isClose ? opened.Contains(name) : attributes.Contains('=', StringComparison.Ordinal) || closed.Contains(name))
            {
                opened.Add(name);
                if (_reported.Add(name))
                {
                    draft.Say("SHORTCODE_DROPPED", "What this shortcode makes is not known; only the text inside it is kept.", match.Value);
                }
            }
            else
            {
                // "[sic]", "[1]": brackets that authors write.
                _html.Append(match.Value);
            }
        }

        return _html.Append(content, at, content.Length - at).ToString();
    }

    private static List<Match> Shortcodes(string content)
    {
        var shortcodes = new List<Match>();
        for (var match = Shortcode().Match(content); match.Success; match = match.NextMatch())
        {
            if (match.Length <= MaxShortcode)
            {
                shortcodes.Add(match);
            }

            if (shortcodes.Count > MaxShortcodes)
            {
                throw DocumentException.TooMuch($"has more than {MaxShortcodes} shortcodes");
            }
        }

        return shortcodes;
    }

    private static string Name(Match match) => match.Groups["name"].Value.ToLowerInvariant();

    /// <summary>An image followed by its caption.</summary>
    private static string Figure(string inner, string attributes)
    {
        var image = inner.IndexOf("<img", StringComparison.OrdinalIgnoreCase);
        var end = image < 0 ? -1 : inner.IndexOf('>', image);
        var link = inner.LastIndexOf("</a>", StringComparison.OrdinalIgnoreCase);
        // The picture may be a link; so may words of the caption.
        var cut = link > end && end >= 0 && inner.AsSpan(end + 1, link - end - 1).IsWhiteSpace() ? link + 4 : end + 1;
        var caption = inner[cut..].Trim();
        if (caption.Length == 0 && CaptionAttribute().Match(attributes) is { Success: true } stated)
        {
            caption = stated.Groups["text"].Value;
        }

        return $"\n\n<figure>{inner[..cut]}<figcaption>{caption}</figcaption></figure>\n\n";
    }

    private void AppendGallery(string attributes)
    {
        var ids = Ids().Match(attributes) is { Success: true } match ? match.Groups["ids"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];
        var missing = 0;
        foreach (var id in ids.Take(MaxGallery))
        {
            if (!attachments.TryGetValue(id, out var media))
            {
                missing++;
                continue;
            }

            var caption = $"{media.Caption} {media.Credit?.Stated}".Trim();
            _html.Append("\n\n<figure><img src=\"").Append(WebUtility.HtmlEncode(media.Uri)).Append("\" alt=\"").Append(WebUtility.HtmlEncode(media.Alt)).Append("\"><figcaption>")
                .Append(WebUtility.HtmlEncode(caption)).Append("</figcaption></figure>\n\n");
        }

        if (missing > 0 || ids.Length == 0 || ids.Length > MaxGallery)
        {
            draft.Say("GALLERY_INCOMPLETE", "Not all pictures of the gallery are among the attachments of the export.", attributes);
        }
    }

    /// <summary>Drops the embed and what stands inside it; returns where an embed that is still open began.</summary>
    private int? DropEmbed(Match match, bool isClose, int? open)
    {
        if (!isClose)
        {
            draft.Say("EMBED_DROPPED", "A story holds text and pictures; what was embedded here is not kept.", match.Value);
            return _html.Length;
        }

        if (open is { } start && start <= _html.Length)
        {
            _html.Length = start;
        }

        return null;
    }

    /// <summary>Ends a paragraph at each blank line of the text that stands outside tags and preformatted parts.</summary>
    private static string Separate(string html)
    {
        var separate = new StringBuilder(html.Length + 256);
        var verbatim = new VerbatimRanges(html);
        var isTag = false;
        for (var at = 0; at < html.Length; at++)
        {
            var character = html[at];
            separate.Append(character);
            isTag = character == '<' ? at + 1 < html.Length && (char.IsAsciiLetter(html[at + 1]) || html[at + 1] is '/' or '!') : isTag && character != '>';
            if (character != '\n' || isTag || verbatim.Contains(at))
            {
                continue;
            }

            var next = at + 1;
            var breaks = 0;
            while (next < html.Length && char.IsWhiteSpace(html[next]))
            {
                breaks += html[next++] == '\n' ? 1 : 0;
            }

            if (breaks > 0)
            {
                separate.Append("<br><br>");
            }

            at = next - 1;
        }

        return separate.ToString();
    }

    [GeneratedRegex(@"(?<escape>\[)?\[(?<close>/)?(?<name>[A-Za-z][A-Za-z0-9_-]*)(?<attributes>\s[^\[\]]*)?/?\]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Shortcode();

    [GeneratedRegex(@"caption=""(?<text>[^""]*)""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex CaptionAttribute();

    [GeneratedRegex(@"(ids|include)=[""']?(?<ids>[0-9, ]+)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Ids();

    [GeneratedRegex(@"<(?<name>pre|code)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Verbatim();

    /// <summary>The parts of a text between &lt;pre&gt; or &lt;code&gt; and their ends; asked in ascending order.</summary>
    private sealed class VerbatimRanges(string html)
    {
        private int _start = -1;
        private int _end = -1;

        public bool Contains(int position)
        {
            while (position >= _end && _end < html.Length)
            {
                if (Verbatim().Match(html, Math.Max(0, _end)) is not { Success: true } open)
                {
                    (_start, _end) = (html.Length, html.Length);
                    break;
                }

                var name = open.Groups["name"].Value;
                var close = html.IndexOf($"</{name}", open.Index, StringComparison.OrdinalIgnoreCase);
                (_start, _end) = (open.Index, close < 0 ? html.Length : close + name.Length + 3);
            }

            return position >= _start && position < _end;
        }
    }
}
