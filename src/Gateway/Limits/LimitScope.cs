using Gateway.Configuration;

namespace Gateway.Limits;

/// <summary>One set of limits and whose they are. Its counts live in <see cref="ILimits"/> under owner and name, so they outlive a configuration.</summary>
/// <param name="Owner">Kind of owner.</param>
/// <param name="Name">Key id, router name or provider name; never a credential.</param>
/// <param name="Options">Not empty.</param>
internal sealed record LimitScope(LimitOwner Owner, string Name, LimitOptions Options)
{
    /// <summary>As the metric names it: the key's id, <c>router:NAME</c> or <c>provider:NAME</c>.</summary>
    internal string Label { get; } = Owner switch
    {
        LimitOwner.Router => "router:" + Name,
        LimitOwner.Provider => "provider:" + Name,
        _ => Name,
    };

    /// <returns>Null when nothing is limited.</returns>
    internal static LimitScope? Of(LimitOwner owner, string name, LimitOptions options) => options.IsEmpty ? null : new(owner, name, options);
}
