using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace Broadsheet.Content.Importing;

/// <summary>Tables of Markdown as lists: a row is an item that names its columns.</summary>
internal static class MarkdownTable
{
    private const int MaxRows = 1_000;

    public static void Read(Table table, StoryDraft draft)
    {
        var rows = table.OfType<TableRow>().ToArray();
        var heads = rows.Where(row => row.IsHeader).Take(1).SelectMany(row => row.OfType<TableCell>()).Select(Text).ToArray();
        var items = rows.Where(row => !row.IsHeader).Select(row => Line(row, heads)).Where(line => line.Length > 0).ToArray();
        draft.Say("TABLE_FLATTENED", $"A story has no tables; each of the {items.Length} rows became an item of a list.", string.Join(" | ", heads));
        if (items.Length == 0 && heads.Length > 0)
        {
            items = [string.Join("; ", heads)];
        }

        foreach (var part in items.Chunk(MaxRows))
        {
            draft.AddList(ordered: false, part);
        }
    }

    private static string Line(TableRow row, string[] heads) => string.Join(
        "; ",
        row.OfType<TableCell>().Select((cell, at) => (Head: at < heads.Length ? heads[at] : "", Text: Text(cell))).Where(cell => cell.Text.Length > 0)
            .Select(cell => cell.Head.Length > 0 ? $"{cell.Head}: {cell.Text}" : cell.Text));

    private static string Text(TableCell cell) =>
        StoryDraft.OneLine(string.Join(' ', cell.Descendants<ParagraphBlock>().Select(paragraph => MarkdownText.Of(paragraph.Inline))));
}
