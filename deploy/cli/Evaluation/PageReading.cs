using System.Diagnostics;
using System.Globalization;
using System.Text;
using Broadsheet.Content.V1;

namespace Broadsheet.Cli.Evaluation;

/// <summary>What a reader finds in a page; an empty field is one that it does not find.</summary>
/// <param name="Title">The headline.</param>
/// <param name="Byline">Who wrote it, as displayed.</param>
/// <param name="Dek">The line below the headline, or the page's description.</param>
/// <param name="Day">When it was published, as the UTC day (yyyy-MM-dd).</param>
/// <param name="Body">The text.</param>
internal sealed record PageReading(string Title, string Byline, string Dek, string Day, string Body)
{
    /// <summary>Why the page was refused; empty if it was read.</summary>
    public string Refusal { get; init; } = "";

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    public static string DayOf(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>What an import made of the page.</summary>
    public static PageReading Of(Story story) =>
        new(story.Title, story.CreatorDisplayName, story.Dek, story.PublishTime is { } published ? DayOf(published.ToDateTimeOffset()) : "", story.PlainText);

    /// <summary>The page was refused.</summary>
    public static PageReading Refused(string rule) => new("", "", "", "", "") { Refusal = rule };

    /// <summary>What plain SmartReader makes of the page, as it comes.</summary>
    public static PageReading BySmartReader(byte[] html)
    {
        var started = Stopwatch.GetTimestamp();
        using var reader = new SmartReader.Reader("https://example.org/", Encoding.UTF8.GetString(html));
        var article = reader.GetArticle();
        var elapsed = Stopwatch.GetElapsedTime(started);
        return new PageReading(
            article.Title ?? "", article.Byline ?? article.Author ?? "", article.Excerpt ?? "",
            article.PublicationDate is { } date ? DayOf(date.ToUniversalTime()) : "", article.TextContent ?? "") { Elapsed = elapsed };
    }
}
