using System.Net;
using System.Text;

namespace Broadsheet.Content.Importing.Feeds;

/// <summary>One element of a feed or an export with what stands in it, as small as hostile documents allow.</summary>
internal sealed class XmlItem(string space, string name)
{
    private readonly List<object> _content = [];
    private readonly List<(string Space, string Name, string Value)> _attributes = [];

    /// <summary>Namespace URI; empty for the elements of RSS 2.0.</summary>
    public string Space { get; } = space;

    /// <summary>Name without prefix.</summary>
    public string Name { get; } = name;

    /// <summary>The elements inside, in order.</summary>
    public IEnumerable<XmlItem> Children => _content.OfType<XmlItem>();

    /// <summary>All the text inside, trimmed.</summary>
    public string Value
    {
        get
        {
            if (_content is [string only])
            {
                return only.Trim();
            }

            var text = new StringBuilder();
            AppendText(text);
            return text.ToString().Trim();
        }
    }

    public void Add(string text) => _content.Add(text);

    public void Add(XmlItem child) => _content.Add(child);

    public void AddAttribute(string space, string name, string value) => _attributes.Add((space, name, value));

    /// <summary>The attribute's value; empty if there is none.</summary>
    public string Attribute(string name, string space = "") =>
        _attributes.Find(attribute => attribute.Name == name && attribute.Space == space).Value ?? "";

    /// <summary>The first element of the name; null if there is none.</summary>
    public XmlItem? Child(string space, string name) => Children.FirstOrDefault(child => child.Name == name && child.Space == space);

    /// <summary>The text of the first element of the name; empty if there is none.</summary>
    public string Text(string space, string name) => Child(space, name)?.Value ?? "";

    /// <summary>All elements of the name.</summary>
    public IEnumerable<XmlItem> All(string space, string name) => Children.Where(child => child.Name == name && child.Space == space);

    /// <summary>What stands inside as HTML, for elements that hold XHTML.</summary>
    public string InnerHtml()
    {
        var html = new StringBuilder();
        AppendHtml(html);
        return html.ToString();
    }

    // Both recurse no deeper than the reader lets elements nest.
    private void AppendText(StringBuilder text)
    {
        foreach (var part in _content)
        {
            if (part is XmlItem child)
            {
                child.AppendText(text);
            }
            else
            {
                text.Append((string)part);
            }
        }
    }

    private void AppendHtml(StringBuilder html)
    {
        foreach (var part in _content)
        {
            if (part is not XmlItem child)
            {
                html.Append(WebUtility.HtmlEncode((string)part));
                continue;
            }

            html.Append('<').Append(child.Name);
            foreach (var (_, name, value) in child._attributes)
            {
                html.Append(' ').Append(name).Append("=\"").Append(WebUtility.HtmlEncode(value)).Append('"');
            }

            html.Append('>');
            child.AppendHtml(html);
            if (child.Name is not ("br" or "hr" or "img" or "wbr"))
            {
                html.Append("</").Append(child.Name).Append('>');
            }
        }
    }
}
