namespace Gateway.Simulator.Requests;

/// <summary>Dynamo's ranges of the sampling parameters; the first broken one is reported, in the order of its own checks.</summary>
internal sealed class RangeRules
{
    private static readonly (string Field, string Name, double Min, double Max)[] Ranges =
    [
        ("frequency_penalty", "Frequency penalty", -2, 2),
        ("presence_penalty", "Presence penalty", -2, 2),
        ("temperature", "Temperature", 0, 2),
        ("top_p", "Top_p", 0, 1),
        ("repetition_penalty", "Repetition penalty", double.Epsilon, 2),
        ("min_p", "Min_p", 0, 1),
    ];

    private readonly double?[] _values = new double?[Ranges.Length];

    public static bool Covers(string field) => IndexOf(field) >= 0;

    public void Add(string field, double value) => _values[IndexOf(field)] = value;

    public Rejection? Check()
    {
        for (int i = 0; i < Ranges.Length; i++)
        {
            (_, string name, double min, double max) = Ranges[i];
            if (_values[i] is { } value && !(value >= min && value <= max))
            {
                return Rejection.Validation($"{name} must be between {Math.Floor(min)} and {max}, got {value}");
            }
        }

        return null;
    }

    private static int IndexOf(string field) => Array.FindIndex(Ranges, range => range.Field == field);
}
