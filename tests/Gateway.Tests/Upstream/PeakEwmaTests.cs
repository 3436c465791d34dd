using Gateway.Tests.Simulator;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

public sealed class PeakEwmaTests
{
    private readonly SteppedTimeProvider _clock = new();
    private readonly PeakEwma _latency;

    public PeakEwmaTests() => _latency = new(_clock);

    [Fact]
    public void Value_BeforeTheFirstSample_IsTheStart() => Assert.Equal(TimeSpan.FromMilliseconds(250), _latency.Value);

    [Fact]
    public void Observe_Higher_CountsAtOnce()
    {
        _latency.Observe(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), _latency.Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(3000)]
    public void Observe_Lower_DecaysInByTime(int samples)
    {
        _latency.Observe(TimeSpan.FromMilliseconds(500));
        for (int i = 0; i < samples; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(30.0 / samples));
            _latency.Observe(TimeSpan.FromMilliseconds(100));
        }

        // 100 + 400 × e^(−30/30), however many samples there were.
        Assert.Equal(247.15, _latency.Value.TotalMilliseconds, 0.1);
    }

    [Fact]
    public void Observe_LowerInTheSameInstant_ChangesNothing()
    {
        _latency.Observe(TimeSpan.FromMilliseconds(500));
        _latency.Observe(TimeSpan.FromMilliseconds(100));
        Assert.Equal(TimeSpan.FromMilliseconds(500), _latency.Value);
    }

    [Fact]
    public void ObserveAtLeast_OnlyEverRaises()
    {
        _latency.Observe(TimeSpan.FromMilliseconds(500));
        _clock.Advance(TimeSpan.FromSeconds(30));
        _latency.ObserveAtLeast(TimeSpan.FromMilliseconds(100));
        Assert.Equal(TimeSpan.FromMilliseconds(500), _latency.Value);
        _latency.ObserveAtLeast(TimeSpan.FromMilliseconds(900));
        Assert.Equal(TimeSpan.FromMilliseconds(900), _latency.Value);
    }

    [Fact]
    public void SinceSample_CountsFromTheLastOne()
    {
        _clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.FromSeconds(7), _latency.SinceSample);
        _latency.Observe(TimeSpan.Zero);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), _latency.SinceSample);
    }

    [Fact]
    public void Observe_Extremes_AreTaken()
    {
        _latency.Observe(TimeSpan.MaxValue);
        Assert.InRange(_latency.Value, TimeSpan.FromHours(1.8), TimeSpan.FromHours(2));
        _clock.Advance(TimeSpan.FromDays(1));
        _latency.Observe(TimeSpan.MinValue);
        Assert.Equal(TimeSpan.Zero, _latency.Value);
    }

    [Fact]
    public void Observe_ManyThreads_ThePeakIsNotLost()
    {
        Parallel.For(0, 10_000, i => _latency.Observe(TimeSpan.FromMilliseconds(i == 5000 ? 9000 : i % 100)));
        Assert.Equal(TimeSpan.FromSeconds(9), _latency.Value);
    }
}
