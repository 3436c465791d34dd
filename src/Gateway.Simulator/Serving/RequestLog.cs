using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Simulator.Serving;

/// <summary>The last requests of a replica, oldest first, at most <see cref="Capacity"/>.</summary>
internal sealed class RequestLog
{
    public const int Capacity = 256;

    private readonly Lock _lock = new();
    private readonly Queue<RecordedRequest> _requests = new();

    public IReadOnlyList<RecordedRequest> Snapshot()
    {
        lock (_lock)
        {
            return [.. _requests];
        }
    }

    public void Add(HttpContext context, ReadOnlySequence<byte> body)
    {
        string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var headers = context.Request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToArray()!, StringComparer.OrdinalIgnoreCase);
        byte[] bytes = body.Slice(0, Math.Min(body.Length, RecordedRequest.MaxBody)).ToArray();
        var request = new RecordedRequest(context.Request.Method, target, headers!, bytes);
        lock (_lock)
        {
            if (_requests.Count == Capacity)
            {
                _requests.Dequeue();
            }

            _requests.Enqueue(request);
        }
    }
}
