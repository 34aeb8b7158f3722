using Broadsheet.Content.Storage;
using Broadsheet.Content.V1;
using Broadsheet.Contracts;

namespace Broadsheet.Content.Comments;

/// <summary>How stories and communities are commented on, by the name of the resource.</summary>
internal static class CommentPolicies
{
    public const string Suffix = "/commentPolicy";

    /// <summary>The story or community whose policy has this name.</summary>
    public static string ResourceOf(string name) => name[..^Suffix.Length];

    /// <summary>The policy of a resource; nothing is said in one that was never set.</summary>
    public static async Task<(long Version, CommentPolicy Policy)> GetAsync(ContentTransaction content, string resource)
    {
        var found = await content.FirstAsync(
            "select version, comments, moderation, update_time from comment_policies where resource = @resource",
            row => ((long Version, CommentPolicy Policy))(row.GetInt64(0), new CommentPolicy
            {
                Comments = (CommentSwitch)row.GetInt32(1),
                Moderation = (CommentModeration)row.GetInt32(2),
                UpdateTime = ContentTransaction.FromMicroseconds(row.GetInt64(3)),
            }),
            ("@resource", resource));
        var policy = found.Policy ?? new CommentPolicy();
        policy.Name = resource + Suffix;
        policy.Etag = Etag.Of(found.Version);
        return (found.Version, policy);
    }

    /// <summary>Sets what the input says, and leaves what it does not.</summary>
    public static async Task<CommentPolicy> SetAsync(ContentTransaction content, CommentPolicy input)
    {
        var resource = ResourceOf(input.Name);
        var (version, existing) = await GetAsync(content, resource);
        EtagRule.Check(input.Etag, version, input.Name, "policy.etag");
        var changed = existing.Clone();
        changed.Comments = input.Comments == CommentSwitch.Unspecified ? existing.Comments : input.Comments;
        changed.Moderation = input.Moderation == CommentModeration.Unspecified ? existing.Moderation : input.Moderation;
        if (changed.Equals(existing))
        {
            return existing;
        }

        changed.Etag = Etag.Of(version + 1);
        changed.UpdateTime = content.Now;
        await content.ExecuteAsync(
            """
            insert into comment_policies (resource, version, comments, moderation, update_time) values (@resource, @version, @comments, @moderation, @now)
            on conflict (resource) do update set version = excluded.version, comments = excluded.comments, moderation = excluded.moderation, update_time = excluded.update_time
            """,
            ("@resource", resource), ("@version", version + 1), ("@comments", (int)changed.Comments), ("@moderation", (int)changed.Moderation),
            ("@now", ContentTransaction.ToMicroseconds(content.Now)));
        return changed;
    }

    /// <summary>Forgets the policy of a resource that is deleted.</summary>
    public static Task RemoveAsync(ContentTransaction content, string resource) =>
        content.ExecuteAsync("delete from comment_policies where resource = @resource", ("@resource", resource));
}
