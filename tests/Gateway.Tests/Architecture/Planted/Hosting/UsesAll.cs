using Gateway.Tests.Architecture.Planted.Admission;
using Gateway.Tests.Architecture.Planted.Attic;

namespace Gateway.Tests.Architecture.Planted.Hosting;

internal static class UsesAll
{
    internal static object Run() => Door.Open() > 0 ? new Box() : "";
}
