namespace Broadsheet.Query.Indexing;

/// <summary>
/// The data folder: the index in use is <c>index-{n}</c>, and the small file <c>current</c> says which. An index that
/// is being built lies beside it, and becomes the one in use by the replacement of that file.
/// </summary>
internal sealed class IndexFolders : IDisposable
{
    /// <summary>How the names of folders begin that hold files for a moment, while they are copied.</summary>
    public const string HeldPrefix = "held-";

    private const string Prefix = "index-";
    private const string Pointer = "current";

    private readonly string _root;
    private readonly FileStream _lock;

    /// <summary>Takes the folder for this process.</summary>
    /// <exception cref="InvalidOperationException">Another process has it.</exception>
    public IndexFolders(string root)
    {
        _root = Path.GetFullPath(root);
        Directory.CreateDirectory(_root);
        try
        {
            _lock = new FileStream(Path.Combine(_root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new InvalidOperationException($"The data folder {_root} is in use by another process, or can't be written to: {exception.Message}", exception);
        }
    }

    /// <summary>The index in use. Whatever else was being built is removed.</summary>
    public string Current()
    {
        var name = NameOfCurrent(_root);
        if (name is null)
        {
            name = $"{Prefix}1";
            Point(_root, name);
        }

        var current = Path.Combine(_root, name);
        foreach (var folder in Directory.EnumerateDirectories(_root, Prefix + "*").Where(folder => folder != current).Concat(Directory.EnumerateDirectories(_root, HeldPrefix + "*")))
        {
            Directory.Delete(folder, recursive: true);
        }

        return current;
    }

    /// <summary>The folder, in a data folder, of the index in use; null if nothing says so.</summary>
    public static string? NameOfCurrent(string root)
    {
        var pointer = Path.Combine(root, Pointer);
        return File.Exists(pointer) && File.ReadAllText(pointer).Trim() is { } name && name.StartsWith(Prefix, StringComparison.Ordinal) && !name.AsSpan().ContainsAny('/', '\\')
            ? name
            : null;
    }

    /// <summary>Makes an index the one in use of a data folder, also after a crash.</summary>
    public static void Point(string root, string name) => DurableFiles.Replace(Path.Combine(root, Pointer), name + "\n");

    /// <summary>A folder for what is needed only while the service starts.</summary>
    public string Scratch => Path.Combine(_root, "scratch");

    /// <summary>A folder for an index to be built in.</summary>
    public string Next()
    {
        var last = Directory.EnumerateDirectories(_root, Prefix + "*")
            .Select(folder => int.TryParse(Path.GetFileName(folder).AsSpan(Prefix.Length), out var number) ? number : 0)
            .DefaultIfEmpty()
            .Max();
        return Path.Combine(_root, $"{Prefix}{last + 1}");
    }

    /// <summary>Makes the folder the index in use, also after a crash.</summary>
    public void Switch(string folder) => Point(_root, Path.GetFileName(folder));

    public void Dispose() => _lock.Dispose();
}
