using System.CommandLine;

// The suite comes with a later version; until then the command says so and never pretends to have measured something.
const int Usage = 2;
RootCommand root = new("The load suite for OpenAI-compatible endpoints. This version has no load generator: 'make bench' measures the gateway.");
root.SetAction(_ => Refuse());
ParseResult parsed = root.Parse(args);
return parsed.Errors.Count > 0 ? Refuse() : await parsed.InvokeAsync();

static int Refuse()
{
    Console.Error.WriteLine("gateway-load: this version has no load generator; 'make bench' measures the gateway. Try 'gateway-load --help'.");
    return Usage;
}
