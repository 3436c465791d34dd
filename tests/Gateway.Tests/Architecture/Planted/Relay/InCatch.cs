using Gateway.Tests.Architecture.Planted.Admission;

namespace Gateway.Tests.Architecture.Planted.Relay;

internal static class InCatch
{
    internal static bool Run(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (DoorException)
        {
            return false;
        }
    }
}
