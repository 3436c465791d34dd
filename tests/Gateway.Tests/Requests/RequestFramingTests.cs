using Gateway.Requests;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Requests;

public sealed class RequestFramingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(false, "Content-Length", "5")]
    [InlineData(false, "Transfer-Encoding", "chunked")]
    [InlineData(false, "Transfer-Encoding", "Chunked")]
    [InlineData(false, "X-Content-Length", "5")]
    [InlineData(true, "Transfer-Encoding", "chunked", "Content-Length", "5")]
    [InlineData(true, "Transfer-Encoding", "chunked", "X-Content-Length", "5")]
    [InlineData(true, "Transfer-Encoding", "gzip, chunked")]
    [InlineData(true, "Transfer-Encoding", "chunked, chunked")]
    [InlineData(true, "Transfer-Encoding", " ,chunked")]
    public void IsAmbiguous_Headers_OnlyWhenTheBodyCouldEndInTwoPlaces(bool expected, params string[] headers)
    {
        HeaderDictionary dictionary = [];
        for (int i = 0; i < headers.Length; i += 2)
            dictionary.Append(headers[i], headers[i + 1]);
        Assert.Equal(expected, RequestFraming.IsAmbiguous(dictionary));
    }
}
