using System.Runtime.CompilerServices;
using System.Text;

namespace Gateway.Limits;

/// <summary>The names of a scope's counts at the server. One hash tag: a request's scopes are taken from in one step.</summary>
internal sealed class SharedKeys
{
    /// <summary>The number changes with the meaning of what is kept, so that old and new gateways do not misread each other.</summary>
    internal const string Prefix = "gateway:1:{limits}:";

    private static readonly ConditionalWeakTable<LimitScope, SharedKeys> Known = [];

    private SharedKeys(LimitScope scope)
    {
        string owner = scope.Owner switch { LimitOwner.Key => "key", LimitOwner.Router => "router", _ => "provider" };
        string name = $"{Prefix}{owner}:{scope.Name}:";
        Requests = Encoding.UTF8.GetBytes(name + "requests");
        Tokens = Encoding.UTF8.GetBytes(name + "tokens");
        Slots = Encoding.UTF8.GetBytes(name + "slots");
    }

    internal byte[] Requests { get; }

    internal byte[] Tokens { get; }

    internal byte[] Slots { get; }

    internal static SharedKeys Of(LimitScope scope) => Known.GetValue(scope, static unknown => new SharedKeys(unknown));
}
