using System.Data.Common;
using Broadsheet.Content.V1;
using DbUp;
using DbUp.Builder;
using DbUp.Engine;
using DbUp.Engine.Output;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Broadsheet.Content.Tests.Profiles;

public abstract class ProfileMigrationTests(StoreKind store)
{
    private static readonly string LongId = new('l', 60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Content_from_before_gets_handles_addresses_and_counts()
    {
        var data = await OldDatabaseAsync();
        try
        {
            await using (var content = await ContentFixture.StartAsync(store, data: data))
            {
                var ada = await content.Creators.LookupCreatorAsync(new() { Handle = "Ada" }, cancellationToken: Cancel);
                Assert.Equal(("creators/ada", "ada", "v2", 1), (ada.Name, ada.Handle, ada.Etag, ada.StoryCount));
                Assert.Equal("geeks", (await content.Communities.GetCommunityAsync(new() { Name = "communities/geeks" }, cancellationToken: Cancel)).Handle);
                var others = (await content.Creators.ListCreatorsAsync(new(), cancellationToken: Cancel)).Creators.Where(creator => creator.Name != ada.Name).ToList();
                Assert.Equal([$"creators/{LongId}", "creators/x"], others.Select(creator => creator.Name));
                Assert.All(others, creator => Assert.InRange(creator.Handle.Length, 2, 40));

                var community = await content.Communities.UpdateCommunityAsync(new() { Community = new() { Name = "communities/geeks", Etag = "v1", Handle = "Nerds" } }, cancellationToken: Cancel);
                Assert.Equal((1, community), (community.StoryCount, await content.Communities.LookupCommunityAsync(new() { Handle = "geeks" }, cancellationToken: Cancel)));
                await content.Stories.UpdateStoryAsync(new() { Story = new() { Name = "stories/one", Etag = "*", Slug = "two" } }, cancellationToken: Cancel);
                await content.Stories.PublishStoryAsync(new() { Name = "stories/one", Etag = "*" }, cancellationToken: Cancel);
                Assert.Equal("two", (await content.Stories.LookupStoryAsync(new() { Community = "communities/geeks", Slug = "one" }, cancellationToken: Cancel)).Slug);
            }
        }
        finally
        {
            if (store == StoreKind.Sqlite)
            {
                Directory.Delete(data, recursive: true);
            }
            else
            {
                await (await PostgresServer.GetAsync()).DropDatabaseAsync(data);
            }
        }
    }

    /// <summary>A database as it was before workflow, comments and profiles, with content.</summary>
    private async Task<string> OldDatabaseAsync()
    {
        string data;
        DbConnection connection;
        UpgradeEngineBuilder database;
        if (store == StoreKind.Sqlite)
        {
            data = Directory.CreateTempSubdirectory("broadsheet-content-").FullName;
            var address = $"Data Source={Path.Combine(data, "content.db")};Pooling=False";
            (connection, database) = (new SqliteConnection(address), DeployChanges.To.SqliteDatabase(address));
        }
        else
        {
            var server = await PostgresServer.GetAsync();
            data = $"content_{Guid.NewGuid():n}";
            await server.CreateDatabaseAsync(data);
            (connection, database) = (new NpgsqlConnection(server.ConnectionString(data)), DeployChanges.To.PostgresqlDatabase(server.ConnectionString(data)));
        }

        var assembly = typeof(ContentHost).Assembly;
        var folder = $".Migrations.{store}.";
        var scripts = assembly.GetManifestResourceNames()
            .Where(name => name.Contains(folder, StringComparison.Ordinal) && string.CompareOrdinal(name.Split(folder)[1], "0003") < 0)
            .Select(name =>
            {
                using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return new SqlScript(name.Replace(folder, ".Migrations.", StringComparison.Ordinal), text.ReadToEnd());
            });
        Assert.True(database.WithScripts(scripts).LogTo(new NoOpUpgradeLog()).Build().PerformUpgrade().Successful);

        var story = new Story { Revision = 1, Title = "One", Slug = "one", Community = "communities/geeks", Creator = "creators/ada", Language = "en", Sections = { new Section { Id = "lead" } } };
        await using (connection)
        {
            await connection.OpenAsync(Cancel);
            await InsertAsync("communities", new Community { Name = "communities/geeks", Etag = "v1", DisplayName = "Geeks" }, 1);
            foreach (var (id, version) in new[] { ("ada", 2), ("x", 3), (LongId, 4) })
            {
                await InsertAsync("creators", new Creator { Name = $"creators/{id}", Etag = $"v{version}", DisplayName = "Somebody" }, version);
            }

            await using var command = connection.CreateCommand();
            command.CommandText = """
                insert into stories (name, version, state, community, creator, slug, working, published_revision, published)
                values ('stories/one', 5, @state, 'communities/geeks', 'creators/ada', 'one', @story, 1, @story)
                """;
            Add(command, "@state", (int)StoryState.Published);
            Add(command, "@story", story.ToByteArray());
            await command.ExecuteNonQueryAsync(Cancel);
        }

        return data;

        async Task InsertAsync(string table, IMessage profile, int version)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"insert into {table} (name, version, display_name, message) values (@name, {version}, 'Somebody', @message)";
            Add(command, "@name", profile is Community community ? community.Name : ((Creator)profile).Name);
            Add(command, "@message", profile.ToByteArray());
            await command.ExecuteNonQueryAsync(Cancel);
        }

        static void Add(DbCommand command, string name, object value)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
    }
}

public sealed class ProfileMigrationOnSqliteTests() : ProfileMigrationTests(StoreKind.Sqlite);

public sealed class ProfileMigrationOnPostgresTests() : ProfileMigrationTests(StoreKind.Postgres);
