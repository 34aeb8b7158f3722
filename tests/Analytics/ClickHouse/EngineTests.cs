using Broadsheet.Analytics.Storage.ClickHouse;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO.Parameters;

namespace Broadsheet.Analytics.Tests.ClickHouse;

/// <summary>What the store relies on in the driver and the engine.</summary>
public sealed class EngineTests
{
    private static readonly ClickHouseTable Table = new(
        "kinds", ("id", "UUID"), ("at", "DateTime64(6, 'UTC')"), ("story", "Nullable(String)"), ("engaged", "Nullable(Float64)"), ("sections", "Array(String)"), ("kind", "UInt8"), ("shown", "Bool"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_and_parameters_come_back_as_they_were_given()
    {
        using var database = await OpenAsync(await ClickHouseServer.SharedAsync());
        var at = new DateTime(2026, 11, 24, 18, 0, 0, DateTimeKind.Utc).AddTicks(1_234_560);
        const string Awkward = "it's \"\\ {x:String}\n\t☃ -- '";
        object?[][] rows =
        [
            [Guid.NewGuid(), at, Awkward, 0.1 + 0.2, new[] { "a'b", "\n" }, (byte)1, true],
            [Guid.NewGuid(), at.AddDays(-400), null, null, Array.Empty<string>(), (byte)2, false],
        ];
        await database.InsertAsync(Table, rows, Cancel);
        var read = await database.QueryAsync(
            "select * from kinds order by kind", null,
            row => new object?[] { row.GetGuid(0), row.GetDateTime(1), row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : row.GetDouble(3), row.GetFieldValue<string[]>(4), row.GetByte(5), row.GetBoolean(6) },
            Cancel);
        Assert.Equal(rows, read);
        Assert.Equal(DateTimeKind.Utc, ((DateTime)read[0][1]!).Kind);

        var parameters = new ClickHouseParameterCollection
        {
            new ClickHouseDbParameter { ParameterName = "p1", Value = Awkward },
            new ClickHouseDbParameter { ParameterName = "p2", Value = at },
            new ClickHouseDbParameter { ParameterName = "p3", Value = new[] { Awkward, "x" } },
            new ClickHouseDbParameter { ParameterName = "p4", Value = null },
        };
        var found = await database.QueryAsync(
            "select cast(count(*) as bigint) from kinds where story = {p1:String} and at = {p2:DateTime64(6, 'UTC')} and has({p3:Array(String)}, story) and {p4:Nullable(String)} is null",
            parameters, row => row.GetInt64(0), Cancel);
        Assert.Equal([1], found);
    }

    [Fact]
    public async Task Result_of_many_blocks_and_of_none_is_whole()
    {
        using var database = await OpenAsync(await ClickHouseServer.SharedAsync());
        var numbers = await database.QueryAsync("select cast(number as bigint) as n from numbers(300000) union all select 300000", null, row => row.GetInt64(0), Cancel);
        Assert.Equal(300_001, numbers.Distinct().Count());
        Assert.Empty(await database.QueryAsync("select * from kinds", null, row => row.GetGuid(0), Cancel));
    }

    [Fact]
    public async Task Killed_and_started_again_the_engine_has_what_it_acknowledged()
    {
        await using var server = await ClickHouseServer.StartAsync();
        using var database = await OpenAsync(server);
        for (var round = 0; round < 3; round++)
        {
            await database.InsertAsync(Table, [[Guid.NewGuid(), DateTime.UnixEpoch, "a", 1.5, Array.Empty<string>(), (byte)1, true]], Cancel);
            await server.KillAsync();
            var error = await Assert.ThrowsAnyAsync<Exception>(() => database.QueryAsync("select 1", null, row => row.GetByte(0), Cancel));
            Assert.True(ClickHouseDatabase.IsFailure(error), error.ToString());
            await server.RestartAsync();
        }

        Assert.Equal([3], await database.QueryAsync("select cast(count(*) as bigint) from kinds", null, row => row.GetInt64(0), Cancel));
    }

    [Fact]
    public async Task Migrations_run_twice_and_at_once()
    {
        var server = await ClickHouseServer.SharedAsync();
        using var database = new ClickHouseDatabase(server.NewDatabase());
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => ClickHouseMigrations.ApplyAsync(database, Cancel)));
        await ClickHouseMigrations.ApplyAsync(database, Cancel);
        Assert.Equal([""], await database.QueryAsync("select cursor from feed", null, row => row.GetString(0), Cancel));
        Assert.Equal([1], await database.QueryAsync("select cast(count(*) as bigint) from migrations", null, row => row.GetInt64(0), Cancel));
    }

    [Fact]
    public async Task Error_of_the_server_has_its_code()
    {
        using var database = await OpenAsync(await ClickHouseServer.SharedAsync());
        var error = await Assert.ThrowsAsync<ClickHouseServerException>(() => database.QueryAsync("select nope", null, row => row.GetByte(0), Cancel));
        Assert.Equal(47, error.ErrorCode);
    }

    private static async Task<ClickHouseDatabase> OpenAsync(ClickHouseServer server)
    {
        var database = new ClickHouseDatabase(server.NewDatabase());
        await database.CreateAsync(Cancel);
        await database.ExecuteAsync(
            "create table kinds (id UUID, at DateTime64(6, 'UTC'), story Nullable(String), engaged Nullable(Float64), sections Array(String), kind UInt8, shown Bool) engine = MergeTree partition by toYYYYMM(at) order by id settings fsync_after_insert = 1",
            Cancel);
        return database;
    }
}
