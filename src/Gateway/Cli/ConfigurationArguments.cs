using System.CommandLine;
using Gateway.Configuration;

namespace Gateway.Cli;

/// <summary>The options that lead to a configuration. Every command has its own set, since an option belongs to one command.</summary>
internal sealed class ConfigurationArguments
{
    private readonly Option<string> _config = new("--config", "-c") { Description = "Configuration file; default: gateway.yaml in the working directory, else the environment alone.", HelpName = "FILE" };
    private readonly Option<string> _listen = new("--listen") { Description = "Public address or comma-separated addresses (server.listen).", HelpName = "URL" };
    private readonly Option<string> _adminListen = new("--admin-listen") { Description = "Address of metrics and admin (server.admin-listen).", HelpName = "URL" };
    private readonly Option<string> _keepalive = new("--keepalive-interval") { Description = "Silence after which a stream gets a keepalive; 0: off (keepalive.interval).", HelpName = "D" };
    private readonly Option<string[]> _set = new("--set") { Description = "Sets any value, as in --set server.max-request-body=64MiB; repeatable.", HelpName = "PATH=VALUE" };
    private readonly CommandHost _host;

    public ConfigurationArguments(CommandHost host)
    {
        _host = host;
        _set.Validators.Add(result =>
        {
            foreach (string text in result.Tokens.Select(token => token.Value).Where(text => text.IndexOf('=', StringComparison.Ordinal) <= 0))
                result.AddError($"--set needs PATH=VALUE, as in --set server.listen=http://127.0.0.1:8080; '{text.Split('=')[0]}' is not that.");
        });
    }

    public void AddFileOptions(Command command)
    {
        command.Add(_config);
        command.Add(_set);
    }

    public void AddListenOptions(Command command)
    {
        command.Add(_listen);
        command.Add(_adminListen);
    }

    public void AddKeepaliveOption(Command command) => command.Add(_keepalive);

    /// <summary>The request; dedicated options win over <c>--set</c>. Options that the command does not have read as absent.</summary>
    public ConfigurationRequest ToRequest(ParseResult parsed)
    {
        List<ConfigurationOverride> overrides = [];
        foreach (string text in parsed.GetValue(_set) ?? [])
        {
            int separator = text.IndexOf('=', StringComparison.Ordinal);
            overrides.Add(new ConfigurationOverride(text[..separator], text[(separator + 1)..], $"--set {text[..separator]}"));
        }

        AddDedicated(parsed.GetValue(_listen), "server.listen", "--listen");
        AddDedicated(parsed.GetValue(_adminListen), "server.admin-listen", "--admin-listen");
        AddDedicated(parsed.GetValue(_keepalive), "keepalive.interval", "--keepalive-interval");
        return new ConfigurationRequest { File = parsed.GetValue(_config), Overrides = overrides, ReadEnvironment = _host.ReadEnvironment, ReadFile = _host.ReadFile };

        void AddDedicated(string? value, string path, string option)
        {
            if (value is not null)
                overrides.Add(new ConfigurationOverride(path, value, option));
        }
    }

    /// <summary>Loads; null after printing every error.</summary>
    public ServeArguments? Load(ConfigurationRequest request)
    {
        ConfigurationResult loaded = ConfigurationLoader.Load(request);
        foreach (string warning in loaded.Warnings)
            _host.Error.WriteLine($"warning: {warning}");

        if (loaded.IsValid)
            return new ServeArguments(loaded.Options, loaded, request);

        foreach (ConfigurationError error in loaded.Errors)
            _host.Error.WriteLine(error);

        return null;
    }
}
