using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Validation;
using FluentValidation;

namespace Broadsheet.Analytics.Realtime;

internal sealed class GetRealtimeValidator : AbstractValidator<GetRealtimeRequest>
{
    public GetRealtimeValidator()
    {
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.Story).OptionalNameOf("stories");
        RuleFor(request => request.Story).Empty().When(request => request.Community.Length > 0).WithMessage("must not be set together with community");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
    }
}

internal sealed class WatchRealtimeValidator : AbstractValidator<WatchRealtimeRequest>
{
    public WatchRealtimeValidator()
    {
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.Story).OptionalNameOf("stories");
        RuleFor(request => request.Story).Empty().When(request => request.Community.Length > 0).WithMessage("must not be set together with community");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
    }
}
