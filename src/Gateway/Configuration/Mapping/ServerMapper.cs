using Gateway.Configuration.Reading;
using Gateway.Configuration.Schema;

namespace Gateway.Configuration.Mapping;

internal static class ServerMapper
{
    private static readonly ServerOptions Defaults = new();

    public static ServerOptions Map(SectionReader server)
    {
        TlsOptions? tls = TlsMapper.Map(server.Section("tls"));
        IReadOnlyList<Uri> listen = MapListen(server, server.Has("tls"));
        Secret? token = server.Scalar("admin-token") is { } text ? SecretText.Parse(text.Text, text.Source, server.PathOf("admin-token"), server.Context) : null;
        Uri admin = MapAdminListen(server, listen, token);
        return new ServerOptions
        {
            Listen = listen,
            AdminListen = admin,
            MetricsListen = MapMetricsListen(server, listen, admin),
            AdminToken = token,
            Cors = CorsMapper.Map(server),
            MaxConnections = server.Has("max-connections") ? server.Integer("max-connections", 0) : null,
            MaxRequestBody = server.Size("max-request-body", Defaults.MaxRequestBody),
            MaxUpload = server.Size("max-upload", Defaults.MaxUpload),
            ShutdownDelay = server.Duration("shutdown-delay", Defaults.ShutdownDelay),
            ShutdownGrace = server.Duration("shutdown-grace", Defaults.ShutdownGrace),
            ClientStall = server.Duration("client-stall", Defaults.ClientStall),
            Tls = tls,
        };
    }

    private static List<Uri> MapListen(SectionReader server, bool hasTls)
    {
        List<Uri> listen = [];
        foreach ((ConfigScalar item, string path) in server.Items("listen"))
        {
            if (!UrlText.TryParse(item.Text, out Uri? url) || !IsAddress(url, item, path, server.Context))
                continue;

            if (url.Scheme == Uri.UriSchemeHttps && !hasTls)
                server.Context.Report(item.Source, path, "https needs a certificate", "add server.tls with certificate and key, or write http://");
            else if (listen.Find(other => ListenAddress.Overlap(other, url)) is { } taken)
                server.Context.Report(item.Source, path, $"takes the same port as {taken.Authority}", "choose another port or remove one of the two");

            listen.Add(url);
        }

        WarnAboutListen(server, listen, hasTls);
        return listen.Count > 0 ? listen : [.. Defaults.Listen];
    }

    private static void WarnAboutListen(SectionReader server, List<Uri> listen, bool hasTls)
    {
        if (hasTls && listen.TrueForAll(url => url.Scheme == Uri.UriSchemeHttp))
            server.Context.Warnings.Add("server.tls: unused, no listen address starts with https://");
    }

    private static Uri MapAdminListen(SectionReader server, IReadOnlyList<Uri> listen, Secret? token)
    {
        Uri admin = server.Url("admin-listen") ?? Defaults.AdminListen;
        if (!IsPrivateAddress(server, "admin-listen", admin, listen))
            return admin;

        // A token that is there but was refused has its own error.
        if (!ListenAddress.IsLoopback(admin) && token is null && server.Scalar("admin-token") is null)
            server.Report("admin-listen", "beyond loopback it needs admin-token", "add server.admin-token, or write http://127.0.0.1:PORT");

        return admin;
    }

    private static Uri? MapMetricsListen(SectionReader server, IReadOnlyList<Uri> listen, Uri admin)
    {
        if (server.Url("metrics-listen") is not { } metrics || !IsPrivateAddress(server, "metrics-listen", metrics, listen))
            return null;

        if (!ListenAddress.Overlap(metrics, admin))
            return metrics;

        server.Report("metrics-listen", $"takes the same port as server.admin-listen {admin.Authority}", "choose another port; admin-listen has the metrics too");
        return null;
    }

    /// <summary>Whether a listener beside the public ones can be bound to; reports why not.</summary>
    private static bool IsPrivateAddress(SectionReader server, string key, Uri url, IReadOnlyList<Uri> listen)
    {
        if (server.Scalar(key) is { } scalar && !IsAddress(url, scalar, server.PathOf(key), server.Context))
            return false;

        if (url.Scheme != Uri.UriSchemeHttp)
            server.Report(key, "https is not in this version", $"write http://{url.Authority}");
        else if (listen.FirstOrDefault(other => ListenAddress.Overlap(other, url)) is { } taken)
            server.Report(key, $"takes the same port as the public address {taken.Authority}", "choose another port");
        else
            return true;

        return false;
    }

    /// <summary>What a listener can be bound to: host and port, nothing more.</summary>
    private static bool IsAddress(Uri url, ConfigScalar item, string path, LoadContext context)
    {
        if (url.AbsolutePath != "/")
        {
            context.Report(item.Source, path, "a listen address has no path", $"write {url.Scheme}://{url.Authority}");
            return false;
        }

        if (ListenAddress.IsBindable(url))
            return true;

        context.Report(item.Source, path, $"{Quoted.Text(url.Host)} is no address of this machine", "write an IP address or localhost; 0.0.0.0 for every interface");
        return false;
    }
}
