namespace Gateway.Simulator;

/// <summary>A fault that strikes a share of a replica's generations, whatever model they name.</summary>
/// <param name="Fault">A name of <see cref="FaultCatalog"/>, with or without <c>sim/</c>: <c>slow-first-token-2000</c>.</param>
/// <param name="Share">Probability from 0 to 1, drawn from the seeded generator.</param>
/// <param name="Replica">Index of the replica, or null for every replica.</param>
public sealed record RandomFault(string Fault, double Share, int? Replica = null);
