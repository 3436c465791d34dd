using Gateway.Tests.Architecture.Planted.Admission;

namespace Gateway.Tests.Architecture.Planted.Relay;

internal static class InLambda
{
    internal static Func<int> Run() => static () => Door.Open();
}
