namespace Gateway.Load.Requests;

internal sealed record ChatMessage(string Role, string Content);
