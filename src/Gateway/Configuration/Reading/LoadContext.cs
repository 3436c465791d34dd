namespace Gateway.Configuration.Reading;

/// <summary>What one load collects: errors, warnings, and the environment it sees.</summary>
internal sealed class LoadContext(IReadOnlyDictionary<string, string> variables, Func<string, byte[]> readFile)
{
    private readonly List<ConfigurationError> _errors = [];
    private readonly List<ConfigurationFile> _files = [];
    private readonly Dictionary<string, string> _fileDigests = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Variables { get; } = variables;

    public List<string> Warnings { get; } = [];

    /// <summary>Every file that was read or wanted, each once.</summary>
    public IReadOnlyList<ConfigurationFile> Files => _files;

    /// <summary>Contents by the path of the value that names the file.</summary>
    public IReadOnlyDictionary<string, string> FileDigests => _fileDigests;

    public bool HasErrors => _errors.Count > 0;

    /// <summary>Adds an error; its <paramref name="problem"/> must not hold a value that may be a secret.</summary>
    public void Report(ConfigurationSource at, string path, string problem, string fix) =>
        _errors.Add(new ConfigurationError(at.Name, at.Line, at.Column, path, problem, fix) { Order = (int)at.Kind });

    public IReadOnlyList<ConfigurationError> SortedErrors() =>
        [.. _errors.OrderBy(error => error.Order).ThenBy(error => error.File, StringComparer.Ordinal).ThenBy(error => error.Line).ThenBy(error => error.Column)];

    /// <summary>A file's bytes, or null after reporting why not.</summary>
    public byte[]? ReadFile(string file, ConfigurationSource at, string path)
    {
        try
        {
            byte[] content = Open(file);
            _fileDigests[path] = ConfigurationFile.DigestOf(content);
            return content;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            Report(at, path, $"{Named(file, path)} does not exist", "check the path; it is relative to the configuration file");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Report(at, path, $"{Named(file, path)} cannot be read{(MayBeSecret(path) ? "" : ": " + exception.Message)}", "make it readable for the gateway's user");
        }

        return null;
    }

    /// <summary>Where a secret's file belongs, users also write the secret itself: it is not printed.</summary>
    private static string Named(string file, string path) => MayBeSecret(path) ? "the file" : $"file {Quoted.Text(file)}";

    private static bool MayBeSecret(string path) =>
        path.EndsWith("key-file", StringComparison.Ordinal) || path.EndsWith("secret-file", StringComparison.Ordinal) || path.EndsWith("tls.key", StringComparison.Ordinal);

    /// <summary>A file's bytes; notes that the configuration depends on it. Throws what reading a file throws.</summary>
    public byte[] Open(string file)
    {
        string digest = "";
        try
        {
            byte[] content = readFile(file);
            digest = ConfigurationFile.DigestOf(content);
            return content;
        }
        finally
        {
            if (!_files.Exists(known => known.Path == file))
                _files.Add(new ConfigurationFile(file, digest));
        }
    }

    /// <summary>Paths in a file are relative to it, paths from variables and options to the working directory.</summary>
    public static string ResolvePath(string path, ConfigurationSource source)
    {
        string? directory = source.Kind == ConfigurationSourceKind.File ? Path.GetDirectoryName(source.Name) : null;
        return string.IsNullOrEmpty(directory) ? path : Path.Combine(directory, path);
    }
}
