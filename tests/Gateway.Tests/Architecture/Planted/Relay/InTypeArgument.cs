using Gateway.Tests.Architecture.Planted.Admission;

namespace Gateway.Tests.Architecture.Planted.Relay;

internal static class InTypeArgument
{
    internal static Array Run() => Array.Empty<Door>();
}
