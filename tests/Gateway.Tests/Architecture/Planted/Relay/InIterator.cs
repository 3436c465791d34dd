using Gateway.Tests.Architecture.Planted.Admission;

namespace Gateway.Tests.Architecture.Planted.Relay;

internal static class InIterator
{
    internal static IEnumerable<int> Run()
    {
        yield return 0;
        yield return Door.Open();
    }
}
