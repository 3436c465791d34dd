namespace Gateway.Telemetry;

/// <summary>A limit that had no room for a request or an attempt.</summary>
/// <param name="Key">Whose: a key's id, <c>router:NAME</c> or <c>provider:NAME</c>; bounded by the configuration.</param>
/// <param name="Limit">Which: its error code.</param>
internal sealed record LimitRejection(string Key, string Limit);
