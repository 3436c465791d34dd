using Gateway.Configuration;

namespace Gateway.Hosting.Reload;

/// <summary>Where the running configuration came from, and how to get it again.</summary>
/// <param name="Started">What the process started with.</param>
/// <param name="Load">Loads the same file, with the same variables and options. Blocks.</param>
/// <param name="Prepare">Starts what the options need inside of this process (simulated replicas), and puts it in.</param>
internal sealed record ReloadSource(ConfigurationResult Started, Func<ConfigurationResult> Load, Func<GatewayOptions, CancellationToken, Task<GatewayOptions>> Prepare);
