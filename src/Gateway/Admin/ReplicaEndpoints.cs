using Gateway.Failures;
using Gateway.Models;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;

namespace Gateway.Admin;

/// <summary><c>POST /admin/replicas/{id}/drain|undrain</c>: takes a replica out for maintenance and puts it back.</summary>
internal sealed class ReplicaEndpoints(Func<IReadOnlyList<Provider>> providers)
{
    /// <summary>Does it and answers with the replica's state.</summary>
    internal Task RunAsync(HttpContext http, ReplicaCommand command)
    {
        Replica? replica = providers().SelectMany(provider => provider.Replicas).FirstOrDefault(replica => replica.Id == command.Id);
        if (replica is null)
        {
            string shown = NearMatches.Shorten(command.Id);
            return Responses.WriteFailureAsync(http, default, new(FailureCode.ReplicaNotFound, $"There is no replica '{shown}'; GET /admin/status lists them."), outcome: null);
        }

        if (command.Drains)
            replica.Health.Drain();
        else
            replica.Health.Undrain();
        return AdminJson.WriteAsync(http, json => ReplicaStatus.Write(json, replica));
    }
}
