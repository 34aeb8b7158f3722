using System.Buffers;
using System.Globalization;
using Broadsheet.Hosting.Validation;

namespace Broadsheet.Content.Comments;

/// <summary>The name of a comment in its parts: <c>stories/{story}/comments/{comment}</c>.</summary>
/// <param name="Story">The story's name.</param>
/// <param name="Id">The comment's id.</param>
internal readonly record struct CommentName(string Story, string Id)
{
    private const string Collection = "/comments/";
    private const int IdLength = 32;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads a name that a validator has let through.</summary>
    public static CommentName Parse(string name) =>
        TryParse(name, out var parsed) ? parsed : throw new FormatException($"{name} is not the name of a comment");

    /// <summary>Reads a name; false if it has another form.</summary>
    public static bool TryParse(string name, out CommentName parsed)
    {
        var at = name.LastIndexOf(Collection, StringComparison.Ordinal);
        if (at > 0)
        {
            var id = name.AsSpan(at + Collection.Length);
            parsed = new CommentName(name[..at], id.ToString());
            return id.Length == IdLength && !id.ContainsAnyExcept(Hex) && NameRules.IsName(parsed.Story, "stories");
        }

        parsed = default;
        return false;
    }

    /// <summary>
    /// A new id that sorts after the last one of the story, whatever the clocks of several replicas say: then the
    /// order of ids is the order of commits, and a reply comes after what it replies to.
    /// </summary>
    public static string NextId(DateTimeOffset now, string lastId)
    {
        var time = now.ToUnixTimeMilliseconds();
        if (lastId.Length > 0)
        {
            // A UUIDv7 begins with its milliseconds in 12 hex digits.
            time = Math.Max(time, long.Parse(lastId.AsSpan(0, 12), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) + 1);
        }

        return Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(time)).ToString("n");
    }

    public override string ToString() => $"{Story}{Collection}{Id}";
}
