using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Limits;
using Gateway.Models;
using Gateway.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Admission;

/// <summary>Step 1 of one configuration: who asks, for which router, and may they.</summary>
internal sealed class AccessControl(AuthOptions auth, IReadOnlyDictionary<string, Router> routers, TimeProvider time)
{
    private readonly ClientKeys _keys = new(auth);

    /// <summary>The limits of client keys, each id once.</summary>
    internal IEnumerable<LimitScope> KeyLimits => _keys.Limits;

    /// <summary>Judges by headers and path alone; the body has not been touched.</summary>
    internal AccessDecision Decide(IHeaderDictionary headers, string routerName)
    {
        (ClientKey? key, Failure? failure) = _keys.Authenticate(headers, time.GetUtcNow());
        if (key is null)
            return new(null, null, failure);
        // Permission before existence: a key learns of its own routers only.
        if (!key.MayUseRouter(routerName))
            return new(null, key, new(FailureCode.RouterNotAllowed, $"This client key may not use the router '{NearMatches.Shorten(routerName)}'."));
        return routers.TryGetValue(routerName, out Router? router)
            ? new(router, key, null)
            : new(null, key, new(FailureCode.RouterNotFound, $"There is no router '{NearMatches.Shorten(routerName)}'."));
    }
}
