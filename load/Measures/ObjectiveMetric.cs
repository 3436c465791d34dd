namespace Gateway.Load.Measures;

internal enum ObjectiveMetric
{
    TimeToFirstToken,
    TimePerOutputToken,
    InterTokenLatency,
    RequestLatency,
}
