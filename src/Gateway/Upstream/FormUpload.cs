using System.Text;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>A form with a file that goes to an upstream while it arrives.</summary>
/// <param name="body">Its bytes.</param>
/// <param name="contentType">The client's, with the boundary.</param>
internal sealed class FormUpload(StreamedBody body, string contentType) : Retained
{
    internal StreamedBody Body => body;

    internal string ContentType => contentType;

    /// <summary>As the client wrote it; null when it did not come in time.</summary>
    internal string? Model { get; init; }

    /// <summary>Where it stands in what was read ahead.</summary>
    internal int ModelStart { get; init; }

    internal int ModelLength { get; init; }

    /// <summary>The form goes to whoever knows the model by this name.</summary>
    internal void NameModel(string upstreamModel) => body.Splice = Model is null || string.Equals(Model, upstreamModel, StringComparison.Ordinal)
        ? null
        : new(ModelStart, ModelLength, Encoding.UTF8.GetBytes(upstreamModel));

    /// <summary>Its buffers are its receiver's.</summary>
    protected override void Free()
    {
    }
}
