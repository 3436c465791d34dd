using Gateway.Tests.Architecture.Planted.Admission;
using Gateway.Tests.Architecture.Planted.Relay;

namespace Gateway.Tests.Architecture.Planted;

/// <summary>Stands for the root, which may use every step. The types here break the dependency order on purpose.</summary>
internal static class Map
{
    internal static int Go() => Door.Open() + InLambda.Run()();
}
