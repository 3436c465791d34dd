namespace Gateway.Upstream;

/// <summary>Starts one attempt.</summary>
/// <param name="candidate">Whom to ask.</param>
/// <param name="pass">What it took of its provider's limits, now the attempt's to give back; null where there are none.</param>
/// <param name="given">Cancelled when another replica was faster: the connection closes at once. None where nobody competes.</param>
internal delegate Task<AttemptResult> AttemptStart(Candidate candidate, ProviderPass? pass, CancellationToken given);
