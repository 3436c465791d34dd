using Gateway.Configuration;
using Gateway.Credentials;

namespace Gateway.Tests.Credentials;

public sealed class ClientSecretTests
{
    [Fact]
    public void Read_File_IsItsTextAsItIsNow()
    {
        string file = Path.GetTempFileName();
        try
        {
            OAuth2Options options = new() { TokenUrl = new("https://t"), ClientId = "i", ClientSecret = new("configured"), ClientSecretFile = file };
            Assert.Equal("configured", ClientSecret.Read(options).Reveal());
            File.WriteAllText(file, " first\n");
            Assert.Equal("first", ClientSecret.Read(options).Reveal());
            File.WriteAllText(file, "second");
            Assert.Equal("second", ClientSecret.Read(options).Reveal());
            File.Delete(file);
            Assert.Equal("configured", ClientSecret.Read(options).Reveal());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
