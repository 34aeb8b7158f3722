using Broadsheet.Content.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Content.Tests.Site;

public abstract class SiteTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Site_is_there_from_the_start_and_keeps_what_is_changed()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var site = await content.Site.GetSiteAsync(new(), cancellationToken: Cancel);
        Assert.Equal(("site", "Broadsheet", "en"), (site.Name, site.DisplayName, site.Language));
        Assert.Equal(["explore", "contact", "privacy", "terms", "support"], site.Pages.Select(page => page.Slug));

        site.DisplayName = "The Daily Explainer";
        site.Tagline = "What it means";
        site.Masthead = new() { Uri = "https://example.org/logo.png", Alt = "Logo" };
        site.SocialLinks.Add(new SocialLink { Network = "Mastodon", Uri = "https://social.example/@daily" });
        site.Pages[1].Uri = "mailto:desk@example.org";
        site.Pages[2].Text = "# Privacy\n\nWe keep *nothing*.";
        site.CopyrightHolder = "Example Press";
        site.CopyrightFirstYear = 2024;
        var updated = await content.Site.UpdateSiteAsync(new() { Site = site }, ContentFixture.Editor, cancellationToken: Cancel);
        Assert.NotEqual(site.Etag, updated.Etag);
        Assert.NotNull(updated.UpdateTime);
        Assert.Equal(updated, await content.Site.GetSiteAsync(new(), cancellationToken: Cancel));

        site.Etag = updated.Etag;
        site.UpdateTime = updated.UpdateTime;
        Assert.Equal(site, updated);
        var masked = await content.Site.UpdateSiteAsync(
            new() { Site = new() { Etag = "*", Tagline = "", DisplayName = "Ignored" }, UpdateMask = FieldMask.FromString("tagline") }, cancellationToken: Cancel);
        Assert.Equal(("", "The Daily Explainer"), (masked.Tagline, masked.DisplayName));

        foreach (var view in new[] { FeedView.All, FeedView.Published })
        {
            var changes = (await content.ReadAllAsync(view)).Where(change => change.Resource == "site").ToList();
            Assert.Equal([updated, masked], changes.Select(change => change.Site));
        }
    }

    [Fact]
    public async Task Site_is_not_overwritten_unseen_nor_by_everybody()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var site = await content.Site.GetSiteAsync(new(), cancellationToken: Cancel);
        UpdateSiteRequest Update(string etag) => new() { Site = new() { Etag = etag, Tagline = Guid.NewGuid().ToString() } };

        var (info, _) = await RpcAssert.FailsAsync(StatusCode.PermissionDenied, "PERMISSION_MISSING", () => content.Site.UpdateSiteAsync(Update("*"), ContentFixture.As("creators/w;roles=writer"), cancellationToken: Cancel).ResponseAsync);
        Assert.Equal("editor", info.Metadata["role"]);
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "ETAG_MISSING", () => content.Site.UpdateSiteAsync(Update(""), cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(["site.etag"], fields);
        await content.Site.UpdateSiteAsync(Update(site.Etag), cancellationToken: Cancel);
        (info, _) = await RpcAssert.FailsAsync(StatusCode.Aborted, "ETAG_MISMATCH", () => content.Site.UpdateSiteAsync(Update(site.Etag), cancellationToken: Cancel).ResponseAsync);
        Assert.Equal((await content.Site.GetSiteAsync(new(), cancellationToken: Cancel)).Etag, info.Metadata["etag"]);
    }

    [Fact]
    public async Task Site_fields_that_break_a_rule_are_named()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var site = new V1.Site
        {
            Name = "sites/other",
            Etag = "*",
            DisplayName = "a\nb",
            CopyrightFirstYear = -1,
            Pages =
            {
                new SitePage { Slug = "a", Title = "A", Uri = "//elsewhere.example" },
                new SitePage { Slug = "b", Title = "B", Uri = "javascript:alert(1)" },
                new SitePage { Slug = "b", Title = "", Uri = "/about" },
            },
        };
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.Site.UpdateSiteAsync(new() { Site = site }, cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(["site.name", "site.display_name", "site.pages", "site.pages[0].uri", "site.pages[1].uri", "site.pages[2].title", "site.copyright_first_year"], fields);
        (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.Site.UpdateSiteAsync(
            new() { Site = new() { Etag = "*" }, UpdateMask = FieldMask.FromString("displayName") }, cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(["site.display_name"], fields);
    }

    [Fact]
    public async Task Imported_page_does_not_change_the_site()
    {
        await using var content = await ContentFixture.StartAsync(store);
        var before = await content.Site.GetSiteAsync(new(), cancellationToken: Cancel);
        await content.Imports.ImportStoryAsync(
            new()
            {
                Document = new()
                {
                    MediaType = "text/html",
                    Content = Google.Protobuf.ByteString.CopyFromUtf8(
                        """
                        <html><head><title>Why ice floats</title></head><body><article><h1>Why ice floats</h1><p>Ice is lighter than the water around it, and so it floats on top of lakes in winter.</p></article>
                        <footer><a href="https://social.example/@press">Find us on social media</a><p>© 2024 Press, Inc. All Rights Reserved.</p></footer></body></html>
                        """),
                },
            },
            cancellationToken: Cancel);
        Assert.Equal(before, await content.Site.GetSiteAsync(new(), cancellationToken: Cancel));
    }
}

public sealed class SiteOnSqliteTests() : SiteTests(StoreKind.Sqlite);

public sealed class SiteOnPostgresTests() : SiteTests(StoreKind.Postgres);
