using Broadsheet.Content.Importing;

namespace Broadsheet.Content.Tests.Importing;

public sealed class CreditLineTests
{
    [Theory]
    [InlineData("Photo by Marta Lindqvist on Unsplash", "Marta Lindqvist", "Unsplash")]
    [InlineData("By Marta Lindqvist on Unsplash", "Marta Lindqvist", "Unsplash")]
    [InlineData("Photo by Marta Lindqvist on Some Small Service", "Marta Lindqvist", "Some Small Service")]
    [InlineData("Image by Hu Wei from Pixabay", "Hu Wei", "Pixabay")]
    [InlineData("Photo: Hu Wei / Flickr", "Hu Wei", "Flickr")]
    [InlineData("Photo: Hu Wei/Getty Images", "Hu Wei", "Getty Images")]
    [InlineData("Image credit: Hu Wei", "Hu Wei", "")]
    [InlineData("Picture courtesy of Greta van Dam", "Greta van Dam", "")]
    [InlineData("Photo courtesy: Greta van Dam", "Greta van Dam", "")]
    [InlineData("Credit: Greta van Dam via Getty Images", "Greta van Dam", "Getty Images")]
    [InlineData("Photo by @hu_wei on Unsplash", "@hu_wei", "Unsplash")]
    [InlineData("Photo by hu wei on Unsplash", "hu wei", "Unsplash")]
    [InlineData("Photo by NASA", "NASA", "")]
    [InlineData("photo by Hu Wei on unsplash", "Hu Wei", "unsplash")]
    [InlineData("Photo by Hu Wei on Unsplash.", "Hu Wei", "Unsplash")]
    [InlineData("Photograph by J. K. Aldous", "J. K. Aldous", "")]
    [InlineData("© Hu Wei / Reuters", "Hu Wei", "Reuters")]
    [InlineData("Foto: Hu Wei/dpa", "Hu Wei", "dpa")]
    [InlineData("Crédit photo : Hu Wei", "Hu Wei", "")]
    public void Parse_reads_who_and_where(string line, string creator, string provider)
    {
        var credit = CreditLine.Parse(line);

        Assert.NotNull(credit);
        Assert.Equal((creator, provider, line), (credit.Creator, credit.Provider, credit.Stated));
    }

    [Theory]
    [InlineData("By 1990 the society had laid half a mile of track.")]
    [InlineData("By Hu Wei")]
    [InlineData("By the harbour on Monday")]
    [InlineData("Photo by photo, the archive is being put online.")]
    [InlineData("Photo by photo")]
    [InlineData("Credit where it is due")]
    [InlineData("Credit: nobody took any for it, and nobody asked.")]
    [InlineData("Image is everything on Instagram")]
    [InlineData("Photo: what we saw was not a ship")]
    [InlineData("Photographs by the hundred are on Flickr, and nobody looks.")]
    [InlineData("© 1987 is what the label said.")]
    [InlineData("")]
    public void Parse_leaves_prose_alone(string line) => Assert.Null(CreditLine.Parse(line));

    [Theory]
    [InlineData("Image by Hedda Brun from Pixabay", "", "Hedda Brun")]
    [InlineData("A distress rocket. Image by Hedda Brun from Pixabay", "A distress rocket.", "Hedda Brun")]
    [InlineData("A distress rocket (Photo: Hedda Brun)", "A distress rocket", "Hedda Brun")]
    [InlineData("A distress rocket | Photo by Hedda Brun", "A distress rocket", "Hedda Brun")]
    [InlineData("A distress rocket.", "A distress rocket.", null)]
    [InlineData("A distress rocket. (AP Photo/Hedda Brun)", "A distress rocket.", "Hedda Brun")]
    [InlineData("A distress rocket (Hedda Brun/AFP)", "A distress rocket", "Hedda Brun")]
    [InlineData("A distress rocket. © Hedda Brun", "A distress rocket.", "Hedda Brun")]
    [InlineData("A distress rocket. Source: Hedda Brun", "A distress rocket.", "Hedda Brun")]
    [InlineData("A distress rocket. Hedda Brun/The Saltmarsh Times", "A distress rocket.", "Hedda Brun")]
    [InlineData("CreditHedda Brun/The Saltmarsh Times", "", "Hedda Brun")]
    [InlineData("A distress rocket (1893)", "A distress rocket (1893)", null)]
    [InlineData("The source: nobody knows it.", "The source: nobody knows it.", null)]
    public void Split_finds_the_credit_at_the_end_of_a_caption(string text, string caption, string? creator) =>
        Assert.Equal((caption, creator), (CreditLine.Split(text).Caption, CreditLine.Split(text).Credit?.Creator));
}
