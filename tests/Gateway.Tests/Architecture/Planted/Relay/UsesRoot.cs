namespace Gateway.Tests.Architecture.Planted.Relay;

internal static class UsesRoot
{
    internal static int Run() => Map.Go();
}
