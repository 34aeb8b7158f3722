using System.Globalization;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Stories.Text;

/// <summary>A section's body as lines that people can compare, written as in Markdown.</summary>
internal static class SectionLines
{
    /// <summary>
    /// The lines: a paragraph is one, or as many as it has; those of a quotation begin with <c>&gt; </c>, a list item
    /// with <c>- </c> or <c>1. </c>, a line of code with four spaces, and a picture is
    /// <c>![alt](uri) caption (credit)</c>.
    /// </summary>
    public static List<string> Of(Section section)
    {
        var lines = new List<string>();
        foreach (var block in section.Blocks)
        {
            switch (block.ContentCase)
            {
                case Block.ContentOneofCase.Text:
                    lines.AddRange(block.Text.Split('\n'));
                    break;
                case Block.ContentOneofCase.Quote:
                    lines.AddRange(block.Quote.Split('\n').Select(line => $"> {line}"));
                    break;
                case Block.ContentOneofCase.Code:
                    lines.AddRange(block.Code.Split('\n').Select(line => $"    {line}"));
                    break;
                case Block.ContentOneofCase.List:
                    lines.AddRange(block.List.Items.Select((item, index) =>
                        block.List.Ordered ? string.Create(CultureInfo.InvariantCulture, $"{index + 1}. {item}") : $"- {item}"));
                    break;
                case Block.ContentOneofCase.Media:
                    lines.Add(Of(block.Media));
                    break;
            }
        }

        return lines;
    }

    /// <summary>A picture or video in one line.</summary>
    public static string Of(Media media)
    {
        var credit = media.Credit is not { } made ? ""
            : string.Join(", ", new[] { made.Stated, made.Creator, made.Provider }.Where(part => part.Length > 0).Distinct(StringComparer.Ordinal));
        var caption = media.Caption.Length > 0 ? $" {media.Caption}" : "";
        return $"![{media.Alt}]({media.Uri}){caption}{(credit.Length > 0 ? $" ({credit})" : "")}";
    }
}
