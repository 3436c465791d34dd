namespace Gateway.Caching.Store;

/// <summary>What a store holds in this process.</summary>
/// <param name="Entries">Answers.</param>
/// <param name="Bytes">What they take in memory.</param>
internal readonly record struct StoreStatus(long Entries, long Bytes);
