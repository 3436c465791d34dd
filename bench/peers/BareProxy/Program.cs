// The .NET baseline: what a proxy costs that only copies. Arguments: LISTEN-URL UPSTREAM-URL.
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

Uri listen = new(args[0]);
Uri upstream = new(args[1]);
WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(listen.Host), listen.Port));
WebApplication app = builder.Build();
using HttpMessageInvoker client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
app.Run(CopyAsync);
await app.RunAsync();

async Task CopyAsync(HttpContext http)
{
    using HttpRequestMessage request = new(new HttpMethod(http.Request.Method), new Uri(upstream, http.Request.Path + http.Request.QueryString));
    if (http.Request.ContentLength is { } length)
    {
        request.Content = new StreamContent(http.Request.Body);
        request.Content.Headers.ContentLength = length;
        request.Content.Headers.TryAddWithoutValidation("Content-Type", http.Request.ContentType);
    }

    using HttpResponseMessage response = await client.SendAsync(request, http.RequestAborted);
    http.Response.StatusCode = (int)response.StatusCode;
    http.Response.ContentType = response.Content.Headers.ContentType?.ToString();
    http.Response.ContentLength = response.Content.Headers.ContentLength;
    await http.Response.StartAsync();
    Stream body = await response.Content.ReadAsStreamAsync(http.RequestAborted);
    while (true)
    {
        Memory<byte> memory = http.Response.BodyWriter.GetMemory();
        int bytes = await body.ReadAsync(memory, http.RequestAborted);
        if (bytes == 0)
            break;
        http.Response.BodyWriter.Advance(bytes);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
