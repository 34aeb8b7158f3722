using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Validation;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;
using FluentValidation;
using Grpc.Core;

namespace Broadsheet.Query.Explore;

/// <summary>What to read next.</summary>
internal sealed class ExploreRpc(IndexKeeper keeper, FreshnessGate freshness, TrendingSource trending, FollowSource follows) : ExploreService.ExploreServiceBase
{
    public override async Task<ExploreResponse> Explore(ExploreRequest request, ServerCallContext context)
    {
        var caller = request.Feed == ExploreFeed.Following ? context.RequireCaller() : Caller.Anonymous;
        var filter = ExplorePosition.FilterOf(request, caller.Name);
        // Refused before anybody else is asked for it.
        var position = ExplorePosition.Decode(request.PageToken, filter);
        await freshness.WaitAsync(request.AtLeastAsFresh, context);
        // Others are asked before the index is held.
        var followed = request.Feed == ExploreFeed.Following ? await follows.OfAsync(caller, context) : null;
        ListTrendingResponse? ranking = null;
        if (request.Feed == ExploreFeed.Trending && position is null or { Ranked.HasUnshown: true })
        {
            (ranking, var reason) = await trending.AskAsync(request.Community, context);
            position ??= StoryFeed.First(ranking, reason);
        }

        using var reading = keeper.Read();
        return new StoryFeed(reading, request, followed, ranking).Page(position ?? StoryFeed.First(null, default), filter);
    }

    public override async Task<ListRelatedResponse> ListRelated(ListRelatedRequest request, ServerCallContext context)
    {
        await freshness.WaitAsync(request.AtLeastAsFresh, context);
        using var reading = keeper.Read();
        return RelatedStories.List(reading, request);
    }
}

internal sealed class ExploreRequestValidator : AbstractValidator<ExploreRequest>
{
    public ExploreRequestValidator()
    {
        RuleFor(request => request.Feed).IsInEnum().WithMessage("must be a feed that exists");
        RuleFor(request => request.Community).OptionalNameOf("communities");
        RuleFor(request => request.Creator).OptionalNameOf("creators");
        RuleFor(request => request.Topic).MaximumLength(100).WithMessage("must have at most 100 characters");
        RuleFor(request => request.Language).MaximumLength(100).WithMessage("must have at most 100 characters");
        RuleFor(request => request.PublishedFrom).Instant();
        RuleFor(request => request.PublishedBefore).Instant();
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.AtLeastAsFresh).Fresh();
    }
}

internal sealed class ListRelatedRequestValidator : AbstractValidator<ListRelatedRequest>
{
    public ListRelatedRequestValidator()
    {
        RuleFor(request => request.Story).NameOf("stories");
        RuleFor(request => request.PageSize).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(request => request.AtLeastAsFresh).Fresh();
    }
}
