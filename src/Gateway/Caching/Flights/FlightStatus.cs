namespace Gateway.Caching.Flights;

/// <summary>What is under way in this process.</summary>
/// <param name="Calls">Upstream calls, those that nobody waits for included.</param>
/// <param name="Waiters">Requests that are answered by them.</param>
internal readonly record struct FlightStatus(int Calls, int Waiters);
