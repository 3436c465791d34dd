namespace Gateway.Caching.Store;

/// <summary>A purge that all gateways know of.</summary>
/// <param name="Field">Its name in Redis, <see cref="PurgeField"/>.</param>
/// <param name="Filter">What is to go; null: everything that Redis holds, but nothing in memory.</param>
/// <param name="At">Entries whose stamp is lower were there before it.</param>
internal sealed record PurgeRow(string Field, PurgeFilter? Filter, long At);
