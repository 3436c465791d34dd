using System.Net.Sockets;
using Gateway.Upstream;
using Gateway.Upstream.Http1;

namespace Gateway.Cli.Probing;

/// <summary>From a failure below HTTP to what a person can do about it.</summary>
internal static class TransportDiagnosis
{
    internal static ProbeFinding Of(UpstreamTransportException failure, Replica replica)
    {
        Uri url = replica.BaseUrl;
        string key = $"providers.{replica.Provider.Name}";
        return failure.Kind switch
        {
            TransportFailure.NameResolution => new($"DNS: the name {url.DnsSafeHost} has no address here.", $"Check {key}.base-url for a typo; try 'getent hosts {url.DnsSafeHost}' on this machine."),
            TransportFailure.ConnectRefused => new($"TCP: {url.Authority} refused the connection.", "Is the upstream running, and is this its port?"),
            TransportFailure.ConnectTimeout => new(
                $"TCP: {url.Authority} did not take a connection within {ProbeText.Time(replica.Provider.Options.Timeouts.Connect)}.",
                $"A firewall, a network policy or a wrong address? If it is only slow, raise {key}.timeouts.connect."),
            TransportFailure.ConnectFailed => new($"TCP: connecting to {url.Authority} failed: {Cause(failure)}.", "Is there a route from this machine to that address?"),
            TransportFailure.TlsFailed => OfTls(failure, url, key),
            TransportFailure.SendFailed or TransportFailure.ClosedBeforeResponse or TransportFailure.Reset => new(
                $"{url.Authority} took the connection and closed it without an answer.",
                url.Scheme == Uri.UriSchemeHttps ? "Is something between here and there cutting the connection?" : "Does it speak https? Then write https:// in base-url."),
            TransportFailure.InvalidResponse or TransportFailure.HeadTooLarge => new(
                $"{url.Authority} answered, but not with HTTP/1.1.", "Is this the port of the HTTP API? If it is https, write https:// in base-url."),
            TransportFailure.PoolExhausted => new("This machine has no file left for a connection.", "Raise the limit of open files (ulimit -n)."),
            _ => new($"{url.Authority} did not answer in time.", "Is the upstream overloaded or loading a model? Try again, or ask it by hand."),
        };
    }

    private static ProbeFinding OfTls(UpstreamTransportException failure, Uri url, string key)
    {
        string said = failure.Message;
        if (said.Contains("NotTimeValid", StringComparison.Ordinal))
            return new($"TLS: the certificate of {url.Authority} has expired, or is not valid yet.", "Renew it; or is this machine's clock wrong?");
        if (said.Contains("NameMismatch", StringComparison.Ordinal))
            return new($"TLS: the certificate of {url.Authority} is for another name.", "Write the name that the certificate is for in base-url.");
        if (said.Contains("ChainErrors", StringComparison.Ordinal))
            return new($"TLS: nobody this gateway trusts has signed the certificate of {url.Authority}.", $"Put the PEM file of its authority into {key}.tls.ca.");
        return new($"TLS: no handshake with {url.Authority}: {Cause(failure)}.", "Does this port speak https, with TLS 1.2 or newer? If it is plain HTTP, write http:// in base-url.");
    }

    private static string Cause(UpstreamTransportException failure) => failure.InnerException switch
    {
        SocketException socket => socket.SocketErrorCode.ToString(),
        { InnerException: { } inner } => inner.Message.TrimEnd('.'),
        { } other => other.Message.TrimEnd('.'),
        null => failure.Message.TrimEnd('.'),
    };
}
