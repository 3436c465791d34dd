using Gateway.Tests.Architecture.Planted.Admission;

namespace Gateway.Tests.Architecture.Planted.Relay;

internal static class InMethodBody
{
    internal static int Run() => Door.Open();
}
