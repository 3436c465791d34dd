using Gateway.Upstream;

namespace Gateway.Tests.Upstream.Dispatching;

/// <summary>A request body that says how many hold it.</summary>
internal sealed class BodyCounter : Retained
{
    internal bool IsFreed { get; private set; }

    protected override void Free() => IsFreed = true;
}
