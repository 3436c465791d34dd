namespace Gateway.Simulator.Requests;

/// <summary>Why a body is refused, in Dynamo's own words.</summary>
internal sealed record Rejection(int Status, string Message)
{
    public static Rejection Validation(string message) => new(400, "Validation: " + message);

    public static Rejection Unsupported(string message) => new(501, "Validation: " + message);

    /// <summary>What the deserialiser says, before any validation.</summary>
    public static Rejection Shape(string problem, long column) =>
        new(400, $"Failed to deserialize the JSON body into the target type: {problem} at line 1 column {column}");
}
