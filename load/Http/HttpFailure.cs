namespace Gateway.Load.Http;

/// <summary>An exchange that cannot go on.</summary>
/// <param name="kind">One of <see cref="Measures.ErrorKinds"/>.</param>
/// <param name="message">For the report's examples.</param>
internal sealed class HttpFailure(string kind, string message) : Exception(message)
{
    public string Kind { get; } = kind;
}
