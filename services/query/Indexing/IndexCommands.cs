namespace Broadsheet.Query.Indexing;

/// <summary>
/// What is done to the index instead of serving it: <c>backup FOLDER</c>. Configured as the service is; the
/// <c>broadsheet</c> command runs it.
/// </summary>
internal static class IndexCommands
{
    /// <summary>The command that the arguments begin with; null if they are those of the service.</summary>
    public static Func<int>? Find(string[] args) => args switch
    {
        ["backup", var folder, .. var rest] => () => Run(() => BackUp(QueryOptions.From(rest), Path.GetFullPath(folder))),
        _ => null,
    };

    private static int Run(Func<string> work)
    {
        try
        {
            Console.WriteLine(work());
            return 0;
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {exception.Message}");
            return 1;
        }
    }

    private static string BackUp(QueryOptions options, string folder)
    {
        var copy = IndexBackup.Make(Path.GetFullPath(options.DataPath), folder);
        return $"{folder}: {copy.Bytes:N0} bytes, as of {copy.CommitTime:u}";
    }
}
