namespace Broadsheet.Content.Tests.Importing;

/// <summary>Files that tests read at run time: those of the repository and those that may lie beside it.</summary>
internal static class SharedFiles
{
    /// <summary>The repository's root: the nearest folder above that has the solution.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Suite.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }

    /// <summary>A folder of what is shared beside the repository; it need not exist.</summary>
    public static string Folder(string name) => Path.GetFullPath(Path.Combine(Root(), "..", "shared", name));
}
