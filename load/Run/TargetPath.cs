namespace Gateway.Load.Run;

/// <summary>Base URLs are written with and without /v1; both are the same target.</summary>
internal static class TargetPath
{
    /// <summary>What comes before /v1, without a trailing slash.</summary>
    public static string Of(Uri url)
    {
        string path = url.AbsolutePath.TrimEnd('/');
        return path.EndsWith("/v1", StringComparison.Ordinal) ? path[..^3] : path;
    }
}
