using Broadsheet.Analytics.Reading;
using Broadsheet.Analytics.Storage;
using Broadsheet.Analytics.Stories;
using Broadsheet.Analytics.V1;
using Broadsheet.Hosting.Callers;
using Broadsheet.Hosting.Errors;
using DuckDB.NET.Data;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Broadsheet.Analytics.Insights;

/// <summary>What readers think of stories. One row a reader and story, replaced by the writer.</summary>
internal sealed class InsightRpc(AnalyticsStore store, StoreWriter writer, StoryLookup stories, TimeProvider time) : InsightService.InsightServiceBase
{
    private const int RankableFrom = 5;

    private static readonly InsightLevel[] Levels = [InsightLevel.GoodEffort, InsightLevel.NiceWork, InsightLevel.Outstanding];
    private static readonly InsightStrength[] Strengths = [.. System.Enum.GetValues<InsightStrength>().Where(strength => strength != InsightStrength.Unspecified)];

    public override async Task<Insight> SubmitInsight(SubmitInsightRequest request, ServerCallContext context)
    {
        var reader = context.RequireCaller().Name;
        var facts = await stories.PublishedAsync(request.Story, context.CancellationToken);
        var now = time.GetUtcNow();
        var strengths = request.Insight.Strengths.Order().ToList();
        return await writer.WriteAsync(0, connection =>
        {
            var created = Find(connection, request.Story, reader)?.CreateTime.ToDateTimeOffset() ?? now;
            connection.Execute("delete from insights where story = $1 and reader = $2", request.Story, reader);
            using (var rows = connection.CreateAppender("insights"))
            {
                rows.CreateRow().AppendValue(request.Story).AppendValue(reader).AppendValue((byte)request.Insight.Level)
                    .AppendValue(strengths.Select(strength => (byte)strength).ToList()).AppendValue(facts.Revision)
                    .AppendValue(created.Stored()).AppendValue(now.Stored()).EndRow();
            }

            return Find(connection, request.Story, reader)!;
        });
    }

    public override async Task<WithdrawInsightResponse> WithdrawInsight(WithdrawInsightRequest request, ServerCallContext context)
    {
        var reader = context.RequireCaller().Name;
        await writer.WriteAsync(0, connection => connection.Execute("delete from insights where story = $1 and reader = $2", request.Story, reader));
        return new WithdrawInsightResponse();
    }

    public override async Task<Insight> GetInsight(GetInsightRequest request, ServerCallContext context)
    {
        var reader = context.RequireCaller().Name;
        return await store.ReadAsync(connection => Find(connection, request.Story, reader), context.CancellationToken)
            ?? throw RpcError.NotFound($"{request.Story}/insights:mine");
    }

    public override async Task<StoryInsights> GetStoryInsights(GetStoryInsightsRequest request, ServerCallContext context)
    {
        var facts = await stories.PublishedAsync(request.Story, context.CancellationToken);
        return await store.ReadAsync(connection => Summarise(connection, facts), context.CancellationToken);
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

    private static Insight? Find(DuckDBConnection connection, string story, string reader) => connection.Query(
        "select level, strengths, revision, create_time, update_time from insights where story = $1 and reader = $2",
        row => new Insight
        {
            Story = story,
            Reader = reader,
            Level = (InsightLevel)row.GetByte(0),
            Strengths = { row.GetFieldValue<List<byte>>(1).Select(strength => (InsightStrength)strength) },
            Revision = row.GetInt32(2),
            CreateTime = Timestamp.FromDateTimeOffset(row.Moment(3)),
            UpdateTime = Timestamp.FromDateTimeOffset(row.Moment(4)),
        },
        story, reader).SingleOrDefault();

    private static StoryInsights Summarise(DuckDBConnection connection, StoryFacts facts)
    {
        var (total, levels, strengths) = Counts(connection, "story = $1", facts.Story);
        var (base_, baseLevels, baseStrengths) = Counts(connection, "story in (select story from stories where community = $1)", facts.Community);
        var qualified = connection.Scalar<long>(
            $"""
            {VisitFigures.With("e.story = $1", ReadRule.Current)}
            select count(*) from (
                select reader from visits where is_read and reader is not null
                union select reader from insights where story = $1)
            """,
            facts.Story);
        var answer = new StoryInsights
        {
            Story = facts.Story,
            Total = total,
            QualifiedReaders = qualified,
            Rankable = total >= RankableFrom,
            ReadRule = ReadRule.Current.Id,
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

    private static (long Total, Dictionary<byte, long> Levels, Dictionary<byte, long> Strengths) Counts(DuckDBConnection connection, string condition, string value)
    {
        var levels = connection.Query($"select level, count(*) from insights where {condition} group by level", Row, value).ToDictionary();
        var strengths = connection.Query($"select strength, count(*) from (select unnest(strengths) as strength from insights where {condition}) group by strength", Row, value).ToDictionary();
        return (levels.Values.Sum(), levels, strengths);

        static KeyValuePair<byte, long> Row(DuckDBDataReader row) => new(row.GetByte(0), row.GetInt64(1));
    }
}
