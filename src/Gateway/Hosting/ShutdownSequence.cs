using System.Runtime.InteropServices;
using Gateway.Admission;
using Gateway.Configuration;
using Gateway.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Gateway.Hosting;

/// <summary>
/// From the first signal to the end of the process: not ready → <c>shutdown-delay</c> → listener closed → <c>shutdown-grace</c>, a second before
/// whose end the remaining streams get an error event. A second signal ends at once. SIGINT has no delay: nobody balances a terminal.
/// </summary>
internal sealed partial class ShutdownSequence : IDisposable
{
    private static readonly TimeSpan EndOfStreams = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<PosixSignal> _signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly DrainState _drain;
    private readonly Func<ServerOptions> _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <param name="drain">What the request path looks at.</param>
    /// <param name="options">The section as it is when it is needed.</param>
    /// <param name="hangup">What SIGHUP asks for; returns at once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Says how far it is.</param>
    internal ShutdownSequence(DrainState drain, Func<ServerOptions> options, Action hangup, TimeProvider time, ILogger log)
    {
        _drain = drain;
        _options = options;
        _time = time;
        _log = log;
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            hangup();
        }));
    }

    /// <summary>Waits for a signal (or <paramref name="stop"/>), then takes the host down.</summary>
    internal async Task RunAsync(IHost host, CancellationToken stop)
    {
        await using CancellationTokenRegistration registration = stop.Register(() => _signalled.TrySetResult(PosixSignal.SIGINT));
        PosixSignal signal = await _signalled.Task;
        Log.Draining(_log);
        _drain.Begin();
        if (signal == PosixSignal.SIGTERM)
            await Task.Delay(_options().ShutdownDelay, _time, CancellationToken.None);

        _drain.Close();
        Log.Closing(_log);
        TimeSpan grace = _options().ShutdownGrace;
        TimeSpan untilEnd = grace > EndOfStreams * 2 ? grace - EndOfStreams : grace / 2;
        using CancellationTokenSource over = new(grace, _time);
        await using ITimer end = _time.CreateTimer(_ => _drain.EndGrace(), null, untilEnd, Timeout.InfiniteTimeSpan);
        try
        {
            await host.StopAsync(over.Token);
        }
        catch (OperationCanceledException)
        {
            // The grace is over; what was still open has been aborted.
        }

        Log.Stopped(_log);
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_signalled.TrySetResult(context.Signal))
            Environment.Exit(0);
    }

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Hosting, LogLevel.Information, "Draining: not ready any more, requests are still served")]
        internal static partial void Draining(ILogger logger);

        [LoggerMessage(LogEvents.Hosting + 1, LogLevel.Information, "Closing the listener; requests in flight may finish")]
        internal static partial void Closing(ILogger logger);

        [LoggerMessage(LogEvents.Hosting + 2, LogLevel.Information, "Stopped")]
        internal static partial void Stopped(ILogger logger);
    }
}
