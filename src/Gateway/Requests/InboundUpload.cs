using System.Buffers;
using System.IO.Pipelines;
using Gateway.Failures;
using Gateway.Streaming;
using Gateway.Streaming.Multipart;
using Gateway.Upstream;
using Gateway.Upstream.Http1;
using Microsoft.AspNetCore.Http;

namespace Gateway.Requests;

/// <summary>
/// A form with a file on its way through: its beginning is held until the model is known, at most <see cref="MaxAhead"/>; the rest is looked at while it
/// passes and never kept.
/// </summary>
internal sealed class InboundUpload : IBodyJudge, IAsyncDisposable
{
    /// <summary>Bytes in which the model is looked for before anybody is asked.</summary>
    internal const int MaxAhead = 64 << 10;

    private readonly HttpContext _http;
    private readonly PatientBody _body;
    private readonly MultipartScanner _scanner;
    private readonly long _maxUpload;
    private readonly byte[] _ahead = RentedBuffers.Pool.Rent(MaxAhead);
    private FormUpload? _form;
    private int _length;
    private bool _isWhole;
    private bool _isAllowed;

    internal InboundUpload(HttpContext http, string boundary, long maxUpload, TimeProvider time)
    {
        _http = http;
        _body = new(http.Request.BodyReader, time);
        _scanner = new(boundary);
        _maxUpload = maxUpload;
    }

    /// <summary>Null when the model has not come (yet).</summary>
    internal string? Model => _scanner.Model;

    /// <summary>Bytes taken from the client so far.</summary>
    internal long Taken => _form?.Body.Taken ?? _length;

    /// <summary>All of it, or all that says something, has been read: no model comes any more.</summary>
    internal bool HasEnded => _isWhole || _scanner.Status == MultipartStatus.Ended;

    /// <summary>
    /// Judges the model that comes when the form is already on its way, or null where none came; null: anything goes. A form that it refuses never reaches
    /// its upstream whole, and no answer goes to the client before it was asked.
    /// </summary>
    internal Func<string?, Failure?>? JudgeLateModel { get; set; }

    /// <summary>Reads until the model is known, or enough was read.</summary>
    internal async ValueTask<Failure?> ReadAheadAsync()
    {
        try
        {
            while (_length < MaxAhead && !_isWhole && _scanner.Status == MultipartStatus.Reading)
            {
                ReadResult result = await _body.ReadAsync(CancellationToken.None);
                ReadOnlySequence<byte> taken = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, MaxAhead - _length));
                taken.CopyTo(_ahead.AsSpan(_length));
                int bytes = (int)taken.Length;
                _isWhole = result.IsCompleted && bytes == result.Buffer.Length;
                _body.AdvanceTo(taken.End);
                _length += bytes;
                if (Judge(_ahead.AsSpan(_length - bytes, bytes), _length) is { } failure)
                    return failure;
            }

            return null;
        }
        catch (Exception exception) when (BodyFailure.Of(_http, exception, _maxUpload) is { } failure)
        {
            return failure;
        }
    }

    /// <summary>What is sent on. The model's place is known only where it was found ahead: later it is left as it is.</summary>
    internal FormUpload ToForm() => _form = new(new(_body, _ahead.AsMemory(0, _length), _isWhole, _http.Request.ContentLength, this), _http.Request.ContentType!)
    {
        Model = Model,
        ModelStart = (int)_scanner.ModelStart,
        ModelLength = _scanner.ModelLength,
    };

    public Failure? Judge(ReadOnlySpan<byte> bytes, long total)
    {
        if (total > _maxUpload)
            return BodyFailure.TooLarge(_maxUpload);
        if (_scanner.Scan(bytes) == MultipartStatus.Invalid)
            return new(_scanner.IsDuplicate ? FailureCode.DuplicateField : FailureCode.InvalidBody, _scanner.Fault!) { Param = _scanner.IsDuplicate ? "model" : null };
        return _form is null || (Model is null && _scanner.Status != MultipartStatus.Ended) ? null : JudgeLate();
    }

    public Failure? JudgeAnswer() => JudgeLateModel is null || Volatile.Read(ref _isAllowed) ? null : JudgeLateModel(null);

    public Failure Explain(Exception exception) =>
        BodyFailure.Of(_http, exception, _maxUpload) ?? new(FailureCode.InvalidBody, "The request body could not be read.");

    private Failure? JudgeLate()
    {
        if (JudgeLateModel is null || _isAllowed)
            return null;
        Failure? failure = JudgeLateModel(Model);
        Volatile.Write(ref _isAllowed, failure is null);
        return failure;
    }

    /// <summary>Ends what is still being sent; nothing touches the client's body after that.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_form is not null)
            await _form.Body.DisposeAsync();
        RentedBuffers.Pool.Return(_ahead);
    }
}
