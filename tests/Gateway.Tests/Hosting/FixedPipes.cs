using System.IO.Pipelines;

namespace Gateway.Tests.Hosting;

/// <summary>A connection's two ends, as given.</summary>
internal sealed record FixedPipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
