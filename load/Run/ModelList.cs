using System.Net.Sockets;
using System.Text.Json;
using Gateway.Load.Http;
using Gateway.Load.Measures;
using Gateway.Load.Requests;

namespace Gateway.Load.Run;

/// <summary>The default model is the first that the target lists.</summary>
internal static class ModelList
{
    /// <exception cref="HttpFailure">The list does not come or is empty.</exception>
    public static async Task<RunOptions> FillAsync(RunOptions options, ConnectionPool connections, LoadEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (options.Requests.Models.Count > 0)
            return options;
        RequestShape shape = options.Requests;
        byte[] request = RequestHead.WriteModels(endpoint.Host, TargetPath.Of(options.Url!), shape.Headers, shape.ApiKeys.Count > 0 ? shape.ApiKeys[0] : "");
        using LoadConnection connection = await OpenAsync(connections, cancellationToken);
        await using CancellationTokenRegistration giveUp = cancellationToken.Register(connection.Abort);
        string model;
        try
        {
            model = await FirstAsync(connection, request);
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            string reason = cancellationToken.IsCancellationRequested ? "it took too long" : exception.Message;
            throw new HttpFailure(ErrorKinds.Reset, $"{options.Url}: /v1/models did not answer: {reason}");
        }

        return options with { Requests = shape with { Models = [new WeightedModel(model, 1)] } };
    }

    private static async Task<LoadConnection> OpenAsync(ConnectionPool connections, CancellationToken cancellationToken)
    {
        try
        {
            return await connections.OpenAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw new HttpFailure(ErrorKinds.Timeout, "No connection was open after 10 seconds.");
        }
    }

    private static async Task<string> FirstAsync(LoadConnection connection, byte[] request)
    {
        await connection.SendAsync(request);
        ResponseHead head = await connection.ReadHeadAsync();
        while (!connection.BodyIsComplete)
            await connection.ReadBodyAsync();
        if (head.Status != 200)
            throw new HttpFailure(ErrorKinds.OfStatus(head.Status), $"/v1/models answered {head.Status}; name a model with --model");
        try
        {
            Utf8JsonReader reader = new(connection.Body);
            using JsonDocument list = JsonDocument.ParseValue(ref reader);
            JsonElement first = list.RootElement.GetProperty("data").EnumerateArray().First();
            return first.GetProperty("id").GetString() ?? throw new FormatException();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new HttpFailure(ErrorKinds.Protocol, "/v1/models lists no model; name one with --model");
        }
    }
}
