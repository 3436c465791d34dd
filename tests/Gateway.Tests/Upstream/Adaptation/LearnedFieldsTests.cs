using Gateway.Upstream.Adaptation;
using TestKit.Clocks;

namespace Gateway.Tests.Upstream.Adaptation;

public sealed class LearnedFieldsTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Of_Learned_IsTheModelsOwn()
    {
        LearnedFields fields = new(_clock);
        fields.Learn("a", RefusedFields.N);
        fields.Learn("a", RefusedFields.User);

        Assert.Equal((RefusedFields.N | RefusedFields.User, RefusedFields.None), (fields.Of("a"), fields.Of("b")));
    }

    [Fact]
    public void Of_AfterAnHour_IsForgotten()
    {
        LearnedFields fields = new(_clock);
        fields.Learn("a", RefusedFields.N);
        _clock.Advance(LearnedFields.Memory - TimeSpan.FromSeconds(1));
        Assert.Equal(RefusedFields.N, fields.Of("a"));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RefusedFields.None, fields.Of("a"));
        fields.Learn("a", RefusedFields.User);
        Assert.Equal(RefusedFields.User, fields.Of("a"));
    }

    [Fact]
    public void Learn_MoreThanFit_StaysBounded()
    {
        LearnedFields fields = new(_clock);
        for (int model = 0; model <= LearnedFields.MaxModels; model++)
            fields.Learn($"m{model}", RefusedFields.N);

        Assert.Equal((RefusedFields.None, RefusedFields.N), (fields.Of("m0"), fields.Of($"m{LearnedFields.MaxModels}")));
    }
}
