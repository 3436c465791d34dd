using System.Reflection;
using Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Telemetry;

public sealed class LogEventsTests
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly (MethodInfo Method, int Id)[] Events =
    [
        .. typeof(LogEvents).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(Any))
            .Select(method => (method, method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId ?? int.MinValue))
            .Where(found => found.Item2 != int.MinValue),
    ];

    [Fact]
    public void LogEvents_Scan_FindsThisFolders() =>
        Assert.Contains(Events, found => found.Id == LogEvents.Telemetry + 1);

    [Fact]
    public void LogEvents_Ids_AreUnique() =>
        Assert.Empty(Events.GroupBy(found => found.Id).Where(group => group.Count() > 1).Select(group => $"{group.Key}: {string.Join(", ", group.Select(Name))}"));

    [Fact]
    public void LogEvents_EachHundred_BelongsToOneFolder() =>
        Assert.Empty(Events.GroupBy(found => found.Id / 100).Where(group => group.Select(Folder).Distinct().Count() > 1).Select(group => string.Join(", ", group.Select(Name))));

    [Fact]
    public void LogEvents_Ids_AreInTheirFoldersRange()
    {
        var ranges = typeof(LogEvents).GetFields(Any).ToDictionary(field => field.Name, field => (int)field.GetRawConstantValue()!);

        Assert.All(Events, found => Assert.InRange(found.Id, ranges[Folder(found)], ranges[Folder(found)] + 99));
    }

    private static string Name((MethodInfo Method, int Id) found) => $"{found.Method.DeclaringType}.{found.Method.Name}";

    /// <summary>The part of the namespace below <c>Gateway</c>; <c>Root</c> for what stands above the folders.</summary>
    private static string Folder((MethodInfo Method, int Id) found) =>
        found.Method.DeclaringType!.Namespace!.Split('.') is [_, var folder, ..] ? folder : nameof(LogEvents.Root);
}
