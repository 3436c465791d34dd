namespace Gateway.Tests.Cli.Probing;

/// <summary>A clock that is a day behind.</summary>
internal sealed class Yesterday : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddDays(-1);
}
