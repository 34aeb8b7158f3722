using System.Globalization;
using System.Text;
using Markdig.Extensions.Footnotes;
using Markdig.Syntax.Inlines;

namespace Broadsheet.Content.Importing;

/// <summary>The words of a line of Markdown's mark-up; pictures have none.</summary>
internal static class MarkdownText
{
    public static string Of(ContainerInline? inline)
    {
        var text = new StringBuilder();
        // Between these tags stands what is run, not read.
        var hidden = "";
        Append(inline);
        return text.ToString();

        void Append(ContainerInline? container)
        {
            foreach (var child in container ?? Enumerable.Empty<Inline>())
            {
                if (child is HtmlInline html)
                {
                    hidden = Hidden(html.Tag, hidden);
                }
                else if (child is ContainerInline nested and not LinkInline { IsImage: true })
                {
                    Append(nested);
                }
                else if (hidden.Length == 0)
                {
                    AppendLeaf(child, text);
                }
            }
        }
    }

    private static string Hidden(string tag, string hidden)
    {
        if (hidden.Length > 0)
        {
            return tag.StartsWith($"</{hidden}", StringComparison.OrdinalIgnoreCase) ? "" : hidden;
        }

        foreach (var name in (ReadOnlySpan<string>)["script", "style"])
        {
            if (tag.StartsWith($"<{name}", StringComparison.OrdinalIgnoreCase) && !tag.EndsWith("/>", StringComparison.Ordinal))
            {
                return name;
            }
        }

        return "";
    }

    private static void AppendLeaf(Inline leaf, StringBuilder text)
    {
        switch (leaf)
        {
            case LiteralInline literal:
                text.Append(literal.Content.AsSpan());
                break;
            case CodeInline code:
                text.Append(code.Content);
                break;
            case HtmlEntityInline entity:
                text.Append(entity.Transcoded.AsSpan());
                break;
            case AutolinkInline link:
                text.Append(link.Url);
                break;
            case LineBreakInline:
                text.Append(' ');
                break;
            case FootnoteLink { IsBackLink: false } note:
                text.Append(CultureInfo.InvariantCulture, $" [{note.Footnote.Order}]");
                break;
        }
    }
}
