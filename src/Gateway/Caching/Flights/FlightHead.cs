using Gateway.Failures;
using Gateway.Upstream;

namespace Gateway.Caching.Flights;

/// <summary>How a flight began: with an answer, or with a failure that everyone on it is told.</summary>
internal sealed record FlightHead
{
    /// <summary>Null: there is an answer.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Who answers; not set with a failure.</summary>
    public Candidate Candidate { get; init; }

    public string ContentType { get; init; } = "";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The answer, where it came whole.</summary>
    public byte[]? Whole { get; init; }
}
