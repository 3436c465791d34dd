using Gateway.Configuration;

namespace Gateway.Caching;

/// <summary>Who shares an answer.</summary>
/// <param name="Scope">Kind of tenant.</param>
/// <param name="Name">The client key's id (empty without keys), the router's name, or empty.</param>
internal readonly record struct CacheTenant(CacheScope Scope, string Name)
{
    internal static CacheTenant Of(CacheScope scope, string? keyId, string router) => scope switch
    {
        CacheScope.Key => new(scope, keyId ?? ""),
        CacheScope.Router => new(scope, router),
        _ => new(scope, ""),
    };
}
