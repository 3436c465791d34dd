using Gateway.Limits;

namespace Gateway.Upstream;

/// <summary>
/// One attempt's place at its provider: first in the queue, then what it took of the provider's limits, until it is disposed. Belongs to one
/// attempt; used again by later ones.
/// </summary>
internal sealed class ProviderPass : IDisposable
{
    private readonly ProviderGate _gate;

    internal ProviderPass(ProviderGate gate)
    {
        _gate = gate;
        Node = new(this);
    }

    internal LimitClaim Claim { get; } = new();

    /// <summary>Its place in the queue.</summary>
    internal LinkedListNode<ProviderPass> Node { get; }

    /// <summary>Completes when it is worth another look; null while nobody waits for that.</summary>
    internal TaskCompletionSource? Signal { get; set; }

    internal TokenEstimate Estimate { get; set; }

    /// <summary>Tokens the attempt has used, to be known when it is disposed; until somebody knows better, those of its prompt.</summary>
    internal long Used { get; set; }

    public void Dispose() => _gate.Leave(this);
}
