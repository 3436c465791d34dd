using Gateway.Configuration;

namespace Gateway.Cli;

/// <summary>What <c>gateway serve</c> and <c>gateway demo</c> were asked to run; valid already.</summary>
/// <param name="Options">The snapshot to start with.</param>
/// <param name="Loaded">Warnings, the file and the origin of every value.</param>
/// <param name="Request">Loads again what was loaded.</param>
internal sealed record ServeArguments(GatewayOptions Options, ConfigurationResult Loaded, ConfigurationRequest Request);
