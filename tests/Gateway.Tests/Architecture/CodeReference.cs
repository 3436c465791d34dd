namespace Gateway.Tests.Architecture;

/// <summary>One thing a type's declaration or code mentions. Nested types, compiler-generated ones included, count as their outermost type.</summary>
/// <param name="From">Full name of the type that mentions.</param>
/// <param name="To">Full name of the type that is mentioned.</param>
/// <param name="Member">The method or field of <paramref name="To"/>; empty when only the type is mentioned.</param>
internal readonly record struct CodeReference(string From, string To, string Member);
