namespace Gateway.Simulator.Faults;

/// <summary>Which vocabulary an answer is made of.</summary>
internal enum TextKind
{
    Plain,
    Tricky,
    Escapes,
}
