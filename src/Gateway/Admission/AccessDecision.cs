using Gateway.Failures;
using Gateway.Routing;

namespace Gateway.Admission;

/// <summary>What step 1 found out.</summary>
/// <param name="Router">Null: refused, see <paramref name="Failure"/>.</param>
/// <param name="Key">Whose request it is; null when nobody could be told, never when there is a router.</param>
/// <param name="Failure">Null: go on.</param>
internal readonly record struct AccessDecision(Router? Router, ClientKey? Key, Failure? Failure);
