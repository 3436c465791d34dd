namespace Gateway.Hosting;

/// <summary>Marks connections of the admin listener: what is served there is never served on the public one, whatever the ports are.</summary>
internal sealed class AdminListener
{
    internal static readonly AdminListener Mark = new();
}
