using System.Net;
using System.Text;
using AngleSharp.Html.Dom;

namespace Broadsheet.Content.Importing;

/// <summary>A page's meta elements by name: "og:title", "dc.creator", "article:tag" and the like. Dots and colons are used alike.</summary>
internal sealed class MetaElements
{
    private const int MaxElements = 2_000;

    private readonly Dictionary<string, List<string>> _contents = new(StringComparer.Ordinal);

    public MetaElements(IHtmlDocument document)
    {
        var elements = document.QuerySelectorAll("meta[content]").Take(MaxElements).ToArray();
        // What is a property by its mark-up says it more plainly than what only goes by the name.
        Add("property");
        Add("name");

        void Add(string attribute)
        {
            var known = _contents.Keys.ToHashSet(StringComparer.Ordinal);
            foreach (var meta in elements)
            {
                if (meta.GetAttribute(attribute) is not { Length: > 0 } names || Plain(meta.GetAttribute("content")!) is not { Length: > 0 } content)
                {
                    continue;
                }

                // A property may list several names.
                foreach (var key in names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Key).Where(key => !known.Contains(key)))
                {
                    if (!_contents.TryGetValue(key, out var contents))
                    {
                        _contents.Add(key, contents = []);
                    }

                    contents.Add(content);
                }
            }
        }
    }

    /// <summary>What the first of the names that the page has says; empty if it has none.</summary>
    public string First(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (All(name) is [var content, ..])
            {
                return content;
            }
        }

        return "";
    }

    /// <summary>All that the page says under a name, in order.</summary>
    public IReadOnlyList<string> All(string name) => _contents.TryGetValue(Key(name), out var contents) ? contents : [];

    /// <summary>A value as plain text on one line. Pages that escape twice, or put mark-up into a value, are common.</summary>
    public static string Plain(string value) => StoryDraft.OneLine(WithoutTags(value.Contains('&', StringComparison.Ordinal) ? WebUtility.HtmlDecode(value) : value));

    private static string Key(string name) => name.Replace('.', ':').ToLowerInvariant();

    // "<p>The description</p>": some systems put the field as they store it.
    private static string WithoutTags(string text)
    {
        if (!text.Contains("</", StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        var inside = false;
        foreach (var character in text)
        {
            inside = character == '<' || (inside && character != '>');
            if (!inside)
            {
                plain.Append(character == '>' ? ' ' : character);
            }
        }

        return plain.ToString();
    }
}
