namespace Gateway.Hosting;

/// <summary>
/// Says of a connection which listener took it, where that is not simply a public one: what belongs to the admin listener is never served on another,
/// whatever the ports are.
/// </summary>
internal sealed class ConnectionMark
{
    /// <summary><c>server.admin-listen</c>.</summary>
    internal static readonly ConnectionMark Admin = new();

    /// <summary><c>server.metrics-listen</c>.</summary>
    internal static readonly ConnectionMark Metrics = new();

    /// <summary>A public one beyond <c>server.max-connections</c>: told so and closed.</summary>
    internal static readonly ConnectionMark Surplus = new();
}
