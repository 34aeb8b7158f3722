namespace Broadsheet.Query.Indexing;

/// <summary>
/// The data folder: the index in use is <c>index-{n}</c>, and the small file <c>current</c> says which. An index that
/// is being built lies beside it, and becomes the one in use by the replacement of that file.
/// </summary>
internal sealed class IndexFolders : IDisposable
{
    private const string Prefix = "index-";

    private readonly string _root;
    private readonly string _pointer;
    private readonly FileStream _lock;

    /// <summary>Takes the folder for this process.</summary>
    /// <exception cref="InvalidOperationException">Another process has it.</exception>
    public IndexFolders(string root)
    {
        _root = Path.GetFullPath(root);
        _pointer = Path.Combine(_root, "current");
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
        if (!File.Exists(_pointer) || File.ReadAllText(_pointer).Trim() is not { } name || !name.StartsWith(Prefix, StringComparison.Ordinal) || name.AsSpan().ContainsAny('/', '\\'))
        {
            name = $"{Prefix}1";
            DurableFiles.Replace(_pointer, name + "\n");
        }

        var current = Path.Combine(_root, name);
        foreach (var folder in Directory.EnumerateDirectories(_root, Prefix + "*").Where(folder => folder != current))
        {
            Directory.Delete(folder, recursive: true);
        }

        return current;
    }

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
    public void Switch(string folder) => DurableFiles.Replace(_pointer, Path.GetFileName(folder) + "\n");

    public void Dispose() => _lock.Dispose();
}
