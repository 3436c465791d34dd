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
        return new ServerOptions
        {
            Listen = listen,
            AdminListen = MapAdminListen(server, listen),
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

    private static Uri MapAdminListen(SectionReader server, IReadOnlyList<Uri> listen)
    {
        Uri admin = server.Url("admin-listen") ?? Defaults.AdminListen;
        if (server.Scalar("admin-listen") is { } scalar && !IsAddress(admin, scalar, server.PathOf("admin-listen"), server.Context))
            return admin;

        if (admin.Scheme != Uri.UriSchemeHttp)
            server.Report("admin-listen", "https is not in this version", "write http:// with a loopback address");
        else if (!ListenAddress.IsLoopback(admin))
            server.Report("admin-listen", "beyond loopback it needs admin-token, which is not in this version", "write http://127.0.0.1:PORT");
        else if (listen.FirstOrDefault(url => ListenAddress.Overlap(url, admin)) is { } taken)
            server.Report("admin-listen", $"takes the same port as the public address {taken.Authority}", "choose another port");

        return admin;
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
