using System.Data.Common;
using Broadsheet.Content.Storage.Sqlite;

namespace Broadsheet.Content.Storage;

/// <summary>
/// What is done to the store instead of serving it: <c>migrate</c>, <c>backup FILE</c>, <c>new-feed</c>. Configured as
/// the service is; the <c>broadsheet</c> command runs them.
/// </summary>
internal static class StoreCommands
{
    /// <summary>The command that the arguments begin with; null if they are those of the service.</summary>
    public static Func<Task<int>>? Find(string[] args) => args switch
    {
        ["migrate", .. var rest] => () => RunAsync(rest, MigrateAsync),
        ["backup", var file, .. var rest] => () => RunAsync(rest, store => BackUpAsync(store, Path.GetFullPath(file))),
        ["new-feed", .. var rest] => () => RunAsync(rest, RenewFeedAsync),
        _ => null,
    };

    private static async Task<int> RunAsync(string[] args, Func<ContentStore, Task<string>> work)
    {
        try
        {
            await using var app = ContentHost.Build(args);
            Console.WriteLine(await work(app.Services.GetRequiredService<ContentStore>()));
            return 0;
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // Whoever runs this owns the store, so the driver's words are for them.
            await Console.Error.WriteLineAsync($"error: {exception.Message}{(exception.InnerException is { } inner ? $": {inner.Message}" : "")}");
            return 1;
        }
    }

    private static async Task<string> MigrateAsync(ContentStore store)
    {
        await store.OpenAsync(migrate: true, CancellationToken.None);
        return "the content store's schema is up to date";
    }

    private static async Task<string> BackUpAsync(ContentStore store, string file)
    {
        if (store is not SqliteStore sqlite)
        {
            throw new InvalidOperationException("a PostgreSQL store is backed up with pg_dump or pg_basebackup; run `broadsheet new-feed` on what is restored from it");
        }

        if (File.Exists(file))
        {
            throw new InvalidOperationException($"{file} exists already");
        }

        await sqlite.BackUpAsync(file, CancellationToken.None);
        return $"{file}: {new FileInfo(file).Length:N0} bytes";
    }

    private static async Task<string> RenewFeedAsync(ContentStore store)
    {
        await store.OpenAsync(migrate: false, CancellationToken.None);
        await store.RenewFeedAsync(CancellationToken.None);
        return "the content store is a new feed; its readers will begin anew";
    }
}
