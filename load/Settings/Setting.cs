using Gateway.Load.Run;

namespace Gateway.Load.Settings;

/// <summary>One property of a load: an option of the command line and a key of a scenario, under the same name.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="HelpName">The value's name in help; empty: a flag.</param>
/// <param name="Description">For help.</param>
/// <param name="Apply">Throws <see cref="FormatException"/> with what is wrong.</param>
internal sealed record Setting(string Name, string HelpName, string Description, Func<RunOptions, string, RunOptions> Apply)
{
    public bool IsFlag => HelpName.Length == 0;
}
