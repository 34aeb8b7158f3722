using Broadsheet.Content.V1;
using Markdig;
using Markdig.Extensions.Footnotes;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Broadsheet.Content.Importing;

/// <summary>Markdown with YAML front matter. Mark-up becomes plain text; raw HTML is dropped.</summary>
internal static class MarkdownDocument
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().UseFootnotes().Build();

    // Bounds of what the parser is given: it takes the square of some floods.
    private const int MaxLines = 300_000;
    private const int MaxRun = 200_000;
    private const long MaxLinkWork = 1_000_000_000;
    private const int MaxFrontMatter = 65_536;
    private const int MaxFrontMatterDepth = 16;

    public static void Read(string text, StoryDraft draft)
    {
        var document = Parse(text);
        if (document.Count > 0 && document[0] is YamlFrontMatterBlock { Lines.Count: > 0 } front)
        {
            ReadFrontMatter(string.Join('\n', front.Lines.Lines.Take(front.Lines.Count).Select(line => line.ToString())), draft);
        }

        ReadBlocks(document, draft);
    }

    /// <summary>Reads Markdown that is part of another document.</summary>
    public static void ReadBody(string text, StoryDraft draft) => ReadBlocks(Parse(text), draft);

    private static void ReadBlocks(Markdig.Syntax.MarkdownDocument document, StoryDraft draft)
    {
        foreach (var block in document)
        {
            ReadBlock(block, draft);
        }
    }

    private static Markdig.Syntax.MarkdownDocument Parse(string text)
    {
        CheckFloods(text);
        try
        {
            return Markdown.Parse(text, Pipeline);
        }
        catch (ArgumentException)
        {
            // Markdig's own limit on nesting.
            throw DocumentException.Unreadable("nests blocks or mark-up too deeply");
        }
    }

    /// <summary>Refuses what would take long: endless runs of lines, and lines full of links that never close.</summary>
    private static void CheckFloods(string text)
    {
        var lines = 0;
        var run = 0;
        var links = 0L;
        var work = 0L;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range);
            if (line.IsWhiteSpace())
            {
                work += links * run;
                (run, links) = (0, 0);
                continue;
            }

            lines++;
            run += line.Length + 1;
            links += line.Count("](") + line.Count("][");
            if (lines > MaxLines)
            {
                throw DocumentException.TooMuch($"has more than {MaxLines} lines");
            }

            if (run > MaxRun)
            {
                throw DocumentException.TooMuch($"has more than {MaxRun} characters without an empty line");
            }

            if (work + (links * run) > MaxLinkWork)
            {
                throw DocumentException.TooMuch("has too many links in one paragraph");
            }
        }
    }

    private static void CheckDepth(string yaml)
    {
        if (yaml.Length > MaxFrontMatter)
        {
            throw DocumentException.TooMuch($"has front matter of more than {MaxFrontMatter} characters");
        }

        // The events come without recursion; the tree that is built from them does not.
        var depth = 0;
        var events = new Parser(new StringReader(yaml));
        while (events.MoveNext())
        {
            depth += events.Current!.NestingIncrease;
            if (depth > MaxFrontMatterDepth)
            {
                throw DocumentException.Unreadable("nests its front matter too deeply");
            }
        }
    }

    private static void ReadFrontMatter(string yaml, StoryDraft draft)
    {
        YamlMappingNode? fields;
        try
        {
            CheckDepth(yaml);
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            fields = stream.Documents.FirstOrDefault()?.RootNode as YamlMappingNode;
        }
        catch (YamlException error)
        {
            throw DocumentException.Unreadable($"has front matter that is not YAML (line {error.Start.Line + 1})");
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or FormatException)
        {
            // What its scanner throws where broken flow mappings confuse it.
            throw DocumentException.Unreadable("has front matter that is not YAML");
        }

        foreach (var (key, value) in fields is null ? [] : fields.Children.ToArray())
        {
            var text = (value as YamlScalarNode)?.Value ?? ((value as YamlSequenceNode)?.Children.FirstOrDefault() as YamlScalarNode)?.Value ?? "";
            switch ((key as YamlScalarNode)?.Value?.ToLowerInvariant())
            {
                case "title":
                    draft.Title = text;
                    break;
                case "dek" or "description" or "subtitle" or "excerpt" or "summary":
                    draft.Dek = text;
                    break;
                case "creator" or "author" or "authors":
                    draft.Creator = text;
                    break;
                case "community" or "category" or "categories":
                    draft.Community = text;
                    break;
                case "date" or "published" or "publish_date" or "pubdate":
                    if (!draft.TryPublished(text))
                    {
                        draft.Say("PUBLISH_TIME_UNREAD", "The date in the front matter was not understood.", text);
                    }

                    break;
                case "tags" or "topics" or "keywords":
                    draft.Topics.AddRange(value is YamlSequenceNode list
                        ? list.Children.OfType<YamlScalarNode>().Select(tag => tag.Value ?? "")
                        : text.Split(','));
                    break;
                case "canonical" or "canonical_url" or "canonicaluri" or "url":
                    draft.CanonicalUri = text;
                    break;
                case "lang" or "language":
                    draft.Language = text;
                    break;
                case var other:
                    draft.Say("FIELD_DROPPED", "This field of the front matter is not known.", other ?? "");
                    break;
            }
        }
    }

    private static void ReadBlock(Markdig.Syntax.Block block, StoryDraft draft)
    {
        switch (block)
        {
            case HeadingBlock heading:
                ReadHeading(heading, draft);
                break;
            case ParagraphBlock paragraph:
                ReadParagraph(paragraph, draft);
                break;
            case Table table:
                MarkdownTable.Read(table, draft);
                break;
            case FootnoteGroup notes:
                draft.AddNotes([.. notes.OfType<Footnote>().OrderBy(note => note.Order).Select(note => StoryDraft.OneLine(TextOf(note)))]);
                break;
            case ListBlock list:
                draft.AddList(list.IsOrdered, [.. list.OfType<ListItemBlock>().Select(item => TextOf(item)).Where(item => item.Length > 0)]);
                break;
            case QuoteBlock quote:
                if (TextOf(quote) is { Length: > 0 } quoted)
                {
                    draft.AddQuote(quoted);
                }

                break;
            case YamlFrontMatterBlock or ThematicBreakBlock or LinkReferenceDefinitionGroup:
                break;
            case CodeBlock code:
                draft.AddCode(code.Lines.ToString());
                break;
            case HtmlBlock html:
                draft.Say("HTML_DROPPED", "Raw HTML in Markdown is not kept.", html.Lines.ToString());
                break;
            case ContainerBlock container:
                foreach (var inner in container)
                {
                    ReadBlock(inner, draft);
                }

                break;
        }
    }

    private static void ReadHeading(HeadingBlock heading, StoryDraft draft)
    {
        var text = StoryDraft.OneLine(TextOf(heading.Inline));
        if (heading.Level == 1 && draft.IsEmpty && (draft.Title.Length == 0 || string.Equals(draft.Title, text, StringComparison.OrdinalIgnoreCase)))
        {
            draft.Title = text;
        }
        else if (text.Length > 0)
        {
            draft.StartSection(text);
        }
    }

    private static void ReadParagraph(ParagraphBlock paragraph, StoryDraft draft)
    {
        var images = paragraph.Inline?.Descendants<LinkInline>().Where(link => link.IsImage).ToArray() ?? [];
        foreach (var image in images)
        {
            var media = new Media { Uri = draft.Resolve(image.Url ?? ""), Alt = StoryDraft.OneLine(TextOf(image)), Caption = StoryDraft.OneLine(image.Title ?? "") };
            draft.AddPicture(media);
        }

        var text = StoryDraft.OneLine(TextOf(paragraph.Inline));
        if (text.Length == 0)
        {
            return;
        }

        if (CreditLine.Parse(text) is { } credit)
        {
            draft.AddCredit(credit);
        }
        else if (images.Length > 0 && draft.LastMedia is { } pictured)
        {
            pictured.Caption = text;
        }
        else
        {
            draft.AddText(text);
        }
    }

    /// <summary>The text of the blocks inside, one line each.</summary>
    private static string TextOf(ContainerBlock container)
    {
        var lines = new List<string>();
        foreach (var leaf in container.Descendants().OfType<LeafBlock>())
        {
            var text = leaf.Inline is null ? leaf.Lines.ToString() : StoryDraft.OneLine(TextOf(leaf.Inline));
            if (leaf is not HtmlBlock && text.Length > 0)
            {
                lines.Add(text);
            }
        }

        return string.Join('\n', lines);
    }

    private static string TextOf(ContainerInline? inline) => MarkdownText.Of(inline);
}
