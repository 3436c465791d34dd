using System.Diagnostics;

namespace TestKit.Processes;

/// <summary>What a program said and how it ended.</summary>
public sealed record CommandProcess(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs the gateway's binary to its end.</summary>
    /// <param name="arguments">The command and its options.</param>
    /// <param name="environment">Variables of this process alone; nothing that the gateway reads is inherited.</param>
    /// <param name="folder">Its working directory; null: a folder with no configuration in it.</param>
    public static Task<CommandProcess> GatewayAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null) =>
        RunAsync(Repository.GatewayBinary, arguments, environment, folder ?? AppContext.BaseDirectory);

    /// <summary>Runs any program of the machine to its end; killed and reported when it does not come to one.</summary>
    /// <param name="program">A path, or a name to look up in <c>PATH</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables of this process alone.</param>
    /// <param name="folder">Its working directory; null: the caller's.</param>
    /// <param name="input">Its standard input; empty by default.</param>
    public static async Task<CommandProcess> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null, string input = "")
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? "",
        };
        ProcessVariables.Set(start, environment);
        using Process process = new() { StartInfo = start };
        process.Start();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException exception)
        {
            process.Kill();
            throw new TimeoutException($"{program} did not end. It said:\n{await output}\n{await error}", exception);
        }

        return new(process.ExitCode, await output, await error);
    }
}
