using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.EntityPages;

/// <summary>
/// Ids of entities, made from the keys of their names (<see cref="Language.EntityKeys"/>). A key of plain letters is its own
/// id. Any other is told by a hash behind two hyphens, which no key has, so that no two keys have the same id.
/// </summary>
internal static class EntityId
{
    /// <summary>The collection of entities.</summary>
    public const string Collection = "entities";

    // The id of a resource has at most 100 characters.
    private const int MaxPlain = 100;
    private const int MaxReadable = 60;

    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The id of the entity that has the key; empty for an empty key.</summary>
    public static string Of(string key)
    {
        if (key.Length <= MaxPlain && !key.AsSpan().ContainsAnyExcept(Plain))
        {
            return key;
        }

        var readable = string.Concat(key.Where(Plain.Contains)).Trim('-');
        while (readable.Contains("--", StringComparison.Ordinal))
        {
            readable = readable.Replace("--", "-", StringComparison.Ordinal);
        }

        readable = readable.Length > MaxReadable ? readable[..MaxReadable].TrimEnd('-') : readable;
        return $"{readable}--{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 10))}";
    }

    /// <summary><c>entities/{entity}</c> of a key; empty for an empty key.</summary>
    public static string NameOf(string key) => key.Length == 0 ? "" : $"{Collection}/{Of(key)}";

    /// <summary>The id in a resource name.</summary>
    public static string FromName(string name) => name[(Collection.Length + 1)..];

    /// <summary>True for <c>entities/…</c>, as opposed to a name that people write.</summary>
    public static bool IsResourceName(string text) => text.StartsWith(Collection + "/", StringComparison.Ordinal);

    /// <summary>An entity as replies mention it.</summary>
    public static EntityMention MentionOf(string key, string name, string type) => new() { Entity = NameOf(key), DisplayName = name, Type = type };
}
