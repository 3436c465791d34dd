namespace Gateway.Routing;

/// <summary>Where a candidate comes among the others: lower first, equals are put in order by the strategy.</summary>
/// <param name="Section">Usable, cooling, ejected or unhealthy.</param>
/// <param name="Model">Index of the model: all usable replicas of the requested one come before those of its equivalents.</param>
/// <param name="Rank">Inside of a model.</param>
/// <param name="Since">For ejected ones: when; the least recent first.</param>
internal readonly record struct Place(PlaceSection Section, int Model, int Rank, long Since)
{
    internal bool IsBefore(in Place other)
    {
        if (Section != other.Section)
            return Section < other.Section;
        if (Since != other.Since)
            return Since < other.Since;
        return Model != other.Model ? Model < other.Model : Rank < other.Rank;
    }
}
