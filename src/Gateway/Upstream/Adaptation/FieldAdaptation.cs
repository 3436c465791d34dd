using Gateway.Configuration;

namespace Gateway.Upstream.Adaptation;

/// <summary>
/// One attempt's way with a strict model: what it leaves out because the model has refused it before, or refuses it now. What was refused is remembered only
/// once the model has answered without it, so that a misread error, or a client that provokes one, changes nobody else's requests.
/// </summary>
internal sealed class FieldAdaptation
{
    /// <summary>Some upstreams name one field at a time.</summary>
    internal const int MaxSends = 4;

    private readonly UpstreamCall _call;
    private readonly Provider _provider;
    private readonly string _model;
    private readonly RefusedFields _known;
    private int _refusals;
    private bool _isDue;

    private FieldAdaptation(UpstreamCall call, in Candidate candidate)
    {
        _call = call;
        _provider = candidate.Replica.Provider;
        _model = candidate.Model;
        LeftOut = _known = _provider.Learned.Of(_model);
    }

    /// <summary>For the next send.</summary>
    internal RefusedFields LeftOut { get; private set; }

    /// <summary>Null for providers that are not adaptive.</summary>
    internal static FieldAdaptation? For(UpstreamCall call, in Candidate candidate) =>
        candidate.Replica.Provider.Options.Request.StreamOptions == StreamOptionsMode.Adaptive ? new(call, candidate) : null;

    /// <summary>Looks whether an error names fields that can be left out.</summary>
    internal void Consider(int status, ReadOnlySpan<byte> body)
    {
        if (status is not (400 or 422) || _refusals >= MaxSends - 1)
            return;
        RefusedFields sent = RefusableFields.In(_call, _provider.Options.Request) & ~LeftOut;
        RefusedFields found = RefusalReader.Read(body, RefusableFields.WithoutOther(sent, LeftOut));
        LeftOut |= found;
        _isDue = found != RefusedFields.None;
    }

    /// <summary>Whether the request is to be sent again, to the same replica.</summary>
    internal bool TakeRetry()
    {
        if (!_isDue)
            return false;
        _isDue = false;
        _refusals++;
        return true;
    }

    /// <summary>The model has answered.</summary>
    internal void Remember()
    {
        if (LeftOut != _known)
            _provider.Learned.Learn(_model, LeftOut & ~_known);
    }
}
