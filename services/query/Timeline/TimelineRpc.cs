using Broadsheet.Hosting.Validation;
using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using FluentValidation;
using Google.Type;
using Grpc.Core;

namespace Broadsheet.Query.Timeline;

/// <summary>What stories say happened when.</summary>
internal sealed class TimelineRpc(IndexKeeper keeper, FreshnessGate freshness) : TimelineService.TimelineServiceBase
{
    public override async Task<ListDatedEventsResponse> ListDatedEvents(ListDatedEventsRequest request, ServerCallContext context)
    {
        await freshness.WaitAsync(request.AtLeastAsFresh, context);
        using var reading = keeper.Read();
        return DatedEventSearch.List(reading, request);
    }
}

internal sealed class ListDatedEventsRequestValidator : AbstractValidator<ListDatedEventsRequest>
{
    public ListDatedEventsRequestValidator()
    {
        RuleFor(request => request.Story).OptionalNameOf("stories");
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.Entity)
            .MaximumLength(200).WithMessage("must have at most 200 characters")
            .Must(SoughtEntity.IsValid).WithMessage("must be a name of the form entities/{id}, or have a word");
        RuleFor(request => request.Creator).OptionalNameOf("creators");
        RuleFor(request => request.Topic).MaximumLength(200).WithMessage("must have at most 200 characters");
        RuleFor(request => request.Language).MaximumLength(100).WithMessage("must have at most 100 characters");
        RuleFor(request => request.Modalities).Must(modalities => modalities.Count <= 10).WithMessage("must have at most 10 values");
        RuleForEach(request => request.Modalities).Must(modality => modality != EventModality.Unspecified && System.Enum.IsDefined(modality)).WithMessage("must be one of the values of EventModality");
        RuleFor(request => request.From).Must(IsDate).WithMessage("must be a date of the years -9999 to 9999; without a month it has no day");
        RuleFor(request => request.To).Must(IsDate).WithMessage("must be a date of the years -9999 to 9999; without a month it has no day");
        RuleFor(request => request.Precision).IsInEnum().WithMessage("must be one of the values of DatePrecision");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.AtLeastAsFresh).Fresh();
    }

    private static bool IsDate(Date? date) => date is null
        or { Year: >= -9999 and <= 9999 and not 0, Month: >= 1 and <= 12, Day: >= 0 and <= 31 }
        or { Year: >= -9999 and <= 9999 and not 0, Month: 0, Day: 0 };
}
