namespace Gateway.Load.Run;

/// <summary>The process under test during the measured time.</summary>
/// <param name="CpuSeconds">Used.</param>
/// <param name="ResidentBytes">At the end.</param>
/// <param name="PeakBytes">Since its start.</param>
internal sealed record ProcessReading(double CpuSeconds, long ResidentBytes, long PeakBytes);
