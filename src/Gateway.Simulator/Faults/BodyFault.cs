namespace Gateway.Simulator.Faults;

/// <summary>A 200 whose body is not what its request asked for.</summary>
internal enum BodyFault
{
    None,
    Html,
    NotJson,
    Gzip,
    Short,
}
