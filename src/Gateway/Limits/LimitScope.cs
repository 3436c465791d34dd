using Gateway.Configuration;

namespace Gateway.Limits;

/// <summary>One set of limits and whose they are. Its counts live in <see cref="ILimits"/> under owner and name, so they outlive a configuration.</summary>
/// <param name="Owner">Kind of owner.</param>
/// <param name="Name">Key id, router name or provider name; never a credential.</param>
/// <param name="Options">Not empty.</param>
internal sealed record LimitScope(LimitOwner Owner, string Name, LimitOptions Options);
