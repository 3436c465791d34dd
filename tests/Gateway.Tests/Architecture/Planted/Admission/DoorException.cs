namespace Gateway.Tests.Architecture.Planted.Admission;

internal sealed class DoorException : Exception;
