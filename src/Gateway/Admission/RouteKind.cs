namespace Gateway.Admission;

/// <summary>What a public path asks for.</summary>
internal enum RouteKind
{
    /// <summary>Nothing known: 404 <c>route_not_found</c>.</summary>
    None,

    /// <summary>A relayed <c>POST</c> endpoint.</summary>
    Relay,

    /// <summary><c>GET /v1/models</c>.</summary>
    Models,

    /// <summary><c>GET /v1/models/{id}</c>; ids hold slashes.</summary>
    Model,

    /// <summary><c>GET /health/live</c>.</summary>
    Live,

    /// <summary><c>GET /health/ready</c> and <c>GET /health</c>.</summary>
    Ready,
}
