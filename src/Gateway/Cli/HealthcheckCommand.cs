using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gateway.Configuration;
using Gateway.Configuration.Mapping;
using Gateway.Configuration.Schema;

namespace Gateway.Cli;

/// <summary><c>gateway healthcheck</c>: for container images with no shell.</summary>
internal static class HealthcheckCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static Command Build(CommandHost host)
    {
        var url = new Argument<string?>("URL") { Description = "Address of the gateway; default: its first listen address, on loopback.", Arity = ArgumentArity.ZeroOrOne };
        url.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && UrlText.Parse(token.Value, out _) is { } problem)
                result.AddError($"URL: {problem}.");
        });
        var command = new Command("healthcheck", "Ask a running gateway whether it is ready: exit 0 when it is, else 1.") { url };
        var configuration = new ConfigurationArguments(host);
        configuration.AddFileOptions(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            Uri? address = parsed.GetValue(url) is { } given ? new Uri(given) : FirstListenAddress(configuration, parsed, host);
            return address is null ? Task.FromResult(ExitCode.Failed) : Check(ReadyUrl(address), host, cancellationToken);
        });
        return command;
    }

    private static Uri? FirstListenAddress(ConfigurationArguments configuration, ParseResult parsed, CommandHost host)
    {
        ConfigurationResult loaded = ConfigurationLoader.Load(configuration.ToRequest(parsed));
        foreach (ConfigurationError error in loaded.Errors)
            host.Error.WriteLine(error);

        if (loaded.Options?.Server.Listen[0] is not { } listen)
            return null;

        if (listen.Port != 0)
            return ListenAddress.OnLoopback(listen);

        host.Error.WriteLine("gateway: server.listen has port 0; pass the URL.");
        return null;
    }

    /// <summary>An address means its <c>/health/ready</c>; a URL with a path means that path.</summary>
    private static Uri ReadyUrl(Uri address) => address.AbsolutePath == "/" ? new Uri(address, "/health/ready") : address;

    [SuppressMessage("Security", "CA5359", Justification = "Loopback only: the certificate names the public host, and nothing secret is sent.")]
    private static async Task<int> Check(Uri url, CommandHost host, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, host.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false };

        if (url.IsLoopback)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;

        using var client = new HttpClient(handler);
        try
        {
            using HttpResponseMessage response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.IsSuccessStatusCode)
                return ExitCode.Ok;

            await host.Error.WriteLineAsync($"gateway: {url} answered {(int)response.StatusCode}.");
        }
        catch (HttpRequestException exception)
        {
            await host.Error.WriteLineAsync($"gateway: {url}: {exception.Message}");
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            await host.Error.WriteLineAsync($"gateway: {url} did not answer within {Patience.TotalSeconds} s.");
        }

        return ExitCode.Failed;
    }
}
