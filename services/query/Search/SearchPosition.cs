using Broadsheet.Hosting.Paging;
using Broadsheet.Query.V1;
using Google.Protobuf;

namespace Broadsheet.Query.Search;

/// <summary>
/// Where the page after this one begins: the key of the last story shown, with all that its score depended on besides
/// the story itself. So a story that did not change has its old score on the next page, and none is shown twice or left
/// out because others were published in between. A story that did change may move across.
/// </summary>
/// <param name="Key">Key of the last story shown.</param>
/// <param name="Tolerant">True if words in other spellings were looked for.</param>
/// <param name="Alternatives">What was looked for in place of each word; null if that was too much to carry.</param>
/// <param name="Statistics">Reads the numbers scored with, for so many words and phrases; null without words.</param>
internal sealed record SearchPosition(
    StoryKey Key, bool Tolerant, IReadOnlyList<(int Word, AlternativeKind Kind, string Text)>? Alternatives, Func<int, int, SearchStatistics>? Statistics)
{
    private const byte Version = 2;

    // A page token has 2,000 characters at most, and the numbers of a hundred words need half of what they hold.
    private const int MaxBytes = 1_080;

    /// <summary>The token for what comes after a story.</summary>
    public static string Encode(StoryKey key, bool tolerant, SearchPlan plan, SearchRequest request)
    {
        var alternatives = plan.Sought
            .SelectMany((word, i) => word.Alternatives.Where(alternative => alternative.Kind > AlternativeKind.Synonym).Select(alternative => (i, alternative)))
            .ToArray();
        using var bytes = new MemoryStream();
        Write(bytes, alternatives);
        if (bytes.Length > MaxBytes)
        {
            bytes.SetLength(0);
            Write(bytes, null);
        }

        return PageToken.Encode(Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length), FilterOf(request));

        void Write(Stream stream, (int Word, Alternative Alternative)[]? carried)
        {
            using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            writer.Write(Version);
            writer.Write(key.First);
            writer.Write(key.Order);
            writer.Write(tolerant);
            writer.Write7BitEncodedInt(carried?.Length ?? -1);
            foreach (var (word, alternative) in carried ?? [])
            {
                writer.Write((byte)word);
                writer.Write((byte)alternative.Kind);
                writer.Write(string.Join(' ', alternative.Exact is { } exact ? [exact] : alternative.Stems));
            }

            if (!plan.IsEmpty)
            {
                plan.Statistics.WriteTo(writer);
            }
        }
    }

    /// <summary>Reads the token of a request; null if it asks for the first page.</summary>
    public static SearchPosition? Decode(SearchRequest request)
    {
        if (request.PageToken.Length == 0)
        {
            return null;
        }

        var text = PageToken.Decode(request.PageToken, FilterOf(request));
        try
        {
            using var reader = new BinaryReader(new MemoryStream(Convert.FromBase64String(text)));
            return reader.ReadByte() == Version ? Read(reader) : throw PageToken.Invalid();
        }
        catch (Exception exception) when (exception is FormatException or IOException)
        {
            // It has the right checksum, so it comes from another version of this service.
            throw PageToken.Invalid();
        }
    }

    private static SearchPosition Read(BinaryReader reader)
    {
        var key = new StoryKey(reader.ReadInt64(), reader.ReadInt64());
        var tolerant = reader.ReadBoolean();
        var count = reader.Read7BitEncodedInt();
        List<(int, AlternativeKind, string)>? alternatives = count < 0 ? null : [];
        for (var i = 0; i < count; i++)
        {
            alternatives!.Add((reader.ReadByte(), (AlternativeKind)reader.ReadByte(), reader.ReadString()));
        }

        var rest = reader.ReadBytes(int.MaxValue >> 8);
        return new SearchPosition(key, tolerant, alternatives, rest.Length == 0 ? null : (words, phrases) =>
        {
            using var numbers = new BinaryReader(new MemoryStream(rest));
            return SearchStatistics.ReadFrom(numbers, words, phrases);
        });
    }

    /// <summary>All that decides which stories are on which page, and nothing else.</summary>
    private static string FilterOf(SearchRequest request)
    {
        var filter = request.Clone();
        filter.PageSize = 0;
        filter.PageToken = "";
        filter.AtLeastAsFresh = null;
        filter.Facets.Clear();
        filter.FacetSize = 0;
        filter.Explain = false;
        // A token is good for the default order by whatever name.
        filter.Order = IndexSearch.OrderOf(request, SearchText.Parse(request.Query));
        return "Search " + Convert.ToBase64String(filter.ToByteArray());
    }
}
