using Gateway.Tests.Architecture.Planted.Relay;

namespace Gateway.Tests.Architecture.Planted.Telemetry;

internal static class UsesStep
{
    internal static int Run() => InLambda.Run()();
}
