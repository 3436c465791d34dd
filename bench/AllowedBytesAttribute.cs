namespace Gateway.Bench;

/// <summary>
/// What one operation of a benchmark may allocate, in bytes. The one place where that is said: <c>tests/Gateway.Bench.Tests</c> holds it with every
/// <c>make test</c>. Figures above zero are measured ones, with room for the platform's own.
/// </summary>
/// <param name="bytes">One for all cases, or one for each value of the class's parameter, in their order.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AllowedBytesAttribute(params int[] bytes) : Attribute
{
    public int[] Bytes { get; } = bytes;
}
