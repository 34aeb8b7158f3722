using Broadsheet.Hosting.Errors;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.Storage;

/// <summary>Partial updates (AIP-134): which fields of a message an update takes.</summary>
internal static class UpdateMask
{
    /// <summary>
    /// Takes the fields that the mask names from the input into the target: all editable ones for <c>*</c>, those that
    /// are set if the mask is empty. Fields that can't be edited are refused by name.
    /// </summary>
    public static void Apply<T>(FieldMask? mask, T input, T target, IReadOnlyList<string> editable)
        where T : IMessage<T>
    {
        var paths = mask?.Paths switch
        {
            null or { Count: 0 } => editable.Where(name => IsSet(input.Descriptor.FindFieldByName(name), input)),
            ["*"] => editable,
            // JSON spells fields in its own way (publishTime).
            var stated => stated.Select(path => input.Descriptor.Fields.InFieldNumberOrder().FirstOrDefault(field => field.JsonName == path)?.Name ?? path),
        };
        foreach (var path in paths)
        {
            if (!editable.Contains(path))
            {
                throw RpcError.InvalidField("update_mask", $"\"{path}\" is not a field that can be updated");
            }

            var accessor = input.Descriptor.FindFieldByName(path).Accessor;
            if (accessor.Descriptor.IsRepeated)
            {
                var items = (System.Collections.IList)accessor.GetValue(target);
                items.Clear();
                foreach (var item in (System.Collections.IList)accessor.GetValue(input))
                {
                    items.Add(item);
                }
            }
            else if (accessor.GetValue(input) is { } value)
            {
                accessor.SetValue(target, value);
            }
            else
            {
                accessor.Clear(target);
            }
        }
    }

    private static bool IsSet(FieldDescriptor field, IMessage message) => field.Accessor.GetValue(message) switch
    {
        string text => text.Length > 0,
        int number => number != 0,
        System.Collections.ICollection items => items.Count > 0,
        var value => value is not null,
    };
}
