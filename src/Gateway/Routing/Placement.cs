using System.Diagnostics;
using Gateway.Health;

namespace Gateway.Routing;

/// <summary>From a replica's standing to its place in the candidate list.</summary>
/// <param name="byProvider">Whether providers are tried one after the other, rather than all replicas being equals.</param>
/// <param name="keepsTrials">Whether a replica that is due for a trial keeps its place instead of coming first.</param>
/// <param name="random">Decides a slow start.</param>
internal sealed class Placement(bool byProvider, bool keepsTrials, Random random)
{
    // Ranks inside of one provider (or of all of them, when they are equals).
    private const int Trial = 0, Normal = 1, Behind = 2, Ranks = 3;

    /// <param name="standing">Of the replica; not drained.</param>
    /// <param name="model">Index of the model.</param>
    /// <param name="provider">Index of the provider.</param>
    /// <param name="key">The request's affinity: its sessions come back one by one during a slow start, and stay.</param>
    internal Place Of(in Standing standing, int model, int provider, ulong? key)
    {
        int rank = byProvider ? provider * Ranks : 0;
        switch (standing.Condition)
        {
            case ReplicaCondition.TrialDue:
                return new(PlaceSection.Usable, model, rank + (keepsTrials ? Normal : Trial), 0);
            case ReplicaCondition.SlowStart:
                return new(PlaceSection.Usable, model, rank + (Draw(key) < standing.Share ? Normal : Behind), 0);
            case ReplicaCondition.Cooling:
                return new(PlaceSection.Cooling, model, rank, 0);
            case ReplicaCondition.Ejected:
                return new(PlaceSection.Ejected, model, rank, standing.LastEjected);
            case ReplicaCondition.Unhealthy:
                return new(PlaceSection.Unhealthy, model, rank, 0);
            default:
                Debug.Assert(standing.Condition == ReplicaCondition.Usable, "drained replicas are no candidates");
                return new(PlaceSection.Usable, model, rank + Normal, 0);
        }
    }

    /// <summary>A provider whose usable replicas are all in a slow start and held back now comes behind the other providers of the model.</summary>
    /// <param name="places">Of one provider's replicas for one model.</param>
    internal void HoldBack(Span<Place> places)
    {
        if (!byProvider)
            return;
        foreach (ref readonly Place place in places)
        {
            if (place.Section == PlaceSection.Usable && place.Rank % Ranks != Behind)
                return;
        }

        foreach (ref Place place in places)
        {
            if (place.Section == PlaceSection.Usable)
                place = place with { Rank = place.Rank + (int.MaxValue / 2) };
        }
    }

    private double Draw(ulong? key) => key is { } session
        ? (XxHash64.Hash([], seed: session) >> 11) * (1.0 / (1UL << 53))
        : random.NextDouble();
}
