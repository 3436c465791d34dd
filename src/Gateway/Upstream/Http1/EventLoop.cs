using System.ComponentModel;
using System.Net.Sockets;

namespace Gateway.Upstream.Http1;

/// <summary>
/// A thread that watches upstream sockets and runs who waits for them. The platform's loop would look into a socket twice for each wake-up (a peek before it
/// sleeps, a peek when it is woken) and pass through its own operation, event and context objects; this one costs one <c>epoll_wait</c> for all sockets that are
/// ready. Nothing that runs here may block, as on the platform's own threads where completions run inline.
/// </summary>
internal sealed class EventLoop
{
    private static readonly EventLoop[] Loops = StartAll();
    private static int _next;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, LoopedWait> _watched = [];
    private readonly Epoll _epoll = new();
    private long _lastId;

    /// <summary>Not on other systems, nor where an operator wants completions on the thread pool, nor where the system has no room for one.</summary>
    internal static bool IsAvailable => Loops.Length > 0;

    /// <summary>Watches the socket from now on; null where there is no such loop.</summary>
    /// <param name="socket">Connected or connecting; the platform's loop must not be watching it, or each event wakes both.</param>
    /// <exception cref="SocketException">The system has no room for another watch.</exception>
    internal static LoopedWait? TryWatch(Socket socket)
    {
        EventLoop[] loops = Loops;
        return loops.Length == 0 ? null : loops[(uint)Interlocked.Increment(ref _next) % (uint)loops.Length].Watch(socket);
    }

    /// <summary>Its socket is closed.</summary>
    internal void Forget(LoopedWait wait)
    {
        lock (_gate)
            _watched.Remove(wait.Id);
    }

    /// <summary>As many as half of the cores: the platform's own loops, which serve the clients, are the other half.</summary>
    private static EventLoop[] StartAll()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS") == "0")
            return [];
        EventLoop[] loops = new EventLoop[Math.Max(1, Environment.ProcessorCount / 2)];
        try
        {
            for (int i = 0; i < loops.Length; i++)
                loops[i] = new();
        }
        catch (Win32Exception)
        {
            return [];
        }

        foreach (EventLoop loop in loops)
            new Thread(loop.Run) { IsBackground = true, Name = "upstream" }.UnsafeStart();
        return loops;
    }

    private LoopedWait Watch(Socket socket)
    {
        LoopedWait wait = new(this);
        lock (_gate)
        {
            wait.Id = ++_lastId;
            _watched.Add(wait.Id, wait);
        }

        try
        {
            _epoll.Watch(socket.SafeHandle, wait.Id);
            return wait;
        }
        catch (Win32Exception)
        {
            Forget(wait);
            throw new SocketException((int)SocketError.NoBufferSpaceAvailable);
        }
    }

    private void Run()
    {
        LoopedWait?[] told = new LoopedWait?[Epoll.Batch];
        while (true)
        {
            int count = _epoll.Wait();
            lock (_gate)
            {
                for (int i = 0; i < count; i++)
                    told[i] = _watched.GetValueOrDefault(_epoll.Event(i, out _));
            }

            for (int i = 0; i < count; i++)
            {
                _ = _epoll.Event(i, out bool hasEnded);
                told[i]?.Tell(hasEnded);
                told[i] = null;
            }
        }
    }
}
