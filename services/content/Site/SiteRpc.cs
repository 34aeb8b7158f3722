using Broadsheet.Content.Feed;
using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Contracts;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Grpc.Core;

namespace Broadsheet.Content.Site;

/// <summary>Serves the site's profile, of which there is exactly one.</summary>
internal sealed class SiteRpc(ContentStore store) : SiteService.SiteServiceBase
{
    /// <summary>Its resource name.</summary>
    public const string Name = "site";

    private static readonly string[] Editable =
        ["display_name", "tagline", "masthead", "social_links", "pages", "copyright_holder", "copyright_first_year", "language"];

    // Nothing is stored before the first change, so version 0 is what that change has seen.
    private static readonly V1.Site Untouched = new()
    {
        Name = Name,
        Etag = Etag.Of(0),
        DisplayName = "Broadsheet",
        Language = "en",
        Pages =
        {
            new SitePage { Slug = "explore", Title = "Explore" },
            new SitePage { Slug = "contact", Title = "Contact" },
            new SitePage { Slug = "privacy", Title = "Privacy Policy" },
            new SitePage { Slug = "terms", Title = "Terms of Use" },
            new SitePage { Slug = "support", Title = "Support" },
        },
    };

    public override async Task<V1.Site> GetSite(GetSiteRequest request, ServerCallContext context) =>
        (await store.ReadAsync(ReadAsync, context.CancellationToken)).Site;

    public override Task<V1.Site> UpdateSite(UpdateSiteRequest request, ServerCallContext context)
    {
        context.RequireRole(Caller.EditorRole);
        return store.WriteOnceAsync(context, request, request.RequestId, async content =>
        {
            var (version, site) = await ReadAsync(content);
            EtagRule.Check(request.Site.Etag, version, Name, "site.etag");
            var changed = site.Clone();
            UpdateMask.Apply(request.UpdateMask, request.Site, changed, Editable);
            if (string.IsNullOrWhiteSpace(changed.DisplayName))
            {
                throw RpcError.InvalidField("site.display_name", "is required");
            }

            if (changed.Equals(site))
            {
                return site;
            }

            version = await content.NextVersionAsync();
            changed.Etag = Etag.Of(version);
            changed.UpdateTime = content.Now;
            await content.ExecuteAsync(
                "insert into site (id, version, message) values (1, @version, @message) on conflict (id) do update set version = excluded.version, message = excluded.message",
                ("@version", version), ("@message", changed));
            await content.AppendAsync(version, Name, new Change { Site = changed }, new Change { Site = changed });
            return changed;
        });
    }

    /// <summary>Tells the feed's readers of the site, if it was ever changed.</summary>
    public static async Task AppendAsync(ContentTransaction content)
    {
        if (await ReadAsync(content) is (> 0, _) stored)
        {
            await content.AppendAsync(stored.Version, Name, new Change { Site = stored.Site }, new Change { Site = stored.Site });
        }
    }

    private static async Task<(long Version, V1.Site Site)> ReadAsync(ContentTransaction content)
    {
        var stored = await content.FirstAsync("select version, message from site", row => (Version: row.GetInt64(0), Site: row.Message(1, V1.Site.Parser)));
        return stored.Site is null ? (0, Untouched.Clone()) : stored;
    }
}
