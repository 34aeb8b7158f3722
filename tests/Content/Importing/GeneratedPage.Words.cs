namespace Broadsheet.Content.Tests.Importing;

internal sealed partial class GeneratedPage
{
    private static readonly string[] Communities = ["Geeks", "History", "The Swamp", "Futurism", "Journal", "FYI", "Pride & Politics", "01 Science"];

    private static readonly string[] Creators =
    [
        "Mara Okafor", "Ana de la Cruz", "Zoë Ångström", "J. R. Pellow", "Ian McDonald", "NADIA QUILL", "user4711", "Sean O'Brien-Tate", "Jean-Luc Marchetti", "王小明", "Lu",
        "Ludwig van der Berg", "Dr. Idris Bell", "d'Arcy Finn", "Łukasz Żak", "The Quiet Reader", "Bo Li Jr.", "X Æ Holm", "Annie 2nd", "ann b",
    ];

    private static readonly string[] Photographers =
    [
        "Osei Danbury", "Marta Lindqvist", "J. K. Aldous", "NASA", "Renée Côté", "Kit O'Hara", "Hu Wei", "Greta van Dam", "Studio 54 North", "Ängla Ström",
    ];

    private static readonly (string Wording, string Provider)[] Wordings =
    [
        ("Photo by {0} on Unsplash", "Unsplash"), ("By {0} on Unsplash", "Unsplash"), ("Image by {0} from Pixabay", "Pixabay"), ("Photo: {0} / Flickr", "Flickr"),
        ("Image credit: {0}", ""), ("Picture courtesy of {0}", ""), ("Credit: {0} via Getty Images", "Getty Images"), ("Photo by {0}", ""), ("By {0} on Pexels", "Pexels"),
    ];

    /// <summary>Relative phrases with the bounds that they allow, written down apart from the table under test.</summary>
    private static readonly (string Words, Func<DateTimeOffset, DateTimeOffset> Earliest, Func<DateTimeOffset, DateTimeOffset> Latest)[] Phrases =
    [
        ("about a year ago", captured => captured.AddMonths(-18), captured => captured.AddMonths(-12)),
        ("over a year ago", captured => captured.AddMonths(-21), captured => captured.AddMonths(-15)),
        ("almost 2 years ago", captured => captured.AddMonths(-24), captured => captured.AddMonths(-21)),
        ("2 years ago", captured => captured.AddMonths(-36), captured => captured.AddMonths(-24)),
        ("about 2 years ago", captured => captured.AddMonths(-27), captured => captured.AddMonths(-24)),
        ("over 3 years ago", captured => captured.AddMonths(-45), captured => captured.AddMonths(-39)),
        ("just now", captured => captured.AddMinutes(-1), captured => captured),
        ("on March 3, 2019", _ => new(2019, 3, 3, 0, 0, 0, default), _ => new DateTimeOffset(2019, 3, 4, 0, 0, 0, default).AddTicks(-10)),
        ("3 Mar 2019", _ => new(2019, 3, 3, 0, 0, 0, default), _ => new DateTimeOffset(2019, 3, 4, 0, 0, 0, default).AddTicks(-10)),
        ("2018-11-30", _ => new(2018, 11, 30, 0, 0, 0, default), _ => new DateTimeOffset(2018, 12, 1, 0, 0, 0, default).AddTicks(-10)),
        ("2018-11-30T10:15:00+02:00", _ => new(2018, 11, 30, 8, 15, 0, default), _ => new(2018, 11, 30, 8, 15, 0, default)),
    ];

    private static readonly string[] LooksLikeFurniture =
    [
        "By 1990 the {w} had been moved, and nobody on the {w} remembered why.",
        "Photo by photo, the archive of the {w} was put in order.",
        "It is, as they like to say there, a 4 min read.",
        "The label said © 1987 and nothing more about the {w}.",
        "© 1987 is what the label said, and nothing more about the {w}.",
        "Nobody asked about the {w}. About the Creator there was a rumour, and Reader insights came later.",
        "Sign in to comment, the board told every visitor who came about the {w}.",
        "Published about a year ago, the report on the {w} was never read.",
        "By Anna Keller's own account, the {w} was never seen on Unsplash.",
        "The {w} logo hung over the door.",
        "Image by image, from Pixabay to the attic, the {w} came back.",
        "Credit: nobody took any for the {w}, and nobody asked.",
        "By Published standards the {w} was nothing new, 3 days ago or 4 min read or not.",
    ];

    private static readonly string[] HeadingsLikeFurniture =
    [
        "Support", "Explore the archive", "Contact", "Terms of Use", "How does it work?", "Comments", "About the Machine", "By the numbers", "Photo by photo", "Credit where it is due", "Reader insights",
    ];

    private static readonly string[] Nouns =
    [
        "harbour", "lantern", "treaty", "engine", "orchard", "signal", "winter", "ledger", "bridge", "copper", "island", "tunnel", "meadow", "captain", "compass", "weather", "station", "granite",
        "market", "window", "violin", "desert", "railway", "council", "border", "machine", "garden", "letter", "river", "Warsaw", "Lisbon", "Ukraine", "café", "naïve", "don't", "U.S.", "1,949", "3.5",
    ];

    private static readonly string[] Small = ["the", "of", "and", "in", "with", "by", "from", "on", "for", "was", "under", "between", "about", "over", "almost"];
}
