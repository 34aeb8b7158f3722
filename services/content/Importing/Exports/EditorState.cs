using System.Text;
using System.Text.Json;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Importing.Exports;

/// <summary>What Ghost's editors save where an export has no HTML: Lexical and, before it, Mobiledoc.</summary>
internal static class EditorState
{
    /// <summary>Reads the state of the Lexical editor.</summary>
    public static void ReadLexical(string json, StoryDraft draft, DocumentReading reading)
    {
        using var state = Parse(json);
        foreach (var node in state.RootElement.Member("root").Member("children").Elements())
        {
            ReadNode(node, draft, reading);
        }
    }

    /// <summary>Reads a Mobiledoc.</summary>
    public static void ReadMobiledoc(string json, StoryDraft draft, DocumentReading reading)
    {
        using var state = Parse(json);
        var cards = state.RootElement.Member("cards").Elements().ToArray();
        foreach (var section in state.RootElement.Member("sections").Elements())
        {
            var parts = section.Elements().ToArray();
            switch (parts.Length > 1 ? parts[0].Text() : "")
            {
                case "1" when parts.Length > 2:
                    AddBlock(parts[1].Text(), Markers(parts[2]), draft);
                    break;
                case "2":
                    AddPicture(parts[1].Text(), "", "", draft);
                    break;
                case "3" when parts.Length > 2:
                    draft.AddList(parts[1].Text() == "ol", [.. parts[2].Elements().Select(Markers).Where(item => item.Length > 0)]);
                    break;
                case "10" when int.TryParse(parts[1].Text(), out var at) && at >= 0 && at < cards.Length && cards[at].Elements().ToArray() is [var name, var payload, ..]:
                    ReadCard(name.Text().Replace("card-", "", StringComparison.Ordinal), payload, draft, reading);
                    break;
            }
        }
    }

    private static JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            throw DocumentException.Unreadable("has the state of an editor that is not JSON");
        }
    }

    private static void ReadNode(JsonElement node, StoryDraft draft, DocumentReading reading)
    {
        switch (node.Text("type"))
        {
            case "paragraph":
                AddBlock("p", TextOf(node), draft);
                break;
            case "heading" or "extended-heading":
                AddBlock("h2", TextOf(node), draft);
                break;
            case "quote" or "extended-quote" or "aside":
                AddBlock("blockquote", TextOf(node), draft);
                break;
            case "list":
                var items = new List<string>();
                AddItems(node, items);
                draft.AddList(node.Text("listType") == "number", items);
                break;
            case var card:
                ReadCard(card, node, draft, reading);
                break;
        }
    }

    /// <summary>A card: the same in both editors.</summary>
    private static void ReadCard(string name, JsonElement card, StoryDraft draft, DocumentReading reading)
    {
        switch (name)
        {
            case "image":
                AddPicture(card.Text("src"), card.Text("alt"), card.Text("caption"), draft);
                break;
            case "gallery":
                foreach (var image in card.Member("images").Elements())
                {
                    AddPicture(image.Text("src"), image.Text("alt"), image.Text("caption"), draft);
                }

                AddBlock("p", HtmlFragment.TextOf(card.Text("caption")), draft);
                break;
            case "html":
                reading.ReadHtml(card.Text("html"), draft);
                break;
            case "markdown":
                MarkdownDocument.ReadBody(card.Text("markdown"), draft);
                break;
            case "code" or "codeblock":
                if (!string.IsNullOrWhiteSpace(card.Text("code")))
                {
                    draft.AddCode(card.Text("code").Trim('\n'));
                }

                break;
            case "callout":
                AddBlock("p", HtmlFragment.TextOf(card.Text("calloutText")), draft);
                break;
            case "toggle":
                AddBlock("h2", HtmlFragment.TextOf(card.Text("heading")), draft);
                reading.ReadHtml(card.Text("content"), draft);
                break;
            case "bookmark":
                var title = card.Member("metadata").Text("title");
                AddBlock("p", title.Length > 0 ? $"{title} ({card.Text("url")})" : card.Text("url"), draft);
                break;
            case "hr" or "horizontalrule" or "paywall":
                break;
            default:
                draft.Say("EMBED_DROPPED", "A story holds text and pictures; what was embedded here is not kept.", $"{name} {card.Text("url")}");
                break;
        }
    }

    private static void AddBlock(string tag, string text, StoryDraft draft)
    {
        var line = StoryDraft.OneLine(text);
        if (line.Length == 0)
        {
            return;
        }

        switch (tag)
        {
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                draft.StartSection(line);
                break;
            case "blockquote" or "aside" or "pull-quote":
                draft.AddQuote(line);
                break;
            default:
                if (CreditLine.Parse(line) is { } credit)
                {
                    draft.AddCredit(credit);
                }
                else
                {
                    draft.AddText(line);
                }

                break;
        }
    }

    private static void AddPicture(string source, string alt, string captionHtml, StoryDraft draft)
    {
        var (caption, credit) = CreditLine.Split(HtmlFragment.TextOf(captionHtml));
        draft.AddPicture(new Media { Uri = draft.Resolve(source), Alt = StoryDraft.OneLine(alt), Caption = caption, Credit = credit });
    }

    private static void AddItems(JsonElement list, List<string> items)
    {
        foreach (var item in list.Member("children").Elements())
        {
            var inner = item.Member("children").Elements().Where(child => child.Text("type") == "list").ToArray();
            if (StoryDraft.OneLine(TextOf(item)) is { Length: > 0 } text)
            {
                items.Add(text);
            }

            foreach (var nested in inner)
            {
                AddItems(nested, items);
            }
        }
    }

    /// <summary>The words of a node without those of lists inside. Nests no deeper than JSON may.</summary>
    private static string TextOf(JsonElement node)
    {
        var text = new StringBuilder();
        Append(node);
        return text.ToString();

        void Append(JsonElement parent)
        {
            foreach (var child in parent.Member("children").Elements())
            {
                switch (child.Text("type"))
                {
                    case "linebreak" or "tab":
                        text.Append(' ');
                        break;
                    case "list":
                        break;
                    default:
                        text.Append(child.Text("text"));
                        Append(child);
                        break;
                }
            }
        }
    }

    private static string Markers(JsonElement markers)
    {
        var text = new StringBuilder();
        foreach (var marker in markers.Elements())
        {
            // The fourth part is the text, or the number of an atom such as a line break.
            var parts = marker.Elements().ToArray();
            text.Append(parts.Length < 4 ? "" : parts[3].ValueKind == JsonValueKind.String ? parts[3].Text() : " ");
        }

        return text.ToString();
    }
}
