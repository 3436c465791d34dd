using System.Runtime.InteropServices;

namespace TestKit.Files;

/// <summary>A folder as Kubernetes mounts a ConfigMap or Secret: each file links to <c>..data/FILE</c>, and a change swaps the link <c>..data</c>.</summary>
public sealed partial class LinkedFolder : IDisposable
{
    private int _version;

    public LinkedFolder(params (string Name, string Text)[] files)
    {
        Swap(files);
        foreach ((string name, _) in files)
            File.CreateSymbolicLink(PathOf(name), $"..data/{name}");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("gateway-linked-").FullName;

    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Puts new contents in place, all in one moment.</summary>
    public void Swap(params (string Name, string Text)[] files)
    {
        string version = $"..version-{++_version}";
        Directory.CreateDirectory(PathOf(version));
        foreach ((string name, string text) in files)
            File.WriteAllText(Path.Combine(PathOf(version), name), text);
        Directory.CreateSymbolicLink(PathOf("..new"), version);
        if (Rename(PathOf("..new"), PathOf("..data")) != 0)
            throw new IOException($"rename failed with errno {Marshal.GetLastPInvokeError()}.");
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    // The framework's moves do not replace a link to a folder.
    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);
}
