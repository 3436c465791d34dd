using System.Buffers.Text;
using System.Text;
using Gateway.Redis;

namespace Gateway.Caching.Store;

/// <summary>All purges as Redis knew them at one moment. Immutable.</summary>
internal sealed class PurgeTable
{
    private readonly List<PurgeRow> _rows = [];

    private PurgeTable(long last) => Last = last;

    /// <summary>Rises with each purge; entries are stamped with it.</summary>
    internal long Last { get; }

    internal IReadOnlyList<PurgeRow> Rows => _rows;

    /// <summary>Whether an entry was there before a purge that meant it.</summary>
    internal bool Covers(CachedAnswer answer, long stamp)
    {
        foreach (PurgeRow row in _rows)
        {
            if (row.At > stamp && (row.Filter is not { } filter || filter.Matches(answer)))
                return true;
        }

        return false;
    }

    /// <summary>Whether a purge was known already.</summary>
    internal bool Contains(PurgeRow row)
    {
        foreach (PurgeRow own in _rows)
        {
            if (own.At == row.At && own.Field == row.Field)
                return true;
        }

        return false;
    }

    /// <summary>Reads what <see cref="PurgeScript"/> replies: the newest purge's number, then names and numbers in turn.</summary>
    /// <returns>Null: something else.</returns>
    internal static PurgeTable? Of(in RedisReply reply)
    {
        ReadOnlySpan<RedisReply> items = reply.Items;
        if (items.Length % 2 != 1 || !TryRead(items[0], out long last))
            return null;
        PurgeTable table = new(last);
        for (int i = 1; i < items.Length; i += 2)
        {
            if (items[i].Bytes is not { } name || !TryRead(items[i + 1], out long at))
                return null;
            string field = Encoding.UTF8.GetString(name);
            if (field == PurgeField.Floor)
                table._rows.Add(new PurgeRow(field, null, at));
            else if (PurgeField.TryParse(field, out PurgeFilter filter))
                table._rows.Add(new PurgeRow(field, filter, at));
        }

        return table;
    }

    internal static bool TryRead(in RedisReply number, out long value)
    {
        value = 0;
        return number.Bytes is { } text && Utf8Parser.TryParse(text, out value, out int used) && used == text.Length;
    }
}
