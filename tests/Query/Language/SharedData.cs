namespace Broadsheet.Query.Tests.Language;

/// <summary>Finds the data that lies beside the repository and is never part of it; a test that needs it skips where it is missing.</summary>
internal static class SharedData
{
    public static string Require(params string[] path)
    {
        var found = Path.Combine([Root() is { } root ? Path.Combine(root, "..", "shared") : "shared", .. path]);
        if (!Path.Exists(found))
        {
            Assert.Skip($"No {Path.Combine(path)} beside the repository.");
        }

        return found;
    }

    /// <summary>The nearest parent folder that holds the solution.</summary>
    public static string? Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Suite.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
