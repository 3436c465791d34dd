namespace Gateway.Load.Requests;

internal enum LengthShape
{
    Fixed,
    Normal,
    LogNormal,
    Uniform,
}
