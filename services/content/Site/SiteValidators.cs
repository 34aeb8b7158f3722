using Broadsheet.Content.Profiles;
using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using FluentValidation;

namespace Broadsheet.Content.Site;

internal sealed class UpdateSiteRequestValidator : AbstractValidator<UpdateSiteRequest>
{
    public UpdateSiteRequestValidator()
    {
        RuleFor(request => request.Site).NotNull().WithMessage("is required").SetValidator(new SiteValidator());
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class SiteValidator : AbstractValidator<V1.Site>
{
    public SiteValidator()
    {
        RuleFor(site => site.Name).Must(name => name.Length == 0 || name == SiteRpc.Name).WithMessage("must be \"site\"");
        RuleFor(site => site.DisplayName).Line(100);
        RuleFor(site => site.Tagline).Line(300);
        RuleFor(site => site.Masthead).SetValidator(new MediaValidator());
        RuleFor(site => site.SocialLinks).Must(links => links.Count <= SocialLinkValidator.Most).WithMessage("must have at most 20 links");
        RuleForEach(site => site.SocialLinks).SetValidator(new SocialLinkValidator());
        RuleFor(site => site.Pages).Must(pages => pages.Count <= 50).WithMessage("must have at most 50 pages");
        RuleFor(site => site.Pages)
            .Must(pages => pages.DistinctBy(page => page.Slug, StringComparer.Ordinal).Count() == pages.Count)
            .WithMessage("must have slugs that differ");
        RuleForEach(site => site.Pages).SetValidator(new SitePageValidator());
        RuleFor(site => site.CopyrightHolder).Line(200);
        RuleFor(site => site.CopyrightFirstYear).InclusiveBetween(0, 9999).WithMessage("must be a year, or 0");
        RuleFor(site => site.Language).LanguageTag();
    }
}

internal sealed class SitePageValidator : AbstractValidator<SitePage>
{
    public SitePageValidator()
    {
        RuleFor(page => page.Slug).Must(slug => slug.Length > 0).WithMessage("is required").SlugForm();
        RuleFor(page => page.Title).Must(title => !string.IsNullOrWhiteSpace(title)).WithMessage("is required").Line(100);
        RuleFor(page => page.Text).MaximumLength(100_000).WithMessage("must have at most 100,000 characters")
            .When(page => page.ContentCase == SitePage.ContentOneofCase.Text);
        RuleFor(page => page.Uri).MaximumLength(2_000).WithMessage("must have at most 2,000 characters")
            .Must(IsAddress).WithMessage("must be an absolute http, https or mailto URI, or a path that begins with one slash")
            .When(page => page.ContentCase == SitePage.ContentOneofCase.Uri);
    }

    // Two slashes, or a slash and a backslash, lead browsers to another host.
    private static bool IsAddress(string uri) => uri is ['/', .. var rest]
        ? rest is not ['/' or '\\', ..] && !uri.Any(character => char.IsControl(character) || char.IsWhiteSpace(character))
        : Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" or "mailto";
}
