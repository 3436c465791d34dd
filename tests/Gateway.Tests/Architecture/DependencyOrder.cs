namespace Gateway.Tests.Architecture;

/// <summary>
/// Which folder may use which (docs/architecture.md). A step uses only steps below it; a leaf uses no step; what puts the steps together
/// (the root, hosting, commands, admin) uses everything and is used by none of them.
/// </summary>
/// <param name="root">The namespace that holds the folders.</param>
internal sealed class DependencyOrder(string root)
{
    private static readonly string[] Steps = ["Admission", "Requests", "Models", "Policies", "Caching", "Routing", "Upstream", "Relay"];
    private static readonly string[] Leaves = ["Limits", "Redis", "Credentials", "Configuration", "Telemetry", "Failures", "Health", "Tls", "Sockets", "Streaming"];
    private static readonly string[] Tops = ["", "Hosting", "Cli", "Admin", "Simulator"];

    /// <summary>One line for each reference that breaks the order; empty when it holds.</summary>
    internal IReadOnlyList<string> Violations(IEnumerable<CodeReference> references) =>
        [.. references.Select(Violation).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private string? Violation(CodeReference reference)
    {
        if (FolderOf(reference.From) is not { } from || FolderOf(reference.To) is not { } to || from == to)
            return null;
        string? reason = Reason(from, to);
        return reason is null ? null : $"{reference.From} → {reference.To}: {reason}";
    }

    private static string? Reason(string from, string to)
    {
        foreach (string folder in (string[])[from, to])
        {
            if (!Steps.Contains(folder) && !Leaves.Contains(folder) && !Tops.Contains(folder))
                return $"{folder}/ has no place in the dependency order";
        }

        if (Tops.Contains(from) || Leaves.Contains(to))
            return null;
        if (Tops.Contains(to))
            return $"{from}/ must not know who puts the steps together";
        if (Leaves.Contains(from))
            return $"{from}/ is a leaf and must not use a step";
        return Array.IndexOf(Steps, to) > Array.IndexOf(Steps, from) ? null : $"{from}/ is below {to}/ and must not use it";
    }

    /// <summary>The first name under the root; empty for the root itself, null outside.</summary>
    private string? FolderOf(string type)
    {
        if (!type.StartsWith(root + ".", StringComparison.Ordinal))
            return null;
        string rest = type[(root.Length + 1)..];
        int end = rest.IndexOf('.', StringComparison.Ordinal);
        return end < 0 ? "" : rest[..end];
    }
}
