namespace Gateway.Admin;

/// <summary>A path <c>/admin/replicas/{id}/drain|undrain</c>.</summary>
/// <param name="Id">The replica's id as the client wrote it.</param>
/// <param name="Drains">Out rather than back in.</param>
internal readonly record struct ReplicaCommand(string Id, bool Drains)
{
    private const string Prefix = "/admin/replicas/";
    private const string Drain = "/drain";
    private const string Undrain = "/undrain";

    /// <summary>Null when it is another path.</summary>
    internal static ReplicaCommand? Parse(string path)
    {
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        string rest = path[Prefix.Length..];
        if (rest.EndsWith(Drain, StringComparison.Ordinal))
            return new(rest[..^Drain.Length], Drains: true);
        return rest.EndsWith(Undrain, StringComparison.Ordinal) ? new(rest[..^Undrain.Length], Drains: false) : null;
    }
}
