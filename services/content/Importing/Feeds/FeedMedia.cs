using Broadsheet.Content.V1;

namespace Broadsheet.Content.Importing.Feeds;

/// <summary>The pictures that a feed states beside the content (Media RSS, enclosures): the first one is the cover.</summary>
internal static class FeedMedia
{
    private const string Space = "http://search.yahoo.com/mrss/";
    private const string Atom = "http://www.w3.org/2005/Atom";

    public static void Read(XmlItem item, StoryDraft draft)
    {
        var stated = item.All(Space, "content").Concat(item.All(Space, "group").SelectMany(group => group.All(Space, "content"))).ToArray();
        if (Array.Find(stated, media => IsPicture(media.Attribute("url"), media.Attribute("type"), media.Attribute("medium"))) is { } content)
        {
            Take(content, content.Attribute("url"));
        }

        foreach (var enclosure in item.All(item.Space, "enclosure").Concat(item.All(Atom, "link").Where(link => link.Attribute("rel") == "enclosure")))
        {
            var address = enclosure.Attribute("url") is { Length: > 0 } url ? url : enclosure.Attribute("href");
            if (IsPicture(address, enclosure.Attribute("type"), ""))
            {
                Take(enclosure, address);
            }
            else
            {
                draft.Say("ENCLOSURE_DROPPED", "A story has text and pictures; other files that the entry comes with are not kept.", address);
            }
        }

        if (item.Child(Space, "thumbnail") is { } thumbnail)
        {
            Take(thumbnail, thumbnail.Attribute("url"));
        }

        void Take(XmlItem media, string address)
        {
            if (draft.Cover is not null || draft.Resolve(address) is not { Length: > 0 } uri)
            {
                return;
            }

            var text = FeedDocument.TextOf(media.Child(Space, "description") ?? item.Child(Space, "description"));
            var (caption, credit) = CreditLine.Split(text);
            var stated = FeedDocument.TextOf(media.Child(Space, "credit") ?? item.Child(Space, "credit"));
            draft.Cover = new Media
            {
                Uri = uri,
                Alt = FeedDocument.TextOf(media.Child(Space, "title")),
                Caption = caption,
                Credit = credit ?? (stated.Length == 0 ? null : CreditLine.Parse(stated) ?? new MediaCredit { Creator = stated, Stated = stated }),
            };
        }
    }

    private static bool IsPicture(string address, string type, string medium) =>
        medium == "image" || type.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
        || (type.Length == 0 && medium.Length == 0 && Path.GetExtension(address.Split('?', 2)[0]).ToUpperInvariant() is ".JPG" or ".JPEG" or ".PNG" or ".WEBP" or ".GIF" or ".AVIF");
}
