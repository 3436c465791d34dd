using System.Reflection;

namespace Gateway.Bench.Tests;

/// <summary>A benchmark method, called some times in a row without anything allocated by the caller.</summary>
internal static class Loops
{
    internal static Action<int> Of(object instance, MethodInfo method)
    {
        if (method.ReturnType == typeof(void))
            return Repeat(method.CreateDelegate<Action>(instance));
        if (typeof(Task).IsAssignableFrom(method.ReturnType) || method.ReturnType.Name.StartsWith(nameof(ValueTask), StringComparison.Ordinal))
            throw new NotSupportedException($"{method.Name} may go on on another thread, whose bytes nobody counts.");
        Delegate operation = method.CreateDelegate(typeof(Func<>).MakeGenericType(method.ReturnType), instance);
        MethodInfo repeat = typeof(Loops).GetMethod(nameof(RepeatResult), BindingFlags.NonPublic | BindingFlags.Static)!;
        return (Action<int>)repeat.MakeGenericMethod(method.ReturnType).Invoke(null, [operation])!;
    }

    private static Action<int> Repeat(Action operation) => count =>
    {
        for (int i = 0; i < count; i++)
            operation();
    };

    private static Action<int> RepeatResult<T>(Func<T> operation) => count =>
    {
        for (int i = 0; i < count; i++)
            operation();
    };
}
