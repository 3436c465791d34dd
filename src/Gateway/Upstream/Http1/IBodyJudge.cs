using Gateway.Failures;

namespace Gateway.Upstream.Http1;

/// <summary>Says what a client's body may be, for those who only carry it.</summary>
internal interface IBodyJudge
{
    /// <summary>The next bytes of the body.</summary>
    /// <param name="bytes">As they came.</param>
    /// <param name="total">Bytes so far, these included.</param>
    /// <returns>Null while it may go on.</returns>
    Failure? Judge(ReadOnlySpan<byte> bytes, long total);

    /// <summary>An answer has begun, while the body may still be on its way.</summary>
    /// <returns>Null when the client may have it.</returns>
    Failure? JudgeAnswer();

    /// <summary>Why the body cannot be read to its end.</summary>
    Failure Explain(Exception exception);
}
