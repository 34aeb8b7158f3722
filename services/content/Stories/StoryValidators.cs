using System.Buffers;
using Broadsheet.Content.V1;
using Broadsheet.Contracts;
using Broadsheet.Hosting.Validation;
using FluentValidation;
using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.Stories;

/// <summary>Rules that requests on stories share.</summary>
internal static class Rules
{
    private static readonly SearchValues<char> TagCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    public static bool IsLanguageTag(string tag) => tag.Length <= 35 && tag.AsSpan().IndexOfAnyExcept(TagCharacters) < 0;

    public static IRuleBuilderOptions<T, string> RequestId<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(id => id.Length == 0 || Guid.TryParseExact(id, "D", out _)).WithMessage("must be a UUID");

    /// <summary>A time that can be told: JSON has no others.</summary>
    public static IRuleBuilderOptions<T, Timestamp> Instant<T>(this IRuleBuilder<T, Timestamp> rule) =>
        rule.Must(IsInstant).WithMessage("must be a time of the years 1 to 9999");

    /// <summary>The number of a revision, or 0 for the usual one.</summary>
    public static IRuleBuilderOptions<T, int> RevisionNumber<T>(this IRuleBuilder<T, int> rule) =>
        rule.Must(revision => revision >= 0).WithMessage("must not be negative");

    public static bool IsInstant(Timestamp? time) =>
        time is null or { Seconds: >= -62_135_596_800 and <= 253_402_300_799, Nanos: >= 0 and <= 999_999_999 };

    /// <summary>A paragraph: no control characters, and no empty line, which would make it two.</summary>
    public static IRuleBuilderOptions<T, string> Prose<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(text => !text.Any(character => char.IsControl(character) && character is not ('\n' or '\t'))).WithMessage("must have no control characters")
        .Must(text => !text.Contains("\n\n", StringComparison.Ordinal)).WithMessage("must have no empty line; use another block");

    public static IRuleBuilderOptions<T, string> OneLine<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(text => text.AsSpan().IndexOfAny('\n', '\r', '\0') < 0).WithMessage("must be one line");

    public static IRuleBuilderOptions<T, string> WebAddress<T>(this IRuleBuilder<T, string> rule) => rule
        .MaximumLength(2_000).WithMessage("must have at most 2,000 characters")
        .Must(uri => uri.Length == 0 || (Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"))
        .WithMessage("must be an absolute http or https URI");

    public static IRuleBuilderOptions<T, string> SlugForm<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(slug => slug.Length <= 100 && IsSlug(slug))
        .WithMessage("must have lower-case letters, digits and single hyphens only, at most 100");

    /// <summary>True for lower-case letters, digits and hyphens between them; and for nothing at all.</summary>
    public static bool IsSlug(string slug)
    {
        for (var i = 0; i < slug.Length; i++)
        {
            if (!char.IsAsciiLetterLower(slug[i]) && !char.IsAsciiDigit(slug[i]) && !(slug[i] == '-' && i > 0 && i < slug.Length - 1 && slug[i - 1] != '-'))
            {
                return false;
            }
        }

        return true;
    }
}

internal sealed class StoryValidator : AbstractValidator<Story>
{
    public StoryValidator(bool complete)
    {
        if (complete)
        {
            RuleFor(story => story.Title).Must(title => !string.IsNullOrWhiteSpace(title)).WithMessage("is required");
            RuleFor(story => story.Community).NameOf("communities");
            RuleFor(story => story.Creator).NameOf("creators");
            RuleFor(story => story.Sections).Must(sections => sections.Count > 0).WithMessage("must have at least one section");
        }
        else
        {
            RuleFor(story => story.Community).OptionalNameOf("communities");
            RuleFor(story => story.Creator).OptionalNameOf("creators");
        }

        RuleFor(story => story.Title).MaximumLength(300).WithMessage("must have at most 300 characters").OneLine();
        RuleFor(story => story.Dek).MaximumLength(1_000).WithMessage("must have at most 1,000 characters").OneLine();
        RuleFor(story => story.Slug).SlugForm();
        RuleFor(story => story.Language).Must(Rules.IsLanguageTag).WithMessage("must be a BCP 47 tag");
        RuleFor(story => story.CanonicalUri).WebAddress();
        RuleFor(story => story.StatedReadingMinutes).InclusiveBetween(0, 10_000).WithMessage("must be 0 to 10,000");
        RuleFor(story => story.Topics).Must(topics => topics.Count <= 50).WithMessage("must have at most 50 topics");
        RuleForEach(story => story.Topics).Must(topic => topic.Length is > 0 and <= 100).WithMessage("must have 1 to 100 characters").OneLine();
        RuleFor(story => story.Sections).Must(sections => sections.Count <= 500).WithMessage("must have at most 500 sections");
        RuleFor(story => story.Sections)
            .Must(sections => sections.Where(section => section.Id.Length > 0).Select(section => section.Id).GroupBy(id => id, StringComparer.Ordinal).All(ids => ids.Count() == 1))
            .WithMessage("must have ids that differ");
        RuleForEach(story => story.Sections).SetValidator(new SectionValidator());
        RuleFor(story => story.Cover).SetValidator(new MediaValidator());
        RuleFor(story => story.PublishTime).Instant();
        RuleFor(story => story.PublishTimeUncertainty)
            .Must(bounds => bounds is null || (bounds.Earliest is not null && bounds.Latest is not null && bounds.Earliest <= bounds.Latest))
            .WithMessage("must have an earliest time that is not after the latest")
            .Must(bounds => bounds is null || (Rules.IsInstant(bounds.Earliest) && Rules.IsInstant(bounds.Latest))).WithMessage("must have times of the years 1 to 9999");
    }
}

internal sealed class SectionValidator : AbstractValidator<Section>
{
    public SectionValidator()
    {
        RuleFor(section => section.Id).SlugForm();
        RuleFor(section => section.Heading).MaximumLength(300).WithMessage("must have at most 300 characters").OneLine();
        RuleFor(section => section.Blocks).Must(blocks => blocks.Count <= 2_000).WithMessage("must have at most 2,000 blocks");
        RuleForEach(section => section.Blocks).SetValidator(new BlockValidator());
    }
}

internal sealed class BlockValidator : AbstractValidator<Block>
{
    private const int MaxText = 100_000;

    public BlockValidator()
    {
        RuleFor(block => block).Must(block => block.ContentCase != Block.ContentOneofCase.None).WithName("content").WithMessage("must have text, media, list, quote or code");
        RuleFor(block => block.Text).MaximumLength(MaxText).WithMessage("must have at most 100,000 characters").Prose();
        RuleFor(block => block.Quote).MaximumLength(MaxText).WithMessage("must have at most 100,000 characters").Prose();
        RuleFor(block => block.Code).MaximumLength(MaxText).WithMessage("must have at most 100,000 characters");
        RuleFor(block => block.Media).SetValidator(new MediaValidator());
        RuleFor(block => block.List).ChildRules(list =>
        {
            list.RuleFor(items => items.Items).Must(items => items.Count is > 0 and <= 1_000).WithMessage("must have 1 to 1,000 items");
            list.RuleForEach(items => items.Items).MaximumLength(MaxText).WithMessage("must have at most 100,000 characters").OneLine();
        });
    }
}

internal sealed class MediaValidator : AbstractValidator<Media>
{
    public MediaValidator()
    {
        RuleFor(media => media.Uri).WebAddress();
        RuleFor(media => media.Alt).MaximumLength(2_000).WithMessage("must have at most 2,000 characters");
        RuleFor(media => media.Caption).MaximumLength(2_000).WithMessage("must have at most 2,000 characters");
        RuleFor(media => media.Credit).ChildRules(credit =>
        {
            credit.RuleFor(line => line.Creator).MaximumLength(300).WithMessage("must have at most 300 characters");
            credit.RuleFor(line => line.Provider).MaximumLength(300).WithMessage("must have at most 300 characters");
            credit.RuleFor(line => line.Stated).MaximumLength(1_000).WithMessage("must have at most 1,000 characters");
        });
    }
}

internal sealed class CreateStoryRequestValidator : AbstractValidator<CreateStoryRequest>
{
    public CreateStoryRequestValidator()
    {
        RuleFor(request => request.Story).NotNull().WithMessage("is required").SetValidator(new StoryValidator(complete: true));
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class UpdateStoryRequestValidator : AbstractValidator<UpdateStoryRequest>
{
    public UpdateStoryRequestValidator()
    {
        RuleFor(request => request.Story).NotNull().WithMessage("is required").SetValidator(new StoryValidator(complete: false));
        RuleFor(request => request.Story.Name).NameOf("stories").When(request => request.Story is not null);
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class GetStoryRequestValidator : AbstractValidator<GetStoryRequest>
{
    public GetStoryRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("stories");
        RuleFor(request => request.AtLeastAsFresh).Must(etag => etag.Length == 0 || Etag.TryGetVersion(etag, out _)).WithMessage("must be an etag of the story");
    }
}

internal sealed class LookupStoryRequestValidator : AbstractValidator<LookupStoryRequest>
{
    public LookupStoryRequestValidator()
    {
        RuleFor(request => request.Community).NameOf("communities");
        RuleFor(request => request.Slug).Must(slug => slug.Length > 0).WithMessage("is required").SlugForm();
    }
}

internal sealed class BatchGetStoriesRequestValidator : AbstractValidator<BatchGetStoriesRequest>
{
    public BatchGetStoriesRequestValidator()
    {
        RuleFor(request => request.Names).Must(names => names.Count is > 0 and <= 100).WithMessage("must have 1 to 100 names");
        RuleForEach(request => request.Names).NameOf("stories");
    }
}

internal sealed class ListStoriesRequestValidator : AbstractValidator<ListStoriesRequest>
{
    public ListStoriesRequestValidator()
    {
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.Creator).OptionalNameOf("creators");
        RuleFor(request => request.State).IsInEnum().WithMessage("is not a state that stories have");
        RuleFor(request => request.ReviewState).IsInEnum().WithMessage("is not a state that reviews have");
    }
}

internal sealed class DeleteStoryRequestValidator : AbstractValidator<DeleteStoryRequest>
{
    public DeleteStoryRequestValidator()
    {
        RuleFor(request => request.Name).NameOf("stories");
        RuleFor(request => request.RequestId).RequestId();
    }
}

internal sealed class ListRevisionsRequestValidator : AbstractValidator<ListRevisionsRequest>
{
    public ListRevisionsRequestValidator() => RuleFor(request => request.Parent).NameOf("stories");
}
