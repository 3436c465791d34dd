using Gateway.EndToEnd.Tests.Wire;

namespace Gateway.EndToEnd.Tests.Clients;

/// <summary>A gateway that is quick with its keepalives: several go out before a slow model's first token.</summary>
public sealed class KeepaliveFixture : GatewayFixture
{
    public const string SlowModel = "sim/slow-first-token-1500";

    protected override string[] Arguments => ["--keepalive-interval", "200ms"];
}
