using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Importing;

/// <summary>The text of a document: its encoding found, its line ends and invisible characters made plain.</summary>
internal static partial class DocumentText
{
    private const double MostReplaced = 0.01;

    static DocumentText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Decodes by byte order mark, else by the media type's charset, else by what HTML declares, else as UTF-8.</summary>
    public static string Decode(Document document, Action<string, string, string> say)
    {
        var bytes = document.Content.Span;
        var (encoding, skip) = Detect(bytes, document.MediaType);
        var text = encoding.GetString(bytes[skip..]);
        var strange = 0;
        foreach (var character in text)
        {
            strange += character is '\uFFFD' || (char.IsControl(character) && character is not ('\n' or '\r' or '\t' or '\f')) ? 1 : 0;
        }

        if (strange > 0 && strange > text.Length * MostReplaced)
        {
            throw DocumentException.Unreadable($"is not {encoding.WebName} text");
        }

        if (text.Contains('\uFFFD', StringComparison.Ordinal))
        {
            say("CHARACTERS_REPLACED", $"Some characters are not {encoding.WebName} and were replaced; state the charset in the media type.", "");
        }

        return Clean(text);
    }

    /// <summary>Ends lines with \n, turns odd spaces into spaces and drops what can't be seen; nothing of it carries meaning.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            switch (character)
            {
                case '\r':
                    if (i + 1 == text.Length || text[i + 1] != '\n')
                    {
                        clean.Append('\n');
                    }

                    break;
                case '\u00A0' or '\u2007' or '\u202F' or '\u3000' or '\f':
                    clean.Append(' ');
                    break;
                case '\u2028' or '\u2029' or '\u0085':
                    clean.Append('\n');
                    break;
                case '\u200B' or '\u2060' or '\uFEFF' or '\u00AD':
                    break;
                default:
                    if (char.IsSurrogate(character))
                    {
                        if (i + 1 < text.Length && char.IsSurrogatePair(character, text[i + 1]))
                        {
                            clean.Append(character).Append(text[++i]);
                        }
                        else
                        {
                            clean.Append('\uFFFD');
                        }
                    }
                    else if (!char.IsControl(character) || character is '\n' or '\t')
                    {
                        clean.Append(character);
                    }

                    break;
            }
        }

        return clean.ToString();
    }

    private static (Encoding Encoding, int Skip) Detect(ReadOnlySpan<byte> bytes, string mediaType)
    {
        if (bytes is [0xEF, 0xBB, 0xBF, ..])
        {
            return (Encoding.UTF8, 3);
        }

        if (bytes is [0xFF, 0xFE, ..])
        {
            return (Encoding.Unicode, 2);
        }

        if (bytes is [0xFE, 0xFF, ..])
        {
            return (Encoding.BigEndianUnicode, 2);
        }

        var stated = Charset().Match(mediaType);
        if (!stated.Success && mediaType.Contains("xml", StringComparison.OrdinalIgnoreCase))
        {
            stated = XmlEncoding().Match(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 200)]));
        }

        if (!stated.Success && mediaType.StartsWith("text/html", StringComparison.OrdinalIgnoreCase))
        {
            // Saving a page often makes it UTF-8 and leaves its declaration; other encodings are hardly ever valid UTF-8.
            if (Utf8.IsValid(bytes) && !Ascii.IsValid(bytes))
            {
                return (Encoding.UTF8, 0);
            }

            stated = Charset().Match(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 1024)]));
        }

        return (stated.Success && Named(stated.Groups[1].Value) is { } encoding ? encoding : Encoding.UTF8, 0);
    }

    private static Encoding? Named(string name)
    {
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            // A name that nobody knows says nothing; the content then shows whether it is UTF-8.
            return null;
        }
    }

    [GeneratedRegex("""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex XmlEncoding();

    [GeneratedRegex("""charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Charset();
}
