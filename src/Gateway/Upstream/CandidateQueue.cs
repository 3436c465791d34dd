using Gateway.Health;

namespace Gateway.Upstream;

/// <summary>
/// A request's candidates, best first, and which of them have been asked. A replica is asked once, under whichever model, until everybody has been.
/// </summary>
internal sealed class CandidateQueue(List<Candidate> candidates)
{
    private readonly bool[] _asked = new bool[candidates.Count];
    private readonly bool[] _excluded = new bool[candidates.Count];

    /// <summary>The next one that nobody keeps away: of the preferred provider first, else in order.</summary>
    /// <param name="preferred">Null: none.</param>
    /// <param name="holdsTrial">Whether this request is now the one trial after its ejection.</param>
    internal Candidate? Next(Provider? preferred, out bool holdsTrial)
    {
        holdsTrial = false;
        if (preferred is not null && Find(preferred, isWanted: true, out holdsTrial) is { } near)
            return near;
        return Find(preferred, isWanted: false, out holdsTrial);
    }

    /// <summary>The next free one of a provider that has not been asked at all.</summary>
    internal Candidate? NextElsewhere(out bool holdsTrial)
    {
        holdsTrial = false;
        for (int i = 0; i < candidates.Count; i++)
        {
            if (!WasAsked(candidates[i].Replica.Provider) && TryTake(i, out holdsTrial))
                return candidates[i];
        }

        return null;
    }

    /// <summary>The next free one with another model than <paramref name="model"/>.</summary>
    internal Candidate? NextModel(string model)
    {
        for (int i = 0; i < candidates.Count; i++)
        {
            if (!_asked[i] && !_excluded[i] && candidates[i].Model != model && IsFree(candidates[i].Replica))
                return Take(i);
        }

        return null;
    }

    /// <summary>A free one for a hedge of the same model: never one that is on trial, kept away, asked before or out of connections.</summary>
    internal Candidate? NextForHedge(string model)
    {
        for (int i = 0; i < candidates.Count; i++)
        {
            Replica replica = candidates[i].Replica;
            if (candidates[i].Model == model && IsNew(i) && IsFree(replica) && !replica.Pool.IsSaturated)
                return Take(i);
        }

        return null;
    }

    /// <summary>One that was not asked because it is ejected or unhealthy; better than nothing.</summary>
    internal Candidate? LastResort()
    {
        for (int i = 0; i < candidates.Count; i++)
        {
            if (IsNew(i) && candidates[i].Replica.Health.Condition is ReplicaCondition.Ejected or ReplicaCondition.TrialDue or ReplicaCondition.Unhealthy)
                return Take(i);
        }

        return null;
    }

    /// <summary>The best of those that have been asked; null when all of them are excluded.</summary>
    internal Candidate? Again()
    {
        Candidate? any = null;
        for (int i = 0; i < candidates.Count; i++)
        {
            if (!_asked[i] || _excluded[i])
                continue;
            if (IsFree(candidates[i].Replica))
                return candidates[i];
            any ??= candidates[i];
        }

        return any;
    }

    /// <summary>The cooling one that is free again first; null when none cools.</summary>
    internal Candidate? FirstToCool(out TimeSpan pause)
    {
        Candidate? first = null;
        pause = TimeSpan.MaxValue;
        foreach (Candidate candidate in candidates)
        {
            if (candidate.Replica.Health.Condition != ReplicaCondition.Cooling || candidate.Replica.Health.CoolingFor >= pause)
                continue;
            pause = candidate.Replica.Health.CoolingFor;
            first = candidate;
        }

        return first;
    }

    /// <summary>Those that cool now may be asked once more when they are free again.</summary>
    internal void ReopenCooling()
    {
        for (int i = 0; i < candidates.Count; i++)
            _asked[i] &= candidates[i].Replica.Health.Condition != ReplicaCondition.Cooling;
    }

    /// <summary>The replica is not asked any more, under no model.</summary>
    internal void Exclude(Replica replica)
    {
        for (int i = 0; i < candidates.Count; i++)
            _excluded[i] |= candidates[i].Replica == replica;
    }

    /// <summary>Nobody of this provider is asked any more.</summary>
    internal void Exclude(Provider provider)
    {
        for (int i = 0; i < candidates.Count; i++)
            _excluded[i] |= candidates[i].Replica.Provider == provider;
    }

    /// <summary>Whether another provider than this one could serve the request.</summary>
    internal bool HasAlternativeTo(Provider provider)
    {
        foreach (Candidate candidate in candidates)
        {
            if (candidate.Replica.Provider != provider)
                return true;
        }

        return false;
    }

    private Candidate? Find(Provider? provider, bool isWanted, out bool holdsTrial)
    {
        holdsTrial = false;
        for (int i = 0; i < candidates.Count; i++)
        {
            if (candidates[i].Replica.Provider == provider == isWanted && TryTake(i, out holdsTrial))
                return candidates[i];
        }

        return null;
    }

    private bool TryTake(int index, out bool holdsTrial)
    {
        holdsTrial = false;
        if (!IsNew(index))
            return false;
        ReplicaHealth health = candidates[index].Replica.Health;
        if (health.Condition == ReplicaCondition.TrialDue)
            holdsTrial = health.TryBeginTrial();
        if (!holdsTrial && !IsFree(candidates[index].Replica))
            return false;
        _asked[index] = true;
        return true;
    }

    private Candidate Take(int index)
    {
        _asked[index] = true;
        return candidates[index];
    }

    private bool IsNew(int index)
    {
        if (_asked[index] || _excluded[index])
            return false;
        for (int i = 0; i < candidates.Count; i++)
        {
            if (_asked[i] && candidates[i].Replica == candidates[index].Replica)
                return false;
        }

        return true;
    }

    private bool WasAsked(Provider provider)
    {
        for (int i = 0; i < candidates.Count; i++)
        {
            if (_asked[i] && candidates[i].Replica.Provider == provider)
                return true;
        }

        return false;
    }

    private static bool IsFree(Replica replica) => replica.Health.Condition is ReplicaCondition.Usable or ReplicaCondition.SlowStart;
}
