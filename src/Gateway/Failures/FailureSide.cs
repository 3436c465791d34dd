namespace Gateway.Failures;

/// <summary>Whose fault a failure is.</summary>
internal enum FailureSide
{
    Client,
    Gateway,
    Upstream,
}
