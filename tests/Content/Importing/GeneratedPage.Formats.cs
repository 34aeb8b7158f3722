using System.Globalization;
using System.Net;
using System.Text;

namespace Broadsheet.Content.Tests.Importing;

internal sealed partial class GeneratedPage
{
    /// <summary>The text dump of the saved page, with the furniture that such pages have.</summary>
    public string ToText()
    {
#pragma warning disable CA5394
        var lines = new List<string> { $"{Community} logo", "", Title, "" };
        if (Dek.Length > 0)
        {
            lines.AddRange([Dek, ""]);
        }

        var glue = Pick(["", "", "", " "]);
        var updated = Pick(["", "", "", $"{glue}Updated 3 days ago"]);
        lines.Add($"By {Creator}{glue}Published {Published.Words}{updated}{(StatedMinutes > 0 ? $" {StatedMinutes} min read" : "")}");
        lines.AddRange(Enumerable.Repeat(Title, _random.Next(3)));
        if (Cover is not null)
        {
            lines.Add(Cover.Stated);
        }

        lines.Add("");
        foreach (var section in Sections)
        {
            if (section.Heading.Length > 0)
            {
                lines.AddRange([section.Heading, ""]);
            }

            foreach (var block in section.Blocks)
            {
                lines.AddRange([block.Credit?.Stated ?? block.Text, ""]);
            }
        }

        lines.AddRange(["", "About the Creator", "", .. Biography.Length > 0 ? (string[])[Creator, "", Biography, ""] : [], "Reader insights", "", "Be the first to share your insights about this piece.", ""]);
        lines.AddRange(["How does it work?", "", "Add your insights", "", ""]);
        lines.AddRange(_random.Next(2) == 0
            ? ["There are no comments for this story", "", "Be the first to respond and start the conversation.", ""]
            : ["Comments (1)", "", "Kim Reader2 months ago", "", "What a story! By the way, how does it work?", ""]);
        lines.AddRange(["Sign in to comment", "", "    Find us on social media", "", "    Miscellaneous links", ""]);
        lines.AddRange(["    • Explore", "    • Contact", "    • Privacy Policy", "    • Terms of Use", "    • Support", ""]);
        lines.Add($"    © {Captured.Year} Creatd, Inc. All Rights Reserved.");

        var text = new StringBuilder(Pick(["", "", "\uFEFF"]));
        var end = Pick(["\n", "\n", "\r\n"]);
        var dirty = _random.Next(4) == 0;
        foreach (var line in lines)
        {
            text.Append(dirty && line.Length > 0 ? $"{line.Replace(" the ", " the\u00A0", StringComparison.Ordinal)}\u200B  " : line).Append(end);
        }

        return text.ToString();
#pragma warning restore CA5394
    }

    /// <summary>The story as a web page with navigation, metadata and a footer.</summary>
    public string ToHtml()
    {
        static string Escape(string text) => WebUtility.HtmlEncode(text);
        var html = new StringBuilder("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.Append(CultureInfo.InvariantCulture, $"<title>{Escape(Title)} | {Escape(Community)} | Example</title><meta property=\"og:site_name\" content=\"Example\">");
        html.Append(CultureInfo.InvariantCulture, $"<meta property=\"og:title\" content=\"{Escape(Title)}\"><meta property=\"article:section\" content=\"{Escape(Community)}\">");
        html.Append(Dek.Length > 0 ? $"<meta name=\"description\" content=\"{Escape(Dek)}\">" : "");
        html.Append("</head><body><nav><a href=\"/\">Example</a> <a href=\"/signin\">Sign in</a></nav><article>");
        html.Append(CultureInfo.InvariantCulture, $"<header><h1>{Escape(Title)}</h1>{(Dek.Length > 0 ? $"<p class=\"dek\">{Escape(Dek)}</p>" : "")}");
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"byline\">By <a rel=\"author\" href=\"/a\">{Escape(Creator)}</a><span>Published {Escape(Published.Words)}</span>");
        html.Append(CultureInfo.InvariantCulture, $"{(StatedMinutes > 0 ? $" <span>{StatedMinutes} min read</span>" : "")}</div></header>");
        html.Append(Cover is null ? "" : $"<figure><img src=\"https://example.org/cover.jpg\" alt=\"\"><figcaption>{Escape(Cover.Stated)}</figcaption></figure>");
        foreach (var section in Sections)
        {
            html.Append(section.Heading.Length > 0 ? $"\n<h2>{Escape(section.Heading)}</h2>\n" : "");
            foreach (var block in section.Blocks)
            {
                html.Append(block.Credit is { } credit
                    ? $"<figure><img src=\"https://example.org/a.jpg\" alt=\"\"><figcaption>{Escape(credit.Stated)}</figcaption></figure>"
                    : $"<p>{Escape(block.Text)}</p>\n");
            }
        }

        html.Append("<aside><h2>Keep reading</h2><p>Another story of the same kind, and then another.</p></aside></article>");
        html.Append(CultureInfo.InvariantCulture, $"<footer><p>&copy; {Captured.Year} Example, Inc. All Rights Reserved.</p></footer></body></html>");
        return html.ToString();
    }

    /// <summary>The story as Markdown with front matter.</summary>
    public string ToMarkdown()
    {
        static string Quoted(string text) => $"\"{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        var text = new StringBuilder("---\n");
        text.Append(CultureInfo.InvariantCulture, $"title: {Quoted(Title)}\n{(Dek.Length > 0 ? $"dek: {Quoted(Dek)}\n" : "")}author: {Quoted(Creator)}\ncommunity: {Quoted(Community)}\n");
        text.Append(CultureInfo.InvariantCulture, $"date: {Quoted(Published.Words)}\n---\n\n");
        text.Append(Cover is null ? "" : $"![](https://example.org/cover.jpg)\n*{Cover.Stated}*\n\n");
        foreach (var section in Sections)
        {
            text.Append(section.Heading.Length > 0 ? $"## {section.Heading}\n\n" : "");
            foreach (var block in section.Blocks)
            {
                text.Append(block.Credit is { } credit ? $"![](https://example.org/a.jpg)\n*{credit.Stated}*\n\n" : $"{block.Text}\n\n");
            }
        }

        return text.ToString();
    }
}
