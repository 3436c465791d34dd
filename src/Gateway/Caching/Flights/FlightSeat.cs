namespace Gateway.Caching.Flights;

/// <summary>A place on a flight.</summary>
/// <param name="Flight">What one is on.</param>
/// <param name="Reader">Set when the flight is a stream.</param>
/// <param name="Leads">Whether the holder has to start it.</param>
internal readonly record struct FlightSeat(Flight Flight, FlightReader? Reader, bool Leads)
{
    internal void Leave() => Flight.Leave(Reader);
}
