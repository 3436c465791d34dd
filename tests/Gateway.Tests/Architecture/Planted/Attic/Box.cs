namespace Gateway.Tests.Architecture.Planted.Attic;

internal sealed class Box;
