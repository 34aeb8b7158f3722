using System.Security.Cryptography;
using System.Text;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using TextSpan = Broadsheet.Query.Language.TextSpan;

namespace Broadsheet.Query.Claims;

/// <summary>Finds the sentences of a story around what was found in its text, and says where that stands.</summary>
internal sealed class StoryPassages(StoredStory story, CodePoints text)
{
    // A sentence without an end must not make a reply of megabytes.
    private const int MostShown = 2_000;

    private readonly StoredSentence[] _sentences = [.. story.Sentences.Where(sentence => !sentence.IsHeading)];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>The sentence in which the UTF-16 position stands; null in headings, captions and between sentences.</summary>
    public StoredSentence? At(int position)
    {
        var point = text.FromUtf16(position);
        var (low, high) = (0, _sentences.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _sentences[middle].End <= point ? (middle + 1, high) : (low, middle);
        }

        return low < _sentences.Length && _sentences[low].Start <= point ? _sentences[low] : null;
    }

    /// <summary>The span in code points.</summary>
    public (int Start, int End) Points(TextSpan span) => (text.FromUtf16(span.Start), text.FromUtf16(span.End));

    /// <summary>The words of the span, cut at 2,000 code points.</summary>
    public string Words(TextSpan span) => Shortened(span.Of(text.Text), MostShown);

    /// <summary>The words of the sentence, cut at 2,000 code points.</summary>
    public string Words(StoredSentence sentence) => Shortened(text.Cut(sentence.Start, sentence.End), MostShown);

    /// <summary>Where the sentence stands.</summary>
    public Citation Cite(StoredSentence sentence) => new()
    {
        Story = story.Name,
        Revision = story.Revision,
        Section = story.Sections[sentence.Section].Id,
        Start = sentence.Start,
        End = sentence.End,
    };

    /// <summary>
    /// An id made from what a row says and where in its sentence it says so, so that it outlives revisions which leave the
    /// sentence alone. The same sentence twice in a story gives two ids, numbered in reading order.
    /// </summary>
    public string IdOf(StoredSentence sentence, TextSpan at, params ReadOnlySpan<string> said)
    {
        var (start, end) = Points(at);
        var key = string.Join('\0', [text.Cut(sentence.Start, sentence.End), $"{start - sentence.Start}-{end - sentence.Start}", .. said]);
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 10));
        var unique = id;
        for (var number = 2; !_ids.Add(unique); number++)
        {
            unique = $"{id}-{number}";
        }

        return unique;
    }

    /// <summary>A text cut after so many code points, with a mark that something is left out.</summary>
    public static string Shortened(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var points = new CodePoints(text);
        return points.Length <= most ? text : points.Cut(0, most) + "…";
    }
}
