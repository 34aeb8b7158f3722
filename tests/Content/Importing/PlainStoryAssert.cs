using Broadsheet.Content.Importing;
using Broadsheet.Content.Stories;
using Broadsheet.Content.Stories.Text;
using Broadsheet.Content.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Broadsheet.Content.Tests.Importing;

/// <summary>What every imported story keeps, whatever it came from.</summary>
internal static class PlainStoryAssert
{
    private static readonly StoryValidator Rules = new(complete: false);

    public static void IsPlain(ImportedDocument imported)
    {
        var story = imported.Story;
        Assert.InRange(story.Title.Length, 1, 300);
        Assert.InRange(story.Sections.Count, 1, 500);
        Assert.All(imported.Diagnostics, diagnostic => Assert.InRange(diagnostic.Excerpt.Length, 0, 200));
        StoryText.Compute(story);
        var result = Rules.Validate(story);
        Assert.True(result.IsValid, string.Join("; ", result.Errors.Select(error => $"{error.PropertyName}: {error.ErrorMessage}")));
        Assert.All(Texts(story).Append(imported.CreatorBiography), text => Assert.DoesNotContain(text, character => (char.IsControl(character) && character is not ('\n' or '\t')) || character == '\uFFFE'));
        Assert.All(Addresses(story), address => Assert.Matches("^https?://[!-~]+$", address));
        Assert.Equal(story, Story.Parser.ParseFrom(story.ToByteArray()));
    }

    /// <summary>All text in the message, at whatever depth.</summary>
    public static IEnumerable<string> Texts(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            foreach (var text in value switch
            {
                string single => [single],
                IMessage inner => Texts(inner),
                System.Collections.IEnumerable list when field.IsRepeated => list.Cast<object>().SelectMany(item => item is IMessage part ? Texts(part) : field.FieldType == FieldType.String ? [(string)item] : []),
                _ => [],
            })
            {
                yield return text;
            }
        }
    }

    private static IEnumerable<string> Addresses(Story story) => story.Media.Select(media => media.Uri).Append(story.CanonicalUri).Where(address => address.Length > 0);
}
