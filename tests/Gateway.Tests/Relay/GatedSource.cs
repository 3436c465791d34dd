using System.Text;
using Gateway.Streaming.Sources;

namespace Gateway.Tests.Relay;

/// <summary>A body of which the test hands out the pieces and decides when each wait is over. An empty piece: the wait was over for nothing.</summary>
internal sealed class GatedSource(params string[] pieces) : IByteSource
{
    private readonly Queue<byte[]> _pieces = new(pieces.Select(Encoding.UTF8.GetBytes));
    private bool _blocked;

    /// <summary>Called for every wait; its task is the wait.</summary>
    public Func<Task> OnWait { get; set; } = static () => Task.CompletedTask;

    /// <summary>Thrown when the pieces are used up; null: that is the end.</summary>
    public Exception? Throws { get; init; }

    public ValueTask WaitAsync()
    {
        _blocked = false;
        return new(OnWait());
    }

    public ReadStatus Read(Span<byte> destination, out int bytes)
    {
        bytes = 0;
        if (_blocked)
            return ReadStatus.Blocked;
        if (!_pieces.TryDequeue(out byte[]? piece))
            return Throws is null ? ReadStatus.End : throw Throws;
        piece.CopyTo(destination);
        bytes = piece.Length;
        _blocked = true;
        return piece.Length > 0 ? ReadStatus.Data : ReadStatus.Blocked;
    }
}
