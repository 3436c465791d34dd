using Gateway.Tests.Architecture.Planted.Relay;

namespace Gateway.Tests.Architecture.Planted.Upstream;

internal static class UsesBelow
{
    internal static int Run() => InLambda.Run()();
}
