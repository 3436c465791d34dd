namespace Gateway.Bench.Hedging;

/// <summary>One request as its client saw it.</summary>
/// <param name="FirstContent">Milliseconds from the moment it was meant to be sent to its first content; infinite when there was none.</param>
/// <param name="Lateness">Milliseconds from that moment to the client sending it: part of the former.</param>
/// <param name="Replica">The replica that answered, as the gateway names it; empty when none did.</param>
internal readonly record struct Sample(double FirstContent, double Lateness, string Replica);
