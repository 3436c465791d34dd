namespace Gateway.Simulator.Requests;

/// <summary>A field of the wrong type; carries Dynamo's deserialiser message. Ends inside <see cref="RequestReader"/>.</summary>
internal sealed class FieldShapeException(string problem, long column) : Exception(problem)
{
    public long Column { get; } = column;
}
