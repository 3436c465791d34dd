using Gateway.Load.Http;
using Gateway.Load.Requests;

namespace Gateway.Load.Run;

/// <summary>Where requests go: connections and what is sent over them.</summary>
internal sealed record Target(ConnectionPool Connections, RequestFactory Requests);
