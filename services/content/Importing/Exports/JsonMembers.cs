using System.Text.Json;
using System.Text.RegularExpressions;

namespace Broadsheet.Content.Importing.Exports;

/// <summary>Reads JSON that may have anything anywhere.</summary>
internal static partial class JsonMembers
{
    /// <summary>The member; an undefined element if there is none.</summary>
    public static JsonElement Member(this JsonElement element, string name)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;
        }
        catch (InvalidOperationException)
        {
            // The object has a name that spells half a character; it is none that is looked for.
            return default;
        }
    }

    /// <summary>The member as text; empty if there is none or it is not a text or number.</summary>
    public static string Text(this JsonElement element, string name) => element.Member(name).Text();

    /// <summary>The element as text; empty if it is not a text or number.</summary>
    public static string Text(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => StringOf(element),
        JsonValueKind.Number => element.GetRawText(),
        _ => "",
    };

    /// <summary>The elements of a list; none if it is no list.</summary>
    public static IEnumerable<JsonElement> Elements(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    private static string StringOf(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // JSON can spell half a character and text can't hold it: such escapes are replaced.
            using var whole = JsonDocument.Parse(Half().Replace(text.GetRawText(), "\\uFFFD"));
            return whole.RootElement.GetString()!;
        }
    }

    [GeneratedRegex(@"\\u[dD][89abAB-Fc-f][0-9a-fA-F]{2}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Half();
}
