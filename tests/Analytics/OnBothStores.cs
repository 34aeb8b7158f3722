namespace Broadsheet.Analytics.Tests;

/// <summary>Marks a test class whose services keep their data on ClickHouse; those of the others do on DuckDB.</summary>
public interface IOnClickHouse;

// What callers see is the same on both stores: each class of tests runs on both.
public sealed class IngestOnDuckDb : IngestTests;

public sealed class IngestOnClickHouse : IngestTests, IOnClickHouse;

public sealed class ReadingOnDuckDb : ReadingTests;

public sealed class ReadingOnClickHouse : ReadingTests, IOnClickHouse;

public sealed class RollupOnDuckDb : RollupTests;

public sealed class RollupOnClickHouse : RollupTests, IOnClickHouse
{
    // Half a minute each; the two stores are compared over others.
    protected override int Seeds => 1;
}

public sealed class InsightOnDuckDb : InsightTests;

public sealed class InsightOnClickHouse : InsightTests, IOnClickHouse;

public sealed class TrendingOnDuckDb : TrendingTests;

public sealed class TrendingOnClickHouse : TrendingTests, IOnClickHouse;

public sealed class KillOnDuckDb : KillTests;

public sealed class KillOnClickHouse : KillTests, IOnClickHouse;

public sealed class ReportOnDuckDb : ReportTests;

public sealed class ReportOnClickHouse : ReportTests, IOnClickHouse;

public sealed class FeedOnDuckDb : FeedTests;

public sealed class FeedOnClickHouse : FeedTests, IOnClickHouse;

public sealed class HostileEventOnDuckDb : HostileEventTests;

public sealed class HostileEventOnClickHouse : HostileEventTests, IOnClickHouse;

public sealed class RetentionOnDuckDb : RetentionTests;

public sealed class RetentionOnClickHouse : RetentionTests, IOnClickHouse;

public sealed class RealtimeOnDuckDb : RealtimeTests;

public sealed class RealtimeOnClickHouse : RealtimeTests, IOnClickHouse;

public sealed class ImportOnDuckDb : ImportTests;

public sealed class ImportOnClickHouse : ImportTests, IOnClickHouse;

public sealed class ExportOnDuckDb : ExportTests;

public sealed class ExportOnClickHouse : ExportTests, IOnClickHouse;

public sealed class PrivacyErasureOnDuckDb : PrivacyErasureTests;

public sealed class PrivacyErasureOnClickHouse : PrivacyErasureTests, IOnClickHouse;
