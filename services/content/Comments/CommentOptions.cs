namespace Broadsheet.Content.Comments;

/// <summary>Limits of commenting. Section <c>Broadsheet:Content:Comments</c>.</summary>
internal sealed class CommentOptions
{
    /// <summary>How many comments, edits and reports one reader may make within a minute.</summary>
    /// <value>10.</value>
    public int PerMinute { get; set; } = 10;

    /// <summary>How many comments, edits and reports one reader may make within an hour.</summary>
    /// <value>100.</value>
    public int PerHour { get; set; } = 100;
}
