using System.Xml;

namespace Broadsheet.Content.Importing.Feeds;

/// <summary>
/// Goes through an XML document element by element. No document type, no entities but XML's own, nothing from the
/// network, and limits on nesting, attributes and size, since XML's own reader has none.
/// </summary>
internal sealed class XmlItemReader : IDisposable
{
    private const int MaxDepth = 200;
    private const int MaxElements = 100_000;
    private const int MaxAttributes = 100;

    // Quotes in one tag: the reader keeps all attributes of an element before any of them can be counted.
    private const int MaxQuotes = 100_000;

    private readonly XmlReader _reader;

    private XmlItemReader(XmlReader reader) => _reader = reader;

    /// <summary>Name of the element that the reader stands at.</summary>
    public string Name => _reader.LocalName;

    /// <summary>Its namespace URI.</summary>
    public string Space => _reader.NamespaceURI;

    /// <summary>Opens the document and goes to its root element; throws <see cref="DocumentException"/> if it has none.</summary>
    public static XmlItemReader Open(string text)
    {
        CheckQuotes(text);
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            // Exports hold characters that XML forbids; they are dropped with all that can't be seen.
            CheckCharacters = false,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            MaxCharactersInDocument = text.Length + 1L,
            MaxCharactersFromEntities = 1,
        };
        var start = 0;
        while (start < text.Length && char.IsWhiteSpace(text[start]))
        {
            // Blank lines before the declaration are common and forbidden.
            start++;
        }

        var reader = new XmlItemReader(XmlReader.Create(new StringReader(start == 0 ? text : text[start..]), settings));
        if (!reader.ToElement())
        {
            throw DocumentException.Unreadable("is not XML");
        }

        return reader;
    }

    /// <summary>The root's attributes, as an element without content.</summary>
    public XmlItem Root() => Shell();

    /// <summary>Goes into the element that the reader stands at and to the next element; false if the document ends.</summary>
    public bool Enter() => Read() && ToElement();

    /// <summary>
    /// The element that the reader stands at, with all that is in it; the reader then stands at the next element, if
    /// there is one. Past a limit the element is gone through all the same, and the rule that it breaks is returned.
    /// </summary>
    public (XmlItem Item, DocumentException? Error) Take(out bool hasMore)
    {
        var root = Shell();
        DocumentException? error = null;
        if (!_reader.IsEmptyElement)
        {
            var depth = _reader.Depth;
            var open = new Stack<XmlItem>();
            open.Push(root);
            var elements = 0;
            while (Read() && _reader.Depth > depth)
            {
                if (error is not null)
                {
                    continue;
                }

                switch (_reader.NodeType)
                {
                    case XmlNodeType.Element when ++elements > MaxElements:
                        error = DocumentException.TooMuch($"has more than {MaxElements} elements in one story");
                        break;
                    case XmlNodeType.Element:
                        var isEmpty = _reader.IsEmptyElement;
                        var child = Shell();
                        open.Peek().Add(child);
                        if (!isEmpty)
                        {
                            open.Push(child);
                        }

                        break;
                    case XmlNodeType.EndElement:
                        open.Pop();
                        break;
                    case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace:
                        open.Peek().Add(Text());
                        break;
                }
            }
        }

        hasMore = Read() && ToElement();
        return (root, error);
    }

    public void Dispose() => _reader.Dispose();

    private XmlItem Shell()
    {
        var item = new XmlItem(_reader.NamespaceURI, _reader.LocalName);
        var attributes = Math.Min(_reader.AttributeCount, MaxAttributes);
        for (var at = 0; at < attributes; at++)
        {
            _reader.MoveToAttribute(at);
            item.AddAttribute(_reader.NamespaceURI, _reader.LocalName, _reader.Value);
        }

        _reader.MoveToElement();
        return item;
    }

    /// <summary>Stays at an element or goes to the next one.</summary>
    private bool ToElement()
    {
        while (_reader.NodeType != XmlNodeType.Element)
        {
            if (!Read())
            {
                return false;
            }
        }

        return true;
    }

    // Long texts are read only when they are asked for.
    private string Text()
    {
        try
        {
            return _reader.Value;
        }
        catch (XmlException error)
        {
            throw Broken(error);
        }
    }

    private static DocumentException Broken(XmlException error) => DocumentException.Unreadable(error.Message.Contains("DTD", StringComparison.Ordinal)
        ? "declares a document type (DTD), which is not read"
        : $"is not well-formed XML (line {error.LineNumber})");

    private bool Read()
    {
        try
        {
            if (!_reader.Read())
            {
                return false;
            }
        }
        catch (XmlException error)
        {
            throw Broken(error);
        }

        return _reader.Depth <= MaxDepth ? true : throw DocumentException.Unreadable($"nests more than {MaxDepth} elements");
    }

    // Text between tags counts too: where a tag ends is for the reader to say, and an attribute may hold a ">".
    private static void CheckQuotes(string text)
    {
        foreach (var range in text.AsSpan().Split('<'))
        {
            var tag = text.AsSpan(range);
            if (tag.Length > MaxQuotes && tag.Count('"') + tag.Count('\'') > MaxQuotes)
            {
                throw DocumentException.TooMuch($"has more than {MaxQuotes / 2} attributes in one element");
            }
        }
    }
}
