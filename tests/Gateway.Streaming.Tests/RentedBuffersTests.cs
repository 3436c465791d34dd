namespace Gateway.Streaming.Tests;

public sealed class RentedBuffersTests
{
    [Fact]
    public void Rent_AndReturn_AreCounted()
    {
        // Other tests of this process may rent at the same time: only a lower bound is certain.
        byte[][] rented = [.. Enumerable.Range(0, 1000).Select(static _ => RentedBuffers.Pool.Rent(100))];
        long many = RentedBuffers.Pool.Outstanding;
        Assert.All(rented, static array => Assert.True(array.Length >= 100));
        Array.ForEach(rented, static array => RentedBuffers.Pool.Return(array));
        Assert.True(many >= 1000 && RentedBuffers.Pool.Outstanding < many);
    }
}
