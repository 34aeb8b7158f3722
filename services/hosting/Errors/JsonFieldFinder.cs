using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Broadsheet.Hosting.Errors;

/// <summary>Walks a JSON document beside a message's descriptor to the first value that the message can't take.</summary>
internal static class JsonFieldFinder
{
    // Ignoring unknown fields would ignore unknown enum values too.
    private static readonly JsonParser Parser = JsonParser.Default;

    /// <summary>The first value in the document that a field can't take; null if there is none.</summary>
    public static BadRequest.Types.FieldViolation? InMessage(MessageDescriptor message, JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return new() { Field = path, Description = "must be an object" };
        }

        foreach (var property in json.EnumerateObject())
        {
            if (FieldOf(message, property.Name) is { } field
                && InValue(field, property.Value, path.Length == 0 ? field.Name : $"{path}.{field.Name}") is { } violation)
            {
                return violation;
            }
        }

        return null;
    }

    /// <summary>The first value in what the document gives for a field.</summary>
    public static BadRequest.Types.FieldViolation? InValue(FieldDescriptor field, JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (field is { IsRepeated: true, IsMap: false })
        {
            return value.ValueKind == JsonValueKind.Array ? InItems(field, value, path) : new() { Field = path, Description = "must be a list" };
        }

        return InOne(field, value, path, value.GetRawText());
    }

    /// <summary>The field with this name in JSON or in the contract.</summary>
    public static FieldDescriptor? FieldOf(MessageDescriptor message, string name) =>
        message.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == name || field.Name == name);

    /// <summary>True if the field takes the text of a parameter.</summary>
    public static bool ParsesText(FieldDescriptor field, string text) => field.FieldType == FieldType.Bool
        ? bool.TryParse(text, out _)
        : Parses(field, field.IsRepeated ? $"[{JsonSerializer.Serialize(text)}]" : JsonSerializer.Serialize(text));

    /// <summary>What the field's values must be.</summary>
    public static string RuleOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => "must be true or false",
        FieldType.Bytes => "must be base64",
        FieldType.String => "must be a string",
        FieldType.Enum => $"must be one of {string.Join(", ", field.EnumType.Values.Select(value => value.Name))}",
        FieldType.Double or FieldType.Float => "must be a number",
        FieldType.Message or FieldType.Group => field.MessageType.FullName switch
        {
            "google.protobuf.Timestamp" => "must be a time such as 2024-01-15T00:00:00Z",
            "google.protobuf.Duration" => "must be a duration such as 1.5s",
            "google.protobuf.FieldMask" => "must be field names, separated by commas",
            _ => "can't be read",
        },
        _ => "must be a whole number within its range",
    };

    private static BadRequest.Types.FieldViolation? InItems(FieldDescriptor field, JsonElement items, string path)
    {
        var index = 0;
        foreach (var item in items.EnumerateArray())
        {
            if (InOne(field, item, $"{path}[{index++}]", $"[{item.GetRawText()}]") is { } violation)
            {
                return violation;
            }
        }

        return null;
    }

    // Messages of google.protobuf have JSON forms of their own: a time is a string.
    private static BadRequest.Types.FieldViolation? InOne(FieldDescriptor field, JsonElement value, string path, string json)
    {
        if (field is { IsMap: false, FieldType: FieldType.Message } && field.MessageType.File.Package != "google.protobuf")
        {
            return InMessage(field.MessageType, value, path);
        }

        return Parses(field, json) ? null : new() { Field = path, Description = RuleOf(field) };
    }

    private static bool Parses(FieldDescriptor field, string json)
    {
        try
        {
            Parser.Parse($"{{\"{field.JsonName}\":{json}}}", field.ContainingType);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
