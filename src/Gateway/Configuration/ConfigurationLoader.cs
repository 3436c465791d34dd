using System.Text;
using Gateway.Configuration.Mapping;
using Gateway.Configuration.Reading;
using Gateway.Configuration.Schema;

namespace Gateway.Configuration;

/// <summary>File, variables and options → one validated snapshot, or everything that is wrong.</summary>
internal static class ConfigurationLoader
{
    /// <summary>Kubernetes' own limit for a ConfigMap; more is no configuration.</summary>
    public const int LargestFile = 1 << 20;

    private const string EmbeddedName = "(built in)";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads and validates. Never throws on what users wrote.</summary>
    public static ConfigurationResult Load(ConfigurationRequest request)
    {
        var context = new LoadContext(request.ReadEnvironment(), request.ReadFile);
        string? file = null;
        ConfigMapping? document = request.Embedded is { } embedded ? YamlTreeReader.Read(EmbeddedName, embedded, context) : ReadFile(request, context, out file);
        if (document is null)
            return new ConfigurationResult { Errors = context.SortedErrors(), File = file, Files = context.Files };

        document = new Overrides(context).Apply(document, request.Overrides);
        new SchemaCheck(context).Check(document);
        GatewayOptions options = GatewayMapper.Map(document, context);
        if (document.Find("providers")?.Value is null or { IsNull: true } or ConfigMapping { Entries.Count: 0 })
            ReportNoProvider(document, file, context);

        if (context.HasErrors)
            return new ConfigurationResult { Errors = context.SortedErrors(), Warnings = context.Warnings, File = file, Files = context.Files };
        SortedDictionary<string, string> digests = ValueDigests.Of(document, context);
        return new ConfigurationResult
        {
            Options = options with { Providers = [.. options.Providers.Select(provider => Identify(provider, digests))] },
            Warnings = context.Warnings,
            Values = ValueInventory.Of(document),
            File = file,
            Files = context.Files,
            Digests = digests,
        };
    }

    private static ProviderOptions Identify(ProviderOptions provider, SortedDictionary<string, string> digests) =>
        provider with { Fingerprint = ValueDigests.OfSection(digests, $"providers.{Quoted.Key(provider.Name)}") };

    private static ConfigMapping? ReadFile(ConfigurationRequest request, LoadContext context, out string? file)
    {
        file = request.File ?? ConfigurationRequest.DefaultFile;
        var source = new ConfigurationSource(ConfigurationSourceKind.File, file);
        byte[] bytes;
        try
        {
            bytes = context.Open(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            if (request.File is not null)
            {
                context.Report(source, "", "does not exist", "check the path given with --config");
                return null;
            }

            file = null;
            return EnvironmentProviders.Read(context);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            context.Report(source, "", $"cannot be read: {exception.Message}", "make it readable for the gateway's user");
            return null;
        }

        return Decode(bytes, source, context) is { } text ? YamlTreeReader.Read(file, text, context) : null;
    }

    private static string? Decode(byte[] bytes, ConfigurationSource source, LoadContext context)
    {
        if (bytes.Length > LargestFile)
        {
            context.Report(source, "", "is larger than 1MiB", "is this the right file?");
            return null;
        }

        ReadOnlySpan<byte> text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
        try
        {
            return StrictUtf8.GetString(text);
        }
        catch (DecoderFallbackException exception)
        {
            ReadOnlySpan<byte> before = text[..Math.Max(0, exception.Index)];
            int line = before.Count((byte)'\n') + 1;
            int column = before.Length - before.LastIndexOf((byte)'\n');
            context.Report(source with { Line = line, Column = column }, "", "not UTF-8", "save the file as UTF-8");
            return null;
        }
    }

    private static void ReportNoProvider(ConfigMapping document, string? file, LoadContext context)
    {
        if (file is not null)
        {
            context.Report(document.Find("providers")?.KeySource ?? document.Source, "providers", "no provider is configured", "add one, with `type` and `base-url`");
            return;
        }

        string hint = EnvironmentProviders.HalfLlmGateway(context) is { } half ? $" ({half})" : "";
        context.Report(ConfigurationSource.Default, "", $"nothing is configured: no gateway.yaml here and no provider in the environment{hint}", EnvironmentProviders.Help);
    }
}
