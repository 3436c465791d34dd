namespace Gateway.Health;

/// <summary>What probes say about a replica. It is well until they say otherwise, but a first probe that fails says so at once.</summary>
internal sealed class ProbeState(ProviderHealth provider)
{
    private volatile bool _isUnhealthy;
    private bool _wasProbed;
    private int _against;

    internal bool IsUnhealthy => _isUnhealthy;

    /// <summary>Takes one probe's result; true when the verdict changed. Not thread-safe.</summary>
    internal bool Add(bool passed)
    {
        bool isFirst = !_wasProbed;
        _wasProbed = true;
        // Only results against the present verdict count, and only in a row.
        if (passed != _isUnhealthy)
        {
            _against = 0;
            return false;
        }

        _against++;
        int needed = passed ? provider.Options.HealthyAfter : isFirst ? 1 : provider.Options.UnhealthyAfter;
        if (_against < needed)
            return false;
        _against = 0;
        _isUnhealthy = !passed;
        return true;
    }
}
