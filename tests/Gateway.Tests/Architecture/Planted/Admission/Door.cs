namespace Gateway.Tests.Architecture.Planted.Admission;

internal sealed class Door
{
    internal static int Open() => Environment.ProcessId;
}
