namespace Gateway.Caching.Store;

/// <summary>What was purged when an answer began: what is purged after that is not to be kept when it ends.</summary>
/// <param name="Purges">Purges that this process had seen.</param>
/// <param name="Stamp">The newest purge of all gateways that was known; null: none was, or there is one gateway.</param>
internal sealed record PurgeMark(long Purges, long? Stamp = null);
