namespace Gateway.Configuration.Mapping;

/// <summary>The global settings that a router takes over key by key.</summary>
internal sealed record RouterDefaults(KeepaliveOptions Keepalive, RetryOptions Retries, HedgingOptions Hedging, MidStreamMode MidStream, CacheOptions Cache);
