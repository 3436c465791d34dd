using System.IO.Pipelines;
using Gateway.Caching.Flights;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway;

/// <summary>A response body that nobody's connection is behind: what is written goes to everyone on the flight.</summary>
/// <param name="flight">Takes the stream.</param>
/// <param name="begin">Called when the answer begins.</param>
internal sealed class FlightBody(Flight flight, Action begin) : IHttpResponseBodyFeature
{
    public Stream Stream => Stream.Null;

    public PipeWriter Writer => flight.Buffer;

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        begin();
        return Task.CompletedTask;
    }

    public void DisableBuffering()
    {
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task CompleteAsync() => Task.CompletedTask;
}
