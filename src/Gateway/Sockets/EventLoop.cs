using System.ComponentModel;
using System.Net.Sockets;

namespace Gateway.Sockets;

/// <summary>
/// A thread that watches sockets, those of clients and those of upstreams, and runs who waits for them. The platform's loop would look into a socket twice for
/// each wake-up (a peek before it sleeps, a peek when it is woken) and pass through its own operation, event and context objects; this one costs one
/// <c>epoll_wait</c> for all sockets that are ready. Nothing that runs here may block, as on the platform's own threads where completions run inline.
/// </summary>
internal sealed class EventLoop
{
    private static readonly EventLoop[] Loops = StartAll();
    private static int _next;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, SocketWatch> _watched = [];
    private readonly Epoll _epoll = new();
    private long _lastId;

    /// <summary>Not on other systems, nor where an operator wants completions on the thread pool, nor where the system has no room for one.</summary>
    internal static bool IsAvailable => Loops.Length > 0;

    /// <summary>Watches the socket from now on; null where there is no such loop.</summary>
    /// <param name="socket">Connected or connecting; the platform's loop must not be watching it, or each event wakes both.</param>
    /// <param name="ended">Called, on the loop's thread, when the peer has closed its side or the connection broke and nobody waits who would read of it.</param>
    /// <exception cref="SocketException">The system has no room for another watch.</exception>
    internal static SocketWatch? TryWatch(Socket socket, Action? ended = null)
    {
        EventLoop[] loops = Loops;
        return loops.Length == 0 ? null : loops[(uint)Interlocked.Increment(ref _next) % (uint)loops.Length].Watch(socket, ended);
    }

    /// <summary>Its socket is closed.</summary>
    internal void Forget(SocketWatch watch)
    {
        lock (_gate)
            _watched.Remove(watch.Id);
    }

    private static EventLoop[] StartAll()
    {
        if (!OperatingSystem.IsLinux() || SocketThreads.AreRefused)
            return [];
        EventLoop[] loops = new EventLoop[SocketThreads.CountFor(Environment.ProcessorCount)];
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
            new Thread(loop.Run) { IsBackground = true, Name = "sockets" }.UnsafeStart();
        return loops;
    }

    private SocketWatch Watch(Socket socket, Action? ended)
    {
        SocketWatch watch = new(this, Interlocked.Increment(ref _lastId), ended);
        lock (_gate)
            _watched.Add(watch.Id, watch);
        try
        {
            _epoll.Watch(socket.SafeHandle, watch.Id);
            return watch;
        }
        catch (Win32Exception)
        {
            Forget(watch);
            throw new SocketException((int)SocketError.NoBufferSpaceAvailable);
        }
    }

    private void Run()
    {
        SocketWatch?[] told = new SocketWatch?[Epoll.Batch];
        while (true)
        {
            int count = _epoll.Wait();
            lock (_gate)
            {
                for (int i = 0; i < count; i++)
                    told[i] = _watched.GetValueOrDefault(_epoll.IdOf(i));
            }

            for (int i = 0; i < count; i++)
            {
                told[i]?.Tell(_epoll.IsWritable(i), _epoll.IsBroken(i), _epoll.HasEnded(i));
                told[i] = null;
            }
        }
    }
}
