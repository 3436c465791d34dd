using Gateway.Configuration;

namespace Gateway.Cli;

/// <summary>What <c>gateway serve</c> and <c>gateway demo</c> were asked to run; valid already.</summary>
/// <param name="Options">The snapshot to start with.</param>
/// <param name="Loaded">Warnings, the file and the origin of every value.</param>
/// <param name="Request">Loads again what was loaded.</param>
internal sealed record ServeArguments(GatewayOptions Options, ConfigurationResult Loaded, ConfigurationRequest Request)
{
    /// <summary>Loads the file that was found at the start, even if others could be found by now: a file that is gone is an error then.</summary>
    internal ConfigurationResult LoadAgain() => ConfigurationLoader.Load(Request with { File = Loaded.File ?? Request.File });
}
