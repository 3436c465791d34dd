using System.Buffers;

namespace Gateway.Streaming.Multipart;

/// <summary>The boundary that a form's Content-Type names (RFC 2046 §5.1.1, RFC 7578 §4.1).</summary>
public static class MultipartBoundary
{
    /// <summary>Characters; RFC 2046: "no longer than 70".</summary>
    public const int MaxLength = 70;

    private const string MediaType = "multipart/form-data";

    private static readonly SearchValues<char> Allowed = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=? ");

    /// <summary>Whether it is a form at all, whatever its boundary.</summary>
    public static bool IsForm(ReadOnlySpan<char> contentType)
    {
        int end = contentType.IndexOf(';');
        return (end < 0 ? contentType : contentType[..end]).Trim().Equals(MediaType, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The boundary; null when there is none, more than one, or one that RFC 2046 does not allow.</summary>
    public static string? Find(ReadOnlySpan<char> contentType)
    {
        HeaderParameters parameters = new(contentType);
        string? boundary = null;
        while (parameters.Next(out ReadOnlySpan<char> name, out string? value))
        {
            if (!name.Equals("boundary", StringComparison.OrdinalIgnoreCase))
                continue;
            if (boundary is not null || value is null)
                return null;
            boundary = value;
        }

        bool isAllowed = boundary is { Length: > 0 and <= MaxLength } && boundary[^1] != ' ' && !boundary.AsSpan().ContainsAnyExcept(Allowed);
        return isAllowed && parameters.IsValid ? boundary : null;
    }
}
