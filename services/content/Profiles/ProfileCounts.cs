using System.Security.Cryptography;
using System.Text;
using Broadsheet.Content.Storage;

namespace Broadsheet.Content.Profiles;

/// <summary>
/// How many follow a profile and how many published stories it has. The figures stand apart from the profile, in
/// several rows that are added up when it is read: what happens often must not change the profile, and many who
/// follow the same at once must not wait for one row. Stories are counted by the table's own triggers.
/// </summary>
internal static class ProfileCounts
{
    private const int Shards = 32;

    /// <summary>Counts a follower in (1) or out (-1).</summary>
    public static Task<int> AddFollowersAsync(ContentTransaction content, string name, string reader, int change) => content.ExecuteAsync(
        """
        insert into profile_counts (name, shard, followers, stories) values (@name, @shard, @change, 0)
        on conflict (name, shard) do update set followers = profile_counts.followers + excluded.followers
        """,
        ("@name", name), ("@shard", SHA256.HashData(Encoding.UTF8.GetBytes(reader))[0] % Shards), ("@change", (long)change));

    /// <summary>Removes the counts of a profile that is going.</summary>
    public static Task<int> ForgetAsync(ContentTransaction content, string name) =>
        content.ExecuteAsync("delete from profile_counts where name = @name", ("@name", name));
}
