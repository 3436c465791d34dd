namespace Gateway.Simulator;

/// <summary>One line of <c>gateway simulate --help</c>.</summary>
/// <param name="Name">The model name to ask for; <c>N</c> stands for a number.</param>
/// <param name="Description">What happens, in one line.</param>
public sealed record FaultDescription(string Name, string Description);
