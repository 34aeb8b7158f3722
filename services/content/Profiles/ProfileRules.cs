using System.Buffers;
using Broadsheet.Content.Stories;
using Broadsheet.Content.V1;
using FluentValidation;

namespace Broadsheet.Content.Profiles;

/// <summary>Rules that requests on profiles and on the site share.</summary>
internal static class ProfileRules
{
    private static readonly SearchValues<char> HandleCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>A handle, or nothing.</summary>
    public static IRuleBuilderOptions<T, string> HandleForm<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(handle => handle.Length == 0
            || (handle.Length is >= Handles.MinLength and <= Handles.MaxLength && handle.AsSpan().IndexOfAnyExcept(HandleCharacters) < 0))
        .WithMessage("must have 2 to 40 ASCII letters, digits, hyphens and underscores only");

    /// <summary>A line that people read.</summary>
    public static IRuleBuilderOptions<T, string> Line<T>(this IRuleBuilder<T, string> rule, int length) =>
        rule.MaximumLength(length).WithMessage($"must have at most {length} characters").OneLine();

    /// <summary>A BCP 47 tag, or nothing.</summary>
    public static IRuleBuilderOptions<T, string> LanguageTag<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(Rules.IsLanguageTag).WithMessage("must be a BCP 47 tag");
}

internal sealed class SocialLinkValidator : AbstractValidator<SocialLink>
{
    /// <summary>How many a profile or the site may have.</summary>
    public const int Most = 20;

    public SocialLinkValidator()
    {
        RuleFor(link => link.Network).Must(network => !string.IsNullOrWhiteSpace(network)).WithMessage("is required").Line(50);
        RuleFor(link => link.Uri).Must(uri => uri.Length > 0).WithMessage("is required").WebAddress();
    }
}
