using Gateway.Caching.Store;

namespace Gateway.Caching.Flights;

/// <summary>
/// The flights of this process. A stream joins only a stream; a unary request joins either, so one question costs at most two upstream calls at a time.
/// </summary>
internal sealed class FlightTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<CacheKey, Flight> _streams = [];
    private readonly Dictionary<CacheKey, Flight> _wholes = [];

    internal FlightStatus Status
    {
        get
        {
            lock (_gate)
                return new(_streams.Count + _wholes.Count, Aboard(_streams) + Aboard(_wholes));
        }
    }

    /// <summary>Boards the flight that answers the question, or a new one.</summary>
    /// <param name="key">The question.</param>
    /// <param name="isStream">The shape that is asked for.</param>
    /// <param name="start">Makes a flight, which is started by whoever is told that it leads; null when there is no need for one any more.</param>
    /// <returns>Null when there is no need.</returns>
    internal FlightSeat? Board(CacheKey key, bool isStream, Func<Flight?> start)
    {
        lock (_gate)
        {
            if (_streams.TryGetValue(key, out Flight? flight) && flight.TryBoard(out FlightReader? reader))
                return new FlightSeat(flight, reader, Leads: false);
            if (!isStream && _wholes.TryGetValue(key, out flight) && flight.TryBoard(out reader))
                return new FlightSeat(flight, reader, Leads: false);

            flight = start();
            if (flight is null)
                return null;
            (isStream ? _streams : _wholes)[key] = flight;
            flight.TryBoard(out reader);
            return new FlightSeat(flight, reader, Leads: true);
        }
    }

    /// <summary>Starts a flight with nobody on it, unless the question is being asked already, in whichever shape.</summary>
    /// <returns>Whether it was started.</returns>
    internal bool StartEmpty(CacheKey key, bool isStream, Func<Flight?> start)
    {
        lock (_gate)
        {
            bool isAsked = (_streams.TryGetValue(key, out Flight? flight) && flight.IsOpen) || (_wholes.TryGetValue(key, out flight) && flight.IsOpen);
            if (isAsked || start() is not { } started)
                return false;
            started.GoOnAlone();
            (isStream ? _streams : _wholes)[key] = started;
            return true;
        }
    }

    /// <summary>The flight is over.</summary>
    internal void Remove(Flight flight)
    {
        lock (_gate)
        {
            Dictionary<CacheKey, Flight> flights = flight.IsStream ? _streams : _wholes;
            if (flights.TryGetValue(flight.Key, out Flight? current) && current == flight)
                flights.Remove(flight.Key);
        }
    }

    private static int Aboard(Dictionary<CacheKey, Flight> flights)
    {
        int aboard = 0;
        foreach (Flight flight in flights.Values)
            aboard += flight.Aboard;
        return aboard;
    }
}
