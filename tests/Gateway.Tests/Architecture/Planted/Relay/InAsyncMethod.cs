using Gateway.Tests.Architecture.Planted.Admission;

namespace Gateway.Tests.Architecture.Planted.Relay;

internal static class InAsyncMethod
{
    internal static async Task<int> RunAsync()
    {
        await Task.Yield();
        return Door.Open();
    }
}
