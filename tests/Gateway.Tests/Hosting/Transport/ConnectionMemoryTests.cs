using System.Buffers;
using Gateway.Hosting.Transport;

namespace Gateway.Tests.Hosting.Transport;

public sealed class ConnectionMemoryTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void Rent_AnySize_IsMemoryOfThatSizeAndNeverNone(int size)
    {
        using IMemoryOwner<byte> owner = ConnectionMemory.Pool.Rent(size);
        Assert.True(owner.Memory.Length >= Math.Max(size, 1));
    }

    [Fact]
    public void Memory_GivenBack_IsNobodys()
    {
        IMemoryOwner<byte> owner = ConnectionMemory.Pool.Rent();
        owner.Dispose();
        owner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => owner.Memory);
    }

    [Fact]
    public void Rent_WhatTheThreadGaveBack_AllocatesNothing()
    {
        for (int i = 0; i < 3; i++)
            ConnectionMemory.Pool.Rent().Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            ConnectionMemory.Pool.Rent().Dispose();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
