using DbUp.Builder;
using DbUp.Engine;
using DbUp.Engine.Output;

namespace Broadsheet.Content.Storage;

/// <summary>The migrations of the store's schema, one folder of scripts per engine, run in the order of their names.</summary>
internal static class Schema
{
    /// <summary>Runs what has not been run yet.</summary>
    public static void Upgrade(UpgradeEngineBuilder database, string engine)
    {
        var result = Scripts(database, engine).WithTransactionPerScript().Build().PerformUpgrade();
        if (!result.Successful)
        {
            throw new InvalidOperationException("the content store's schema can't be brought up to date", result.Error);
        }
    }

    /// <summary>Throws if something has not been run yet.</summary>
    public static void Check(UpgradeEngineBuilder database, string engine)
    {
        if (Scripts(database, engine).Build().IsUpgradeRequired())
        {
            throw new InvalidOperationException("the content store's schema is older than this program: run `broadsheet migrate` first");
        }
    }

    // Named without the engine's folder, as they were when there was one engine: a database remembers them by name.
    private static UpgradeEngineBuilder Scripts(UpgradeEngineBuilder database, string engine)
    {
        var assembly = typeof(Schema).Assembly;
        var folder = $".Migrations.{engine}.";
        var scripts = assembly.GetManifestResourceNames()
            .Where(name => name.Contains(folder, StringComparison.Ordinal))
            .Select(name =>
            {
                using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return new SqlScript(name.Replace(folder, ".Migrations.", StringComparison.Ordinal), text.ReadToEnd());
            });
        return database.WithScripts(scripts).LogTo(new NoOpUpgradeLog());
    }
}
