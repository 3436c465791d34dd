using System.Text;
using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

/// <summary>Loads from memory: files by name, variables by name.</summary>
internal sealed class Load
{
    public const string Minimal = "providers:\n  a: {type: dynamo, base-url: http://a:8000}\n";

    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public List<ConfigurationOverride> Overrides { get; } = [];

    public string? File { get; set; }

    public static Load Yaml(string text) => new Load().WithFile("gateway.yaml", text);

    public static Load NoFile() => new();

    public Load WithFile(string name, string text)
    {
        Files[name] = Encoding.UTF8.GetBytes(text);
        return this;
    }

    public Load With(string variable, string value)
    {
        Variables[variable] = value;
        return this;
    }

    public Load Set(string path, string value)
    {
        Overrides.Add(new ConfigurationOverride(path, value, $"--set {path}"));
        return this;
    }

    public ConfigurationResult Result() => ConfigurationLoader.Load(new ConfigurationRequest
    {
        File = File,
        Overrides = Overrides,
        ReadEnvironment = () => Variables,
        ReadFile = name => Files.TryGetValue(name, out byte[]? bytes) ? bytes : throw new FileNotFoundException(name),
    });

    public GatewayOptions Options()
    {
        ConfigurationResult result = Result();
        Assert.True(result.IsValid, string.Join('\n', result.Errors));
        return result.Options;
    }

    public ConfigurationError Error() => Assert.Single(Result().Errors);

    public string[] Errors() => [.. Result().Errors.Select(error => error.ToString())];
}
