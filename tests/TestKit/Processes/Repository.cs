namespace TestKit.Processes;

/// <summary>Where the repository under test is.</summary>
public static class Repository
{
    /// <summary>The folder of <c>Gateway.sln</c>.</summary>
    public static string Root { get; } = Find();

    /// <summary>The published Native AOT binary, or what <c>GATEWAY_BINARY</c> names instead.</summary>
    public static string GatewayBinary
    {
        get
        {
            string path = Environment.GetEnvironmentVariable("GATEWAY_BINARY") ?? Path.Combine(Root, "artifacts", "gateway", "gateway");
            return File.Exists(path) ? path : throw new FileNotFoundException("The published binary is missing: run 'make publish' first.", path);
        }
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
