namespace Gateway.Relay;

/// <summary>Times of one stream; zero switches one off.</summary>
/// <param name="KeepaliveInterval">Silence towards the client before a keepalive.</param>
/// <param name="ClientStall">How long a client may take no byte.</param>
internal readonly record struct StreamLimits(TimeSpan KeepaliveInterval, TimeSpan ClientStall);
