namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>A provider of scripted replicas.</summary>
/// <param name="Name">In the configuration.</param>
/// <param name="Replicas">How many.</param>
/// <param name="Models">What it serves, comma-separated.</param>
/// <param name="Options">Further keys, as lines of a flow mapping: <c>health: { eject-after: 1 }</c>.</param>
internal sealed record StagedProvider(string Name, int Replicas = 1, string Models = "m", string Options = "");
