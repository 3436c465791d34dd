using System.Text;
using Gateway.Streaming.Multipart;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Multipart;

public sealed class MultipartScannerTests
{
    private const string Boundary = "X-b";

    private static readonly string File = Part("name=\"file\"; filename=\"a.wav\"", "RIFF\r\n--X-\r\n--X-c\r--X-b\r\r\n-", "Content-Type: audio/wav\r\n");

    [Fact]
    public void Scan_ModelAroundTheFile_IsFoundInAnyPieces()
    {
        foreach (string form in (string[])[Form(Part("name=\"model\"", "whisper-1"), File), Form(File, Part("name=\"model\"", "whisper-1")), "preamble\r\n" + Form(File, Part("name=model", "whisper-1")) + "epilogue"])
        {
            byte[] bytes = Encoding.Latin1.GetBytes(form);
            foreach (int[] cuts in Cuts.TwoWay(bytes.Length).Append(Cuts.Every(bytes.Length, 1)).Append([]))
            {
                MultipartScanner scanner = Scan(bytes, cuts);
                Assert.Equal((MultipartStatus.ModelFound, "whisper-1"), (scanner.Status, scanner.Model));
                Assert.Equal("whisper-1", form.Substring((int)scanner.ModelStart, scanner.ModelLength));
            }
        }
    }

    [Theory]
    [InlineData("name=\"file\"; filename=\"model\"")]
    [InlineData("name=\"Model\"")]
    [InlineData("name=\"model \"")]
    [InlineData("name=\"my;name=model\"")]
    public void Scan_AnotherField_IsNotTheModel(string disposition) =>
        Assert.Equal(MultipartStatus.Ended, Scan(Form(Part(disposition, "m"))).Status);

    [Theory]
    [InlineData("name=\"model\"")]
    [InlineData("name=model")]
    [InlineData("NAME=\"mo\\del\"")]
    [InlineData(" name=\"model\" ")]
    [InlineData("name=\"model\"; other=x")]
    public void Scan_SpellingsOfModel_AreTheModel(string disposition) => Assert.Equal("m", Scan(Form(Part(disposition, "m"))).Model);

    [Theory]
    [InlineData("name=\"model\"; name=\"file\"")]
    [InlineData("name*=utf-8''model")]
    [InlineData("name=\"model")]
    [InlineData("name=\"model\"x")]
    [InlineData("name=\"model\"; filename=\"m\"")]
    [InlineData("filename=\"m\"")]
    public void Scan_AmbiguousDisposition_IsInvalid(string disposition) =>
        Assert.Equal(MultipartStatus.Invalid, Scan(Form(Part(disposition, "m"))).Status);

    [Theory]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nContent-Disposition: form-data; name=\"x\"\r\n")]
    [InlineData("Content-Disposition: form-data;\r\n name=\"model\"\r\n")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\n")]
    [InlineData("Content-Disposition: attachment; name=\"model\"\r\n")]
    [InlineData("Content-Type: text/plain\r\n")]
    [InlineData("Content-Disposition: form-data; name=\"model\"\r\nContent-Transfer-Encoding: base64\r\n")]
    [InlineData("")]
    public void Scan_AmbiguousHeaders_AreInvalid(string headers) =>
        Assert.Equal(MultipartStatus.Invalid, Scan($"--X-b\r\n{headers}\r\nm\r\n--X-b--\r\n").Status);

    [Theory]
    [InlineData("--X-b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nv\r\n--X-bc\r\n")]
    [InlineData("--X-b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n--X-b\r\n")]
    [InlineData("--X-b-\r\n")]
    [InlineData("--X-b\n")]
    public void Scan_AmbiguousBoundary_IsInvalid(string form) => Assert.Equal(MultipartStatus.Invalid, Scan(form).Status);

    [Fact]
    public void Scan_PaddingBehindTheBoundary_IsTransport() =>
        Assert.Equal("m", Scan("--X-b \t\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--X-b--").Model);

    [Fact]
    public void Scan_SecondModel_IsADuplicate()
    {
        MultipartScanner scanner = Scan(Form(Part("name=\"model\"", "a"), File, Part("name=\"model\"", "b")));
        Assert.True(scanner.IsDuplicate);
        Assert.Equal(MultipartStatus.Invalid, scanner.Status);
    }

    [Theory]
    [InlineData(MultipartScanner.MaxModel - 1, MultipartStatus.ModelFound)]
    [InlineData(MultipartScanner.MaxModel, MultipartStatus.ModelFound)]
    [InlineData(MultipartScanner.MaxModel + 1, MultipartStatus.Invalid)]
    [InlineData(0, MultipartStatus.Invalid)]
    public void Scan_ModelOfThatLength_IsLimited(int length, MultipartStatus expected) =>
        Assert.Equal(expected, Scan(Form(Part("name=\"model\"", new string('m', length)))).Status);

    [Theory]
    [InlineData(-1, MultipartStatus.ModelFound)]
    [InlineData(0, MultipartStatus.ModelFound)]
    [InlineData(1, MultipartStatus.Invalid)]
    public void Scan_HeadersOfThatLength_AreLimited(int beyond, MultipartStatus expected)
    {
        const string Disposition = "Content-Disposition: form-data; name=\"model\"\r\n";
        string filler = "X: " + new string('x', MultipartScanner.MaxPartHeaders + beyond - Disposition.Length - "X: \r\n\r\n".Length) + "\r\n";
        Assert.Equal(expected, Scan($"--X-b\r\n{Disposition}{filler}\r\nm\r\n--X-b--").Status);
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=X-b", "X-b")]
    [InlineData("Multipart/Form-Data;boundary=\"a b\"; charset=utf-8", "a b")]
    [InlineData("multipart/form-data; BOUNDARY=x", "x")]
    [InlineData("multipart/form-data", null)]
    [InlineData("multipart/form-data; boundary=", null)]
    [InlineData("multipart/form-data; boundary=a; boundary=b", null)]
    [InlineData("multipart/form-data; boundary=\"a \"", null)]
    [InlineData("multipart/form-data; boundary=a@b", null)]
    [InlineData("multipart/form-data; boundary=\"a", null)]
    [InlineData("multipart/form-data; boundary=a b", null)]
    public void Find_ContentType_NamesTheBoundaryOnce(string contentType, string? expected) => Assert.Equal(expected, MultipartBoundary.Find(contentType));

    [Theory]
    [InlineData(MultipartBoundary.MaxLength - 1, true)]
    [InlineData(MultipartBoundary.MaxLength, true)]
    [InlineData(MultipartBoundary.MaxLength + 1, false)]
    public void Find_BoundaryOfThatLength_IsLimited(int length, bool isTaken) =>
        Assert.Equal(isTaken, MultipartBoundary.Find("multipart/form-data; boundary=" + new string('b', length)) is not null);

    /// <summary>Random bytes out of what forms are made of: never an exception, and the same verdict however they are cut.</summary>
    [Fact]
    public void Scan_RandomForms_DoNotDependOnTheirPieces()
    {
        Random random = new(20260721);
        string[] pieces = ["--X-b", "\r\n", "\r", "\n", "-", "--", " ", "Content-Disposition: form-data; name=\"model\"", "Content-Disposition: form-data; name=\"file\"; filename=\"f\"", "\r\n\r\n", "\r\n--X-b\r\n", "m", "\0", "Content-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--X-b\r\n", "\r\n--X-", "ä", "X-b"];
        int found = 0;
        for (int run = 0; run < 20_000; run++)
        {
            string form = "--X-b\r\n" + string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            byte[] bytes = Encoding.Latin1.GetBytes(form);
            MultipartScanner whole = Scan(bytes, []);
            MultipartScanner cut = Scan(bytes, Cuts.Random(bytes.Length, 1 + random.Next(9), random));
            Assert.Equal((whole.Status, whole.Model, whole.Fault, whole.ModelStart), (cut.Status, cut.Model, cut.Fault, cut.ModelStart));
            found += whole.Status == MultipartStatus.ModelFound ? 1 : 0;
        }

        Assert.True(found > 50, $"only {found} forms had a model");
    }

    private static string Part(string disposition, string content, string headers = "") =>
        $"Content-Disposition: form-data; {disposition}\r\n{headers}\r\n{content}";

    private static string Form(params string[] parts) => string.Concat(parts.Select(part => $"--{Boundary}\r\n{part}\r\n")) + $"--{Boundary}--\r\n";

    private static MultipartScanner Scan(string form) => Scan(Encoding.Latin1.GetBytes(form), []);

    private static MultipartScanner Scan(byte[] form, int[] cuts)
    {
        MultipartScanner scanner = new(Boundary);
        int start = 0;
        foreach (int cut in cuts.Append(form.Length))
        {
            scanner.Scan(form.AsSpan(start, cut - start));
            start = cut;
        }

        return scanner;
    }
}
