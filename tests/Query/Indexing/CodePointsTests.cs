using Broadsheet.Query.Indexing;
using CsCheck;

namespace Broadsheet.Query.Tests.Indexing;

public sealed class CodePointsTests
{
    [Fact]
    public void Positions_agree_with_counting_runes() =>
        Gen.OneOf([.. ((string[])["a", "é", "😀", "𝔖", "e\u0301", " ", "日"]).Select(Gen.Const)]).Array[0, 40].Sample(parts =>
        {
            var text = string.Concat(parts);
            var points = new CodePoints(text);
            var utf16 = 0;
            var point = 0;
            foreach (var rune in text.EnumerateRunes())
            {
                Assert.Equal(point, points.FromUtf16(utf16));
                Assert.Equal(utf16, points.ToUtf16(point));
                utf16 += rune.Utf16SequenceLength;
                point++;
            }

            Assert.Equal(point, points.Length);
            Assert.Equal(point, points.FromUtf16(text.Length));
            Assert.Equal(text.Length, points.ToUtf16(point));
        });
}
