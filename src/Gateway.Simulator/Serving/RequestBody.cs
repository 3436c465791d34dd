using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Gateway.Simulator.Serving;

/// <summary>Reads a whole body, up to Dynamo's limit.</summary>
internal static class RequestBody
{
    public const long Limit = 45L * 1024 * 1024;

    /// <summary>The body, in one buffer that <paramref name="reader"/> owns until it is advanced; null when it is over the limit.</summary>
    public static async ValueTask<ReadOnlySequence<byte>?> ReadAsync(HttpRequest request, PipeReader reader)
    {
        if (request.ContentLength > Limit)
        {
            return null;
        }

        while (true)
        {
            ReadResult result = await reader.ReadAsync();
            if (result.Buffer.Length > Limit)
            {
                reader.AdvanceTo(result.Buffer.End);
                return null;
            }

            if (result.IsCompleted)
            {
                return result.Buffer;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary><c>application/json</c> or <c>application/*+json</c>, parameters aside.</summary>
    public static bool IsJson(string? contentType)
    {
        ReadOnlySpan<char> type = contentType.AsSpan();
        int parameters = type.IndexOf(';');
        type = (parameters < 0 ? type : type[..parameters]).Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }
}
