using Broadsheet.Hosting.Paging;
using Broadsheet.Query.Search;
using Broadsheet.Query.V1;
using Google.Protobuf;

namespace Broadsheet.Query.Explore;

/// <summary>Where the page after this one begins.</summary>
/// <param name="Cursor">How far was shown.</param>
/// <param name="Ranked">What trended when the first page was made; none in another feed.</param>
/// <param name="Fallback">Why nothing, or not enough, trended then.</param>
internal sealed record ExplorePosition(FeedCursor Cursor, RankedNames Ranked, ExploreFallbackReason Fallback)
{
    private const byte Version = 1;

    /// <summary>The token for what comes next.</summary>
    public string Encode(string filter)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            writer.Write((byte)Fallback);
            writer.Write((byte)Cursor.Run);
            // Numbers of creators are given anew by every process.
            WriteCreator(writer, Cursor.LastCreator);
            WriteCreator(writer, Cursor.HeldBack);
            WriteKey(writer, Cursor.HeldBackAfter);
            WriteKey(writer, Cursor.Reached);
            Ranked.WriteTo(writer);
        }

        return PageToken.Encode(Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length), filter);
    }

    /// <summary>Reads the token of a request; null if it asks for the first page.</summary>
    public static ExplorePosition? Decode(string token, string filter)
    {
        if (token.Length == 0)
        {
            return null;
        }

        var text = PageToken.Decode(token, filter);
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

    /// <summary>All that decides which stories are on which page, and nothing else.</summary>
    /// <param name="request">The request.</param>
    /// <param name="caller">Who asks, if that matters.</param>
    public static string FilterOf(ExploreRequest request, string caller)
    {
        var filter = request.Clone();
        filter.Feed = filter.Feed == ExploreFeed.Unspecified ? ExploreFeed.Latest : filter.Feed;
        filter.PageSize = 0;
        filter.PageToken = "";
        filter.AtLeastAsFresh = null;
        return $"Explore {caller} {Convert.ToBase64String(filter.ToByteArray())}";
    }

    private static ExplorePosition Read(BinaryReader reader)
    {
        var fallback = (ExploreFallbackReason)reader.ReadByte();
        if (!Enum.IsDefined(fallback))
        {
            throw PageToken.Invalid();
        }

        var run = reader.ReadByte();
        var cursor = new FeedCursor
        {
            Run = run,
            LastCreator = ReadCreator(reader),
            HeldBack = ReadCreator(reader),
            HeldBackAfter = ReadKey(reader),
            Reached = ReadKey(reader),
        };
        return new ExplorePosition(cursor, RankedNames.ReadFrom(reader), fallback);
    }

    private static void WriteCreator(BinaryWriter writer, int creator) => writer.Write(creator < 0 ? "" : StoryColumns.Creators.NameOf(creator));

    // Somebody of whom no story was seen by this process has none that could be held back. Names out of a token are not
    // kept: anybody can make one up.
    private static int ReadCreator(BinaryReader reader) => StoryColumns.Creators.Find(reader.ReadString()) ?? FeedCursor.Nobody;

    private static void WriteKey(BinaryWriter writer, StoryKey? key)
    {
        writer.Write(key is not null);
        if (key is { } known)
        {
            writer.Write(known.First);
            writer.Write(known.Order);
        }
    }

    private static StoryKey? ReadKey(BinaryReader reader) => reader.ReadBoolean() ? new StoryKey(reader.ReadInt64(), reader.ReadInt64()) : null;
}
