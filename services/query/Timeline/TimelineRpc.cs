using Broadsheet.Hosting.Validation;
using Broadsheet.Query.EntityPages;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using FluentValidation;
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
        RuleFor(request => request.From).PartialDate();
        RuleFor(request => request.To).PartialDate();
        RuleFor(request => request.Precision).IsInEnum().WithMessage("must be one of the values of DatePrecision");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.AtLeastAsFresh).Fresh();
    }
}
