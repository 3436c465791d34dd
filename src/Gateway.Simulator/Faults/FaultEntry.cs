namespace Gateway.Simulator.Faults;

/// <summary>A row of the catalogue.</summary>
/// <param name="Stem">The name before its number.</param>
/// <param name="Default">The number when the name has none; null when it must have one.</param>
/// <param name="TakesNumber">Whether <c>stem-N</c> is a name too.</param>
/// <param name="Description">One line.</param>
/// <param name="Apply">Adds the fault to a plan.</param>
internal sealed record FaultEntry(string Stem, int? Default, bool TakesNumber, string Description, Func<FaultPlan, int, FaultPlan> Apply)
{
    public string DisplayName => (TakesNumber, Default) switch
    {
        (false, _) => $"sim/{Stem}",
        (true, null) => $"sim/{Stem}-N",
        (true, _) => $"sim/{Stem}[-N]",
    };

    public bool Matches(string name, out int number)
    {
        number = Default ?? 0;
        if (!name.StartsWith(Stem, StringComparison.Ordinal))
        {
            return false;
        }

        if (name.Length == Stem.Length)
        {
            return Default is not null;
        }

        return TakesNumber && name[Stem.Length] == '-' && int.TryParse(name.AsSpan(Stem.Length + 1), System.Globalization.NumberStyles.None, null, out number);
    }
}
