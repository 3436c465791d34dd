namespace Gateway.Telemetry;

/// <summary>What the program calls itself.</summary>
internal static class ProductName
{
    internal static string Version { get; } = typeof(ProductName).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    internal static string UserAgent { get; } = "gateway/" + Version;
}
