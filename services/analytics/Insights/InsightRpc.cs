using System.Data.Common;
using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Analytics.Insights;

/// <summary>What readers think of stories. One row a reader and story, replaced by the writer.</summary>
internal sealed class InsightRpc(IAnalyticsStore store, StoreWriter writer, StoryLookup stories, Facts facts, ReadRule rule, TimeProvider time) : InsightService.InsightServiceBase
{
    private const int RankableFrom = 5;

    private static readonly InsightLevel[] Levels = [InsightLevel.GoodEffort, InsightLevel.NiceWork, InsightLevel.Outstanding];
    private static readonly InsightStrength[] Strengths = [.. System.Enum.GetValues<InsightStrength>().Where(strength => strength != InsightStrength.Unspecified)];

    public override async Task<Insight> SubmitInsight(SubmitInsightRequest request, ServerCallContext context)
    {
        var reader = context.RequireCaller().Name;
        var story = await stories.PublishedAsync(request.Story, context.CancellationToken);
        var now = Stored(time.GetUtcNow());
        var known = await FindAsync(request.Story, reader, context.CancellationToken);
        var insight = new InsightRow(
            (byte)request.Insight.Level, [.. request.Insight.Strengths.Order().Select(strength => (byte)strength)], story.Revision, known?.CreateTime.ToDateTimeOffset() ?? now, now);
        await writer.WriteAsync(0, batch => batch.Insights[(request.Story, reader)] = insight);
        return InsightOf(request.Story, reader, insight);
    }

    public override async Task<WithdrawInsightResponse> WithdrawInsight(WithdrawInsightRequest request, ServerCallContext context)
    {
        var reader = context.RequireCaller().Name;
        await writer.WriteAsync<InsightRow?>(0, batch => batch.Insights[(request.Story, reader)] = null);
        return new WithdrawInsightResponse();
    }

    public override async Task<Insight> GetInsight(GetInsightRequest request, ServerCallContext context)
    {
        var reader = context.RequireCaller().Name;
        return await FindAsync(request.Story, reader, context.CancellationToken)
            ?? throw RpcError.NotFound($"{request.Story}/insights:mine");
    }

    public override async Task<StoryInsights> GetStoryInsights(GetStoryInsightsRequest request, ServerCallContext context)
    {
        var story = await stories.PublishedAsync(request.Story, context.CancellationToken);
        return await SummariseAsync(story, context.CancellationToken);
    }

    public override Task<DescribeInsightsResponse> DescribeInsights(DescribeInsightsRequest request, ServerCallContext context) => Task.FromResult(new DescribeInsightsResponse
    {
        Levels =
        {
            new DescribedLevel { Level = InsightLevel.GoodEffort, Label = "Good effort" },
            new DescribedLevel { Level = InsightLevel.NiceWork, Label = "Nice work" },
            new DescribedLevel { Level = InsightLevel.Outstanding, Label = "Outstanding" },
        },
        Strengths =
        {
            new DescribedStrength { Strength = InsightStrength.CompellingAndOriginal, Label = "Compelling and original writing" },
            new DescribedStrength { Strength = InsightStrength.EasyToRead, Label = "Easy to read and follow" },
            new DescribedStrength { Strength = InsightStrength.ExcellentStorytelling, Label = "Excellent storytelling" },
            new DescribedStrength { Strength = InsightStrength.ExpertInsights, Label = "Expert insights and opinions" },
            new DescribedStrength { Strength = InsightStrength.EyeOpening, Label = "Eye opening" },
            new DescribedStrength { Strength = InsightStrength.HeartfeltAndRelatable, Label = "Heartfelt and relatable" },
            new DescribedStrength { Strength = InsightStrength.MasterfulProofreading, Label = "Masterful proofreading" },
            new DescribedStrength { Strength = InsightStrength.OnPointAndRelevant, Label = "On-point and relevant" },
        },
        Rules =
        {
            "A reader who is signed in may give each story one level and any of eight strengths, change them, and take them back.",
            "A share is out of all who gave an insight; beside it stands the interval in which it lies with 95 % confidence.",
            "Those who could have given one are the signed-in readers who read the story, and those who gave one without.",
            "The base rate is the same share over all stories of the community.",
            "Stories are compared by their insights from five on.",
        },
        RankableFrom = RankableFrom,
        Z = Wilson.Z,
    });

    private async Task<Insight?> FindAsync(string story, string reader, CancellationToken cancellationToken)
    {
        var sql = new Sql(store.Dialect);
        sql.Text = $"""
            select level, strengths, revision, create_time, update_time from {store.Dialect.Current("insights")} i
            where story = {sql.Parameter(story)} and reader = {sql.Parameter(reader)}
            """;
        var found = await store.QueryAsync(
            sql, row => new InsightRow(row.GetByte(0), [.. row.ElementsOf<byte>(1)], row.GetInt32(2), row.Moment(3), row.Moment(4)), cancellationToken);
        return found.Count == 0 ? null : InsightOf(story, reader, found[0]);
    }

    // The stores keep microseconds.
    private static DateTimeOffset Stored(DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    private static Insight InsightOf(string story, string reader, InsightRow row) => new()
    {
        Story = story,
        Reader = reader,
        Level = (InsightLevel)row.Level,
        Strengths = { row.Strengths.Select(strength => (InsightStrength)strength) },
        Revision = row.Revision,
        CreateTime = Timestamp.FromDateTimeOffset(row.CreateTime),
        UpdateTime = Timestamp.FromDateTimeOffset(row.UpdateTime),
    };

    private async Task<StoryInsights> SummariseAsync(StoryFacts story, CancellationToken cancellationToken)
    {
        var ofStory = await CountAsync(story.Story, null, cancellationToken);
        var ofCommunity = await CountAsync(null, story.Community, cancellationToken);
        var (total, levels, strengths) = ofStory;
        var (base_, baseLevels, baseStrengths) = ofCommunity;
        var answer = new StoryInsights
        {
            Story = story.Story,
            Total = total,
            QualifiedReaders = await QualifiedAsync(story.Story, cancellationToken),
            Rankable = total >= RankableFrom,
            ReadRule = rule.Id,
        };
        foreach (var level in Levels)
        {
            var count = levels.GetValueOrDefault((byte)level);
            var share = new LevelShare { Level = level, Count = count };
            if (total > 0)
            {
                share.Share = (double)count / total;
                (share.Low, share.High) = Wilson.Interval(count, total);
            }

            if (base_ > 0)
            {
                share.BaseRate = (double)baseLevels.GetValueOrDefault((byte)level) / base_;
            }

            answer.Levels.Add(share);
        }

        foreach (var strength in Strengths)
        {
            var count = strengths.GetValueOrDefault((byte)strength);
            var share = new StrengthShare { Strength = strength, Count = count };
            if (total > 0)
            {
                share.Share = (double)count / total;
                (share.Low, share.High) = Wilson.Interval(count, total);
            }

            if (base_ > 0)
            {
                share.BaseRate = (double)baseStrengths.GetValueOrDefault((byte)strength) / base_;
            }

            answer.Strengths.Add(share);
        }

        return answer;
    }

    private async Task<long> QualifiedAsync(string story, CancellationToken cancellationToken)
    {
        var sql = new Sql(store.Dialect);
        var of = sql.Parameter(story);
        var visits = await facts.SqlAsync(sql, FactPeriod.Ever, $"story = {of}", cancellationToken);
        sql.Text = $"""
            select cast(count(*) as bigint) from (
                select reader from {visits} v where reader is not null and {facts.IsRead}
                union distinct select reader from {store.Dialect.Current("insights")} i where story = {of}) q
            """;
        return (await store.QueryAsync(sql, row => row.GetInt64(0), cancellationToken))[0];
    }

    private async Task<(long Total, Dictionary<byte, long> Levels, Dictionary<byte, long> Strengths)> CountAsync(string? story, string? community, CancellationToken cancellationToken)
    {
        var levels = await store.QueryAsync(Counting("level"), Row, cancellationToken);
        var strengths = await store.QueryAsync(Counting("strength"), Row, cancellationToken);
        return (levels.Sum(level => level.Value), levels.ToDictionary(), strengths.ToDictionary());

        Sql Counting(string what)
        {
            var sql = new Sql(store.Dialect);
            var condition = story is not null
                ? $"story = {sql.Parameter(story)}"
                : $"story in (select story from {store.Dialect.Current("stories")} s where community = {sql.Parameter(community!)})";
            var rows = $"select {(what == "level" ? what : $"{store.Dialect.Unnest("strengths")} as strength")} from {store.Dialect.Current("insights")} i where {condition}";
            sql.Text = $"select {what}, cast(count(*) as bigint) from ({rows}) r group by {what}";
            return sql;
        }

        static KeyValuePair<byte, long> Row(DbDataReader row) => new(row.GetByte(0), row.GetInt64(1));
    }
}
