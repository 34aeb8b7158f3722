using System.Diagnostics;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;

namespace Broadsheet.Content.Importing;

/// <summary>
/// Parses HTML within bounds of size, nesting and time. Nothing is loaded or run: no style, script, frame or picture.
/// </summary>
internal static class BoundedHtml
{
    private const int MaxTags = 200_000;
    private const int MaxOpenTags = 5_000;
    private const int MaxAttributes = 200;
    private const long MaxReopened = 2_000_000;

    // The parser prepares a document of its own for each of them, though it loads none.
    private const int MaxFrames = 2_000;

    // Elements deeper than this become siblings; what walks the tree below us may then recurse.
    private const int MaxDepth = 200;

    // The limits above are what ends most floods; the clock is for what they don't foresee.
    private static readonly TimeSpan MaxParsing = TimeSpan.FromSeconds(10);

    // Elements that need no end tag, so an open one says nothing about nesting.
    private static readonly HashSet<string> Unclosed = new(StringComparer.Ordinal)
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
        "p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "option", "optgroup", "rp", "rt", "html", "head", "body",
    };

    // What the parser opens again in every block that follows while it is not closed.
    private static readonly HashSet<string> Formatting = new(StringComparer.Ordinal)
    {
        "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
    };

    /// <summary>The tree and the number of its tags; throws <see cref="DocumentException"/> past a limit.</summary>
    public static (IHtmlDocument Document, int Tags) Parse(string html)
    {
        // The tokenizer reports every stray one as an error, which costs more than a tag.
        if (html.AsSpan().Count('<') > MaxTags * 5)
        {
            throw DocumentException.TooMuch($"has more than {MaxTags} tags");
        }

        var count = new TagCount();
        var options = new HtmlParserOptions
        {
            IsScripting = false,
            SkipComments = true,
            DisableElementPositionTracking = true,
            MaximumDepth = MaxDepth,
            ShouldEmitAttribute = static (ref token, _) => token.Attributes.Count < MaxAttributes,
            OnToken = (token, _) => count.Add(token),
        };
        return (new HtmlParser(options).ParseDocument(html), count.Tags);
    }

    /// <summary>Follows the tokens and refuses what would cost the parser more than the size of the text tells.</summary>
    private sealed class TagCount
    {
        private readonly Dictionary<string, int> _openByName = new(StringComparer.Ordinal);
        private readonly long _started = Stopwatch.GetTimestamp();
        private int _open;
        private int _formatting;
        private int _frames;
        private long _reopened;

        public int Tags { get; private set; }

        public void Add(HtmlToken token)
        {
            if (token.Type == HtmlTokenType.StartTag)
            {
                Open(token.Name);
            }
            else if (token.Type == HtmlTokenType.EndTag && _openByName.GetValueOrDefault(token.Name) is > 0 and var count)
            {
                _openByName[token.Name] = count - 1;
                _open--;
                _formatting -= Formatting.Contains(token.Name) ? 1 : 0;
            }
        }

        private void Open(string name)
        {
            if (++Tags > MaxTags)
            {
                throw DocumentException.TooMuch($"has more than {MaxTags} tags");
            }

            if ((Tags & 1023) == 0 && Stopwatch.GetElapsedTime(_started) > MaxParsing)
            {
                throw DocumentException.Unreadable("is marked up so badly that it takes too long to read");
            }

            if (name is "iframe" or "frame" or "object" or "embed" && ++_frames > MaxFrames)
            {
                throw DocumentException.TooMuch($"has more than {MaxFrames} frames");
            }

            _reopened += _formatting;
            if (_reopened > MaxReopened)
            {
                throw DocumentException.Unreadable($"leaves {_formatting} tags such as <b> open");
            }

            if (!Unclosed.Contains(name))
            {
                _openByName[name] = _openByName.GetValueOrDefault(name) + 1;
                _open++;
                _formatting += Formatting.Contains(name) ? 1 : 0;
            }

            // The parser itself takes the square of what stays open.
            if (_open > MaxOpenTags)
            {
                throw DocumentException.Unreadable($"leaves more than {MaxOpenTags} tags open");
            }
        }
    }
}
