namespace Gateway.Telemetry;

/// <summary>
/// Where each folder's log event ids begin; a hundred for each. A test holds ids unique and each hundred in one folder.
/// Use as <c>[LoggerMessage(LogEvents.Upstream + 1, …)]</c>.
/// </summary>
internal static class LogEvents
{
    /// <summary><see cref="RequestPath"/> and its neighbours, above the folders.</summary>
    internal const int Root = 900;

    internal const int Hosting = 1000;
    internal const int Configuration = 1100;
    internal const int Admission = 1200;
    internal const int Requests = 1300;
    internal const int Models = 1400;
    internal const int Policies = 1500;
    internal const int Caching = 1600;
    internal const int Routing = 1700;
    internal const int Upstream = 1800;
    internal const int Relay = 1900;
    internal const int Telemetry = 2000;
    internal const int Limits = 2100;
    internal const int Redis = 2200;
    internal const int Health = 2300;
    internal const int Credentials = 2400;
    internal const int Cli = 2500;
    internal const int Admin = 2600;
}
