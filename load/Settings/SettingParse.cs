using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gateway.Load.Arrivals;
using Gateway.Load.Measures;
using Gateway.Load.Requests;
using Gateway.Load.Run;

namespace Gateway.Load.Settings;

/// <summary>Values as they are written. Every method throws <see cref="FormatException"/> with what is wrong.</summary>
internal static class SettingParse
{
    /// <summary>RFC 9110 §5.6.2.</summary>
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] Framing = ["Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade"];

    public static Uri Url(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
        ? url
        : throw new FormatException("write a URL, as in http://127.0.0.1:8080");

    public static TimeSpan Duration(string text) => DurationText.Parse(text, out TimeSpan value) is { } problem ? throw new FormatException(problem) : value;

    public static Profile Profile(string text, RunOptions options) =>
        Arrivals.Profile.Parse(text, options.Duration, out Profile? profile) is { } problem ? throw new FormatException(problem) : profile!;

    public static int Whole(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= 0 && value <= most
            ? value
            : throw new FormatException($"write a whole number up to {most}");

    /// <summary>Whole and above zero.</summary>
    public static int Count(string text, int most) => Whole(text, most) is > 0 and var count ? count : throw new FormatException("write a number above zero");

    /// <summary>A concurrency: half a request is none.</summary>
    public static Profile Concurrency(string text, RunOptions options) => Profile(text, options) is { IsWhole: true } profile
        ? profile
        : throw new FormatException("requests at once are whole numbers");

    public static TimeSpan PositiveDuration(string text) => Duration(text) is var value && value > TimeSpan.Zero ? value : throw new FormatException("write a duration above zero");

    public static double Positive(string text) => NumberText.TryParse(text, out double value) && value > 0 ? value : throw new FormatException("write a number above zero");

    public static double Share(string text) => NumberText.TryParseShare(text, out double value) ? value : throw new FormatException("write a share, as in 5%");

    public static bool Flag(string text) => text switch
    {
        "" or "true" => true,
        "false" => false,
        _ => throw new FormatException("write true or false"),
    };

    public static LengthDistribution Lengths(string text) => LengthDistribution.TryParse(text, out LengthDistribution? value)
        ? value!
        : throw new FormatException("write N, normal:MEAN:DEV, lognormal:MEDIAN:SIGMA or uniform:FROM:TO");

    public static LoadApi Api(string text) => text switch
    {
        "chat" => LoadApi.Chat,
        "completions" => LoadApi.Completions,
        "embeddings" => LoadApi.Embeddings,
        _ => throw new FormatException("write chat, completions or embeddings"),
    };

    public static ArrivalShape Shape(string text) => text switch
    {
        "constant" => ArrivalShape.Constant,
        "poisson" => ArrivalShape.Poisson,
        "gamma" => ArrivalShape.Gamma,
        _ => throw new FormatException("write poisson, constant or gamma"),
    };

    /// <summary><c>ID</c> or <c>ID=WEIGHT</c>.</summary>
    public static WeightedModel Model(string text)
    {
        int sign = text.LastIndexOf('=');
        if (sign < 0)
            return text.Length > 0 ? new WeightedModel(text, 1) : throw new FormatException("write a model id");
        return new WeightedModel(text[..sign], Positive(text[(sign + 1)..]));
    }

    public static KeyValuePair<string, string> Header(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1)
            throw new FormatException("write NAME:VALUE");
        string name = text[..colon];
        if (name.AsSpan().IndexOfAnyExcept(TokenCharacters) >= 0)
            throw new FormatException($"'{name}' is no header name");
        if (Array.Exists(Framing, field => field.Equals(name, StringComparison.OrdinalIgnoreCase)))
            throw new FormatException($"{name} is the generator's own: it frames the request");
        return new KeyValuePair<string, string>(name, HeaderValue(text[(colon + 1)..].Trim()));
    }

    public static string HeaderValue(string text) =>
        text.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 && text.AsSpan().IndexOfAnyExceptInRange('\0', '\xff') < 0
            ? text
            : throw new FormatException("a header holds no control characters and nothing beyond Latin-1");

    public static KeyValuePair<string, string> Extra(string text)
    {
        string[] pair = text.Split('=', 2);
        try
        {
            using JsonDocument value = JsonDocument.Parse(pair[^1]);
            return pair.Length == 2 && pair[0].Length > 0 ? new(pair[0], pair[1]) : throw new FormatException("write NAME=JSON");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"what follows '=' is no JSON: {exception.Message}", exception);
        }
    }

    /// <summary><c>ttft:200ms,tpot:30ms</c>; a number without a unit is milliseconds, as vLLM has it.</summary>
    public static IReadOnlyList<Objective> Objectives(string text)
    {
        List<Objective> objectives = [];
        foreach (string part in text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] pair = part.Split(':', 2);
            ObjectiveMetric metric = Objective.MetricOf(pair[0]) ?? throw new FormatException($"'{pair[0]}' is none of ttft, tpot, itl, e2el");
            string limit = pair.Length == 2 ? pair[1] : throw new FormatException($"'{part}' needs a limit, as in {part}:200ms");
            TimeSpan time = NumberText.TryParse(limit, out double milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : Duration(limit);
            objectives.Add(new Objective(metric, LoadClock.Of(time)));
        }

        return objectives.Count > 0 ? objectives : throw new FormatException("write limits, as in ttft:200ms,tpot:30ms");
    }
}
