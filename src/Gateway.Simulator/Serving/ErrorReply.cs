using Gateway.Simulator.Answers;
using Gateway.Simulator.Requests;
using Microsoft.AspNetCore.Http;

namespace Gateway.Simulator.Serving;

/// <summary>Unary errors: flat, as Dynamo's are, and Anthropic's on its own paths.</summary>
internal static class ErrorReply
{
    public static async Task WriteAsync(HttpContext context, SimulatedEndpoint endpoint, int status, string? message = null)
    {
        using var frames = new FrameBuffer(crlf: false);
        byte[] text = JsonText.Escape(message ?? MessageOf(status));
        if (endpoint is SimulatedEndpoint.Messages or SimulatedEndpoint.CountTokens)
        {
            frames.Append("{\"type\":\"error\",\"error\":{\"type\":\""u8);
            frames.Append(AnthropicType(status));
            frames.Append("\",\"message\":\""u8);
            frames.Append(text);
            frames.Append("\"}}"u8);
        }
        else
        {
            frames.Append("{\"message\":\""u8);
            frames.Append(text);
            frames.Append("\",\"type\":\""u8);
            frames.Append(JsonText.Escape(TypeOf(status)));
            frames.Append("\",\"code\":"u8);
            frames.Append(status);
            frames.Append("}"u8);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = frames.Length;
        await context.Response.BodyWriter.WriteAsync(frames.Written);
    }

    private static string TypeOf(int status) => status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        529 => "Overloaded",
        _ => "UnknownError",
    };

    private static string MessageOf(int status) => status switch
    {
        404 => "Model not found",
        500 => "Internal server error",
        503 => "Service is not ready",
        529 => "All workers are busy, please retry later",
        _ => TypeOf(status),
    };

    private static ReadOnlySpan<byte> AnthropicType(int status) => status switch
    {
        401 => "authentication_error"u8,
        403 => "permission_error"u8,
        404 => "not_found_error"u8,
        413 => "request_too_large"u8,
        429 => "rate_limit_error"u8,
        503 or 529 => "overloaded_error"u8,
        < 500 => "invalid_request_error"u8,
        _ => "api_error"u8,
    };
}
