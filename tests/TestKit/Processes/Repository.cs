namespace TestKit.Processes;

/// <summary>Where the repository under test is.</summary>
public static class Repository
{
    /// <summary>The folder of <c>Gateway.sln</c>.</summary>
    public static string Root { get; } = Find();

    /// <summary>The published Native AOT binary, or what <c>GATEWAY_BINARY</c> names instead.</summary>
    public static string GatewayBinary => Published("GATEWAY_BINARY", Path.Combine("gateway", "gateway"), "make publish");

    /// <summary>The published load generator, or what <c>LOAD_BINARY</c> names instead.</summary>
    public static string LoadBinary => Published("LOAD_BINARY", Path.Combine("load", "gateway-load"), "eng/publish-load.sh");

    private static string Published(string variable, string artifact, string remedy)
    {
        string path = Environment.GetEnvironmentVariable(variable) ?? Path.Combine(Root, "artifacts", artifact);
        return File.Exists(path) ? path : throw new FileNotFoundException($"The published binary is missing: run '{remedy}' first.", path);
    }

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("The tests must run inside the repository.");
    }
}
