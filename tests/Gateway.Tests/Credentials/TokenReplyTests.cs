using System.Text;
using Gateway.Credentials;

namespace Gateway.Tests.Credentials;

public sealed class TokenReplyTests
{
    private const string Whole = """{"access_token":"abc","expires_in":900,"token_type":"Bearer","error":"x","extra":{"a":[1,{"b":null}]}}""";

    [Fact]
    public void Read_EveryCutAndEveryBrokenByte_NeverThrows()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Whole);
        Assert.Equal("abc", TokenReply.Read(200, whole).Token);
        for (int i = 0; i < whole.Length; i++)
        {
            Assert.Null(TokenReply.Read(200, whole.AsSpan(0, i)).Token);
            foreach (byte broken in (ReadOnlySpan<byte>)[0, (byte)'"', (byte)'\\', (byte)'{', 0xFF, (byte)'9'])
            {
                byte[] changed = [.. whole];
                changed[i] = broken;
                TokenReply reply = TokenReply.Read(200, changed);
                Assert.True(reply.Token is null ? reply.Problem is not null : reply.Lifetime > TimeSpan.Zero);
            }
        }
    }

    [Theory]
    [InlineData(TokenReply.MaxToken - 1, true)]
    [InlineData(TokenReply.MaxToken, true)]
    [InlineData(TokenReply.MaxToken + 1, false)]
    public void Read_TokenLength_IsBounded(int length, bool fits) =>
        Assert.Equal(fits, TokenReply.Read(200, Encoding.UTF8.GetBytes($$"""{"access_token":"{{new string('t', length)}}"}""")).Token is not null);

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    public void Read_WhatFails_NeverTellsMoreThanAShortCode(int status) =>
        Assert.DoesNotContain("secret", TokenReply.Read(status, """{"error":"it is the secret!","error_description":"secret"}"""u8).Problem!, StringComparison.Ordinal);
}
